internal import FoundationEssentials
internal import Glibc

/// A profile of the shared files: its own keys, and the endpoints of the services section that it names.
struct SharedProfile: Sendable, Equatable {
    let name: String
    var keys: [String: String]
    /// By the service's identifier.
    var endpoints: [String: String] = [:]

    subscript(_ key: String) -> String? { keys[key].flatMap { $0.isEmpty ? nil : $0 } }
}

/// `~/.aws/config` and `~/.aws/credentials`, or where `AWS_CONFIG_FILE` and `AWS_SHARED_CREDENTIALS_FILE` say they are.
struct SharedProfiles: Sendable {
    private(set) var profiles: [String: SharedProfile] = [:]
    /// Both, for messages.
    private(set) var files: [String] = []

    init() {}

    /// - Throws: where a file is there and can't be read.
    init(environment: [String: String]) throws(AWSError) {
        let home = environment["HOME"] ?? ""
        func path(_ variable: String, _ name: String) -> String? {
            if let path = environment[variable], !path.isEmpty { return path }
            return home.isEmpty ? nil : "\(home)/.aws/\(name)"
        }
        let configuration = path("AWS_CONFIG_FILE", "config")
        let credentials = path("AWS_SHARED_CREDENTIALS_FILE", "credentials")
        files = [configuration, credentials].compactMap { $0 }
        if let configuration { read(try Self.text(configuration), isConfiguration: true) }
        if let credentials { read(try Self.text(credentials), isConfiguration: false) }
    }

    /// From texts, as the files hold them.
    init(configuration: String, credentials: String = "") {
        read(configuration, isConfiguration: true)
        read(credentials, isConfiguration: false)
    }

    /// The profile that is asked for, or `default` where there is one.
    func chosen(_ wanted: String?, isAllowed: Bool) throws(AWSError) -> SharedProfile? {
        guard isAllowed else { return nil }
        if let profile = profiles[wanted ?? "default"] { return profile }
        guard let wanted, wanted != "default" else { return nil }
        throw AWSError(
            .noCredentials, "there is no profile \"\(wanted)\" in \(files.joined(separator: " or "))",
            remedy: "add it, or correct the profile's name in the settings or AWS_PROFILE")
    }

    private static func text(_ path: String) throws(AWSError) -> String {
        do { return String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self) } catch {
            guard access(path, F_OK) == 0 else { return "" }
            throw AWSError(.local, "can't read \(path)", remedy: "check the permissions of the file")
        }
    }

    // MARK: - The files' form

    private mutating func read(_ text: String, isConfiguration: Bool) {
        var endpoints: [String: [String: String]] = [:]
        var named: [String: String] = [:]
        for section in SharedSection.all(in: text) {
            switch section.kind(isConfiguration: isConfiguration) {
            case .profile(let name):
                profiles[name, default: SharedProfile(name: name, keys: [:])].keys.merge(section.keys) { $1 }
                named[name] = section.keys["services"]
            case .services(let name):
                for (service, keys) in section.nested { endpoints[name, default: [:]][service] = keys["endpoint_url"] }
            case .other: continue
            }
        }
        for (profile, services) in named { profiles[profile]?.endpoints = endpoints[services] ?? [:] }
    }
}

/// One section of a shared file.
struct SharedSection {
    enum Kind: Equatable {
        case profile(String)
        case services(String)
        case other
    }

    var title: String
    var keys: [String: String] = [:]
    /// The lines below a key, further in.
    var nested: [String: [String: String]] = [:]

    func kind(isConfiguration: Bool) -> Kind {
        let words = title.split(whereSeparator: \.isWhitespace).map(String.init)
        guard isConfiguration else { return .profile(title) }
        if words == ["default"] { return .profile("default") }
        guard words.count == 2 else { return .other }
        return switch words[0] {
        case "profile": .profile(words[1])
        case "services": .services(words[1])
        default: .other
        }
    }

    /// Sections in their order. Lines that make no sense are passed over, as AWS' own kits do.
    static func all(in text: String) -> [SharedSection] {
        var sections: [SharedSection] = []
        var lastKey: String?
        for line in text.split(whereSeparator: \.isNewline) {
            let trimmed = line.trimmed
            if trimmed.isEmpty || trimmed.hasPrefix("#") || trimmed.hasPrefix(";") { continue }
            if trimmed.hasPrefix("[") {
                sections.append(SharedSection(title: String(trimmed.dropFirst().prefix { $0 != "]" }).trimmed))
                lastKey = nil
                continue
            }
            guard !sections.isEmpty, let equals = trimmed.firstIndex(of: "=") else { continue }
            let key = String(trimmed[..<equals]).trimmed.lowercased()
            let value = withoutComment(String(trimmed[trimmed.index(after: equals)...])).trimmed
            if line.first?.isWhitespace == true, let lastKey {
                sections[sections.count - 1].nested[lastKey, default: [:]][key] = value
            } else {
                sections[sections.count - 1].keys[key] = value
                lastKey = key
            }
        }
        return sections
    }

    /// A comment begins with a space and a sign.
    private static func withoutComment(_ text: String) -> String {
        for sign in [" #", " ;", "\t#", "\t;"] {
            if let found = text.firstRange(of: sign) { return withoutComment(String(text[..<found.lowerBound])) }
        }
        return text
    }
}

extension StringProtocol {
    var trimmed: String {
        var rest = self[...]
        while rest.first?.isWhitespace == true { rest = rest.dropFirst() }
        while rest.last?.isWhitespace == true { rest = rest.dropLast() }
        return String(rest)
    }
}
