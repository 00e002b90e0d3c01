// swift-tools-version: 6.2
import PackageDescription

/// Every target of ours is held to the same rules: Swift 6, no warnings, explicit existentials and imports.
let rules: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let nio = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioHTTPTypes = Target.Dependency.product(name: "NIOHTTPTypes", package: "swift-nio-extras")
let mustache = Target.Dependency.product(name: "Mustache", package: "swift-mustache")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let signals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

/// A target of the product. Imports point down this list only; docs/architecture.md has the map.
func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: rules)
}

func tests(_ name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = []) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: [.target(name: name)] + dependencies, exclude: exclude, swiftSettings: rules)
}

let package = Package(
    name: "slipway",
    platforms: [.macOS(.v15)],
    products: [.executable(name: "slipway", targets: ["slipway"])],
    dependencies: [
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // System libraries: a module map and shims for what Swift can't call.
        .systemLibrary(name: "CLibGit2", pkgConfig: "libgit2", providers: [.apt(["libgit2-dev"])]),
        .systemLibrary(name: "CLibYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        .systemLibrary(
            name: "CLibCMark", pkgConfig: "libcmark-gfm",
            providers: [.apt(["libcmark-gfm-dev", "libcmark-gfm-extensions-dev"])]),
        .systemLibrary(name: "CLibCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CLibCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CLibSSL", pkgConfig: "libssl", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CLibArchive", pkgConfig: "libarchive", providers: [.apt(["libarchive-dev"])]),
        .systemLibrary(name: "CLibXML", pkgConfig: "libxml-2.0", providers: [.apt(["libxml2-dev"])]),
        .target(name: "CProcesses"),
        .target(name: "CWebAssets", exclude: ["web"]),

        module("Diagnostics"),
        module("WakeUps"),
        module("Threads"),
        module("PercentCoding"),
        module("EngineAddresses"),
        module("LogText"),
        module("Signing", ["CLibCrypto"]),
        module("Archives", ["CLibArchive", "Signing"]),
        module("Processes", ["CProcesses", "Threads"]),
        module("HTTPTransport", ["CLibCurl"]),
        module("Docker", ["CLibSSL", "EngineAddresses", "HTTPTransport", "Processes", "Signing"]),
        module("XML", ["CLibXML"]),
        module("AWS", ["CLibCrypto", "HTTPTransport", "PercentCoding", "Processes", "Signing", "XML"]),
        module("YAML", ["CLibYAML", "Diagnostics"]),
        module("Markdown", ["CLibCMark"]),
        module("Git", ["CLibGit2", "CLibCrypto", "PercentCoding"]),
        module("Expressions"),
        module("Plan", ["Expressions", "Diagnostics"]),
        module("Settings", ["EngineAddresses", "YAML", "Diagnostics"]),
        module("Gates", ["XML", "YAML", "Plan", "Diagnostics"]),
        module("Workflows", ["Gates", "YAML", "Expressions", "Plan", "Diagnostics"]),
        module("Buildspecs", ["YAML", "LogText", "Expressions", "Plan", "Diagnostics"]),
        module("Store", ["Plan", "Expressions", grdb]),
        module("Execution", ["EngineAddresses", "Threads", "Plan", "Expressions", "LogText", "Signing"]),
        module("Storage", ["Archives", "Execution", "Plan"]),
        module("Executors", ["EngineAddresses", "Docker", "Execution", "Processes", "Plan", "Expressions"]),
        module("Notices", ["AWS", "HTTPTransport", "Signing"]),
        module("Deployments", ["AWS", "Storage", "Execution", "Processes", "Git", "Plan", "Expressions"]),
        module("Diagnoses", ["EngineAddresses", "Docker", "Execution", "Plan"]),
        module("Reports", ["XML", "Execution", "Expressions", "Plan"]),
        module(
            "Actions",
            [
                "EngineAddresses",
                "Notices", "Deployments", "Diagnoses", "Reports", "Gates", "AWS", "Docker", "HTTPTransport", "Processes",
                "Storage",
                "Archives",
                "Execution", "Workflows", "Git", "Signing", "YAML", "Plan", "Expressions", "Diagnostics",
            ]),
        module(
            "JobServices",
            ["PercentCoding", "Actions", "Storage", "Archives", "Execution", "Signing", "Plan", nio, nioHTTP1, nioPosix]),
        module("Scheduling", ["WakeUps", "Execution", "Store", "Plan", "Expressions"]),
        module("RemoteSources", ["Git", "Workflows", "Plan", "Diagnostics"]),
        module("Pipelines", ["Workflows", "Buildspecs", "YAML", "Expressions", "Plan", "Diagnostics"]),
        module(
            "Triggers",
            [
                "PercentCoding",
                "WakeUps", "RemoteSources", "Git", "Signing", "Pipelines", "Workflows", "Buildspecs", "Store", "Plan",
                "Expressions",
                "Diagnostics",
            ]),
        module("Accounts", ["Store", "Plan", "Signing"]),
        module("OpenIDConnect", ["HTTPTransport", "PercentCoding", "Signing", "Plan"]),
        module(
            "Outward", ["WakeUps", "PercentCoding", "Notices", "AWS", "Workflows", "Store", "Signing", "Plan", "Expressions"]),
        module(
            "Web",
            [
                "PercentCoding",
                "CWebAssets", "Accounts", "OpenIDConnect", "Reports", "Scheduling", "Triggers", "Store", "Plan", "LogText",
                "Signing",
                "Diagnostics",
                "Expressions",
                hummingbird, hummingbirdCore, httpTypes, nio, nioHTTPTypes, mustache, logging, lifecycle,
            ]),
        module(
            "Daemon",
            [
                "EngineAddresses",
                "AWS", "WakeUps", "CProcesses", "Web", "Accounts", "OpenIDConnect", "Outward", "Notices", "Settings", "Triggers",
                "Scheduling",
                "JobServices", "Actions",
                "Executors", "Execution", "Diagnoses", "Reports", "RemoteSources", "Storage", "Store", "Pipelines", "Workflows",
                "Buildspecs",
                "Plan",
                "Docker", "Markdown", "Git", "Processes", "HTTPTransport", "Signing", "LogText", "YAML", "Expressions",
                "Diagnostics",
                hummingbird, logging, lifecycle, signals,
            ]),
        .executableTarget(
            name: "slipway",
            dependencies: [
                "EngineAddresses",
                "PercentCoding",
                "AWS", "Archives", "Daemon", "Docker", "Web", "Accounts", "Settings", "Triggers", "Scheduling", "Actions",
                "Executors",
                "Execution",
                "Store",
                "Pipelines", "Workflows", "Buildspecs",
                "Plan", "Git", "Processes", "HTTPTransport", "Signing", "LogText", "YAML", "Expressions", "Diagnostics",
                arguments,
            ],
            swiftSettings: rules),

        .executableTarget(
            name: "ProcessesProbe", dependencies: ["Processes"], path: "Tests/ProcessesProbe", swiftSettings: rules),
        tests("Processes", ["ProcessesProbe"]),
        tests("Threads"),
        tests("PercentCoding"),
        tests("EngineAddresses"),
        tests("LogText"),
        tests("Signing"),
        tests("Accounts", ["Store", "Plan", "Signing"]),
        tests("OpenIDConnect", ["PythonRig", "HTTPTransport", "Signing", "Plan"]),
        tests("Archives"),
        tests("Storage", ["Archives", "Execution", "Signing", "Plan"]),
        tests("HTTPTransport"),
        .target(name: "EngineRig", dependencies: ["Processes"], path: "Tests/EngineRig", swiftSettings: rules),
        .target(name: "CloudRig", dependencies: ["HTTPTransport", "Processes"], path: "Tests/CloudRig", swiftSettings: rules),
        tests("Docker", ["EngineAddresses", "EngineRig", "HTTPTransport", "Processes"]),
        tests("XML"),
        .target(name: "PythonRig", dependencies: ["HTTPTransport", "Processes"], path: "Tests/PythonRig", swiftSettings: rules),
        tests("AWS", ["PythonRig", "HTTPTransport", "Processes", "Signing"]),
        tests("YAML", ["Diagnostics"]),
        tests("Markdown"),
        tests("Expressions"),
        tests("Settings", ["EngineAddresses", "Diagnostics"]),
        tests("Reports", ["Plan"]),
        tests("Gates", ["Plan"]),
        tests("Diagnoses", ["AWS", "Deployments", "Docker", "Execution", "Expressions", "Plan"]),
        tests("Git"),
        tests("Buildspecs", ["YAML", "Expressions", "Plan", "Diagnostics"], exclude: ["Golden"]),
        tests("Workflows", ["YAML", "Expressions", "Plan", "Diagnostics"], exclude: ["Golden"]),
        tests("Store", ["Plan", "Expressions", grdb]),
        tests("slipway", ["EngineAddresses", "Web", "Executors", "Settings", "Workflows", "Expressions", "Diagnostics"]),
        .executableTarget(
            name: "ExecutorsProbe", dependencies: ["Actions", "Executors", "Execution", "Processes", "Plan", "Expressions"],
            path: "Tests/ExecutorsProbe", swiftSettings: rules),
        .target(
            name: "SampleRepositories", dependencies: ["Processes"], path: "Tests/SampleRepositories", swiftSettings: rules),
        tests(
            "Web",
            [
                "PercentCoding",
                "Accounts", "OpenIDConnect", "PythonRig", "Reports", "Scheduling", "Store", "Plan", "Expressions", "Diagnostics",
                httpTypes, nio, logging,
                lifecycle,
            ]),
        tests("Diagnostics"),
        tests("Pipelines", ["Workflows", "Expressions", "Plan", "Diagnostics"]),
        tests("Plan", ["Expressions", "Diagnostics"]),
        tests("Execution", ["Plan", "Expressions", "Signing"]),
        tests(
            "Executors",
            [
                "EngineAddresses",
                "ExecutorsProbe", "EngineRig", "SampleRepositories", "Docker", "Execution", "Processes", "Workflows", "Plan",
                "Expressions", "Diagnostics",
            ]),
        tests(
            "Deployments",
            ["CloudRig", "SampleRepositories", "AWS", "Storage", "Execution", "Processes", "Plan", "Expressions"]),
        tests("RemoteSources", ["SampleRepositories", "Git", "Workflows", "Plan", "Diagnostics"]),
        tests(
            "Actions",
            [
                "EngineAddresses",
                "CloudRig", "Diagnoses", "Docker", "EngineRig", "PythonRig", "AWS", "HTTPTransport", "Signing", "Deployments",
                "SampleRepositories", "Storage", "Archives", "Execution", "Workflows", "Git", "Plan",
                "Expressions",
            ]),
        tests("Notices", ["AWS", "HTTPTransport", "PythonRig"]),
        tests("JobServices", ["HTTPTransport", "Execution", "Signing", "Plan", "Expressions"]),
        tests(
            "Daemon",
            [
                "Settings", "Execution", "Processes", "RemoteSources", "Triggers", "Store", "Plan", "Expressions", "Git",
                "WakeUps", logging,
            ]),
        tests("Scheduling", ["Execution", "Store", "Workflows", "Plan", "Expressions", "Diagnostics"]),
        tests(
            "Triggers",
            [
                "SampleRepositories", "RemoteSources", "Git", "Signing", "Workflows", "Buildspecs", "Store", "Plan",
                "Expressions",
                "Diagnostics",
            ]),
        tests("Outward", ["Notices", "AWS", "PythonRig", "Store", "Signing", "Plan"]),
    ],
    cLanguageStandard: .gnu2x
)
