internal import Foundation
internal import Glibc
internal import HTTPTransport
internal import Processes

/// An AWS of the tests' own: moto, as `Tests/Support/blackbox/cloud.py` starts it. It ends with this process.
public final class CloudRig: Sendable {
    public struct Failure: Error, CustomStringConvertible {
        public let description: String
    }

    /// How ECS's services live.
    public enum Services: Sendable {
        /// As the environment of their task definitions says; see `cloud_services.py`.
        case alive
        /// As moto has them.
        case plain(running: Int, failedTasks: Int)
    }

    public static let region = "us-east-1"
    public static let account = "123456789012"
    public static let registry = "\(account).dkr.ecr.\(region).amazonaws.com"
    public static let accessKey = "AKIATESTOFSLIPWAY000"
    public static let secretKey = "test+secret/of+slipway/that+no+log+may+show"

    /// Why there can be none on this machine; nil where there can be one, and where tests have to fail without it.
    public static let reasonToSkip: String? = {
        guard ProcessInfo.processInfo.environment["CI"] == nil else { return nil }
        return FileManager.default.isExecutableFile(atPath: "\(root)/.venv/bin/moto_server")
            ? nil : "there is no moto in .venv; \"make test-deps\" installs it"
    }()

    public static var isAvailable: Bool { reasonToSkip == nil }

    /// One for all tests of this process, started by the first that asks for it.
    public static func shared() throws -> CloudRig { try running.get() }

    private static let running: Result<CloudRig, any Error> = Result { try CloudRig(.alive) }

    /// `http://127.0.0.1:PORT`
    public let address: String
    private let process: SpawnedProcess
    private let input: Int32

    /// Another one, with a state of its own.
    public init(_ services: Services) throws {
        let (inputEnd, input) = try Self.pipe()
        let (output, outputEnd) = try Self.pipe()
        var arguments = ["\(Self.root)/.venv/bin/python3", "\(Self.root)/Tests/Support/blackbox/cloud.py"]
        var environment = [("PATH", "/usr/local/bin:/usr/bin:/bin")]
        if case .plain(let running, let failedTasks) = services {
            arguments.append("--plain")
            environment += [
                ("MOTO_ECS_SERVICE_RUNNING", "\(running)"), ("MOTO_ECS_SERVICE_FAILED_TASKS", "\(failedTasks)"),
            ]
        }
        var specification = ProcessSpecification(
            executable: arguments[0], arguments: Array(arguments.dropFirst()), environment: environment)
        specification.standardInput = .descriptor(inputEnd)
        specification.output = .descriptor(outputEnd)
        specification.errors = .descriptor(STDERR_FILENO)
        process = try SpawnedProcess.start(specification)
        close(inputEnd)
        close(outputEnd)
        self.input = input
        var text: [UInt8] = []
        var byte: UInt8 = 0
        while read(output, &byte, 1) == 1, byte != 10 { text.append(byte) }
        close(output)
        guard byte == 10 else { throw Failure(description: "the AWS of the tests did not start") }
        address = String(decoding: text, as: UTF8.self)
    }

    /// Its program ends when this end is closed. It is waited for: tests that await a process's end look at one dead child only.
    deinit {
        close(input)
        if process.wait(until: SuspendingClock.now + .seconds(10)) == nil { process.signal(SIGKILL) }
        _ = process.wait()
    }

    /// What a process needs to find it.
    public var environment: [String: String] {
        [
            "AWS_ENDPOINT_URL": address, "AWS_ACCESS_KEY_ID": Self.accessKey, "AWS_SECRET_ACCESS_KEY": Self.secretKey,
            "AWS_REGION": Self.region,
        ]
    }

    /// Calls an operation that speaks JSON, as nobody of ours does it: for what tests prepare and look at.
    ///
    /// - Parameters:
    ///   - service: as in signatures: `ecs`.
    ///   - target: with the prefix of the service: `AmazonEC2ContainerServiceV20141113.CreateCluster`.
    @discardableResult
    public func call(_ service: String, _ target: String, _ json: String) throws -> String {
        let scope = "\(Self.accessKey)/20260101/\(Self.region)/\(service)/aws4_request"
        let request = TransportRequest(
            "POST", "/", at: .server(url: address),
            headers: [
                ("Content-Type", "application/x-amz-json-1.1"), ("X-Amz-Target", target),
                ("Authorization", "AWS4-HMAC-SHA256 Credential=\(scope), SignedHeaders=host, Signature=0"),
            ], body: Array(json.utf8))
        let exchange = try TransportExchange(request)
        let head = try exchange.head()
        var body: [UInt8] = []
        while case .bytes(let bytes) = try exchange.next() { body += bytes }
        let text = String(decoding: body, as: UTF8.self)
        guard head?.status == 200 else { throw Failure(description: "\(target): \(head?.status ?? 0) \(text)") }
        return text
    }

    @discardableResult
    public func ecs(_ operation: String, _ json: String) throws -> String {
        try call("ecs", "AmazonEC2ContainerServiceV20141113.\(operation)", json)
    }

    @discardableResult
    public func ecr(_ operation: String, _ json: String) throws -> String {
        try call("ecr", "AmazonEC2ContainerRegistry_V20150921.\(operation)", json)
    }

    /// What DescribeImageScanFindings is to answer about one image, as JSON.
    public func setScanResult(_ result: String) throws {
        let body = #"{"results":[\#(result)],"region":"\#(Self.region)","account_id":"\#(Self.account)"}"#
        let request = TransportRequest(
            "POST", "/moto-api/static/ecr/scan-finding-results", at: .server(url: address),
            headers: [("Content-Type", "application/json")], body: Array(body.utf8))
        let head = try TransportExchange(request).head()
        guard head?.status == 201 else { throw Failure(description: "no result of a scan: \(head?.status ?? 0)") }
    }

    private static func pipe() throws -> (reading: Int32, writing: Int32) {
        var ends: [Int32] = [-1, -1]
        guard Glibc.pipe(&ends) == 0 else { throw Failure(description: "no pipe") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }

    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path
}
