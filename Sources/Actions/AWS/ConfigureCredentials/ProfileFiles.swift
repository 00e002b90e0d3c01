internal import AWS
internal import Archives
internal import Execution
internal import Plan

/// The shared files of a job, in which tools find profiles: those that `AWS_SHARED_CREDENTIALS_FILE` and `AWS_CONFIG_FILE` name, or
/// those in `.aws` of the job's HOME. They end with that.
struct ProfileFiles {
    private let files: JobFiles
    private let invocation: ActionInvocation
    let credentials: String
    let configuration: String

    private static let longestFile = 1 << 20

    init(_ invocation: ActionInvocation) throws(ActionFailure) {
        self.invocation = invocation
        files = try JobFiles(invocation)
        let (files, environment) = (files, invocation.awsEnvironment)
        func path(_ variable: String, _ name: String) throws(ActionFailure) -> String {
            if let given = environment[variable], !given.isEmpty { return files.absolute(given) }
            guard let home = files.home else {
                throw ActionFailure("the job has no HOME and no \(variable): there is no place for its profiles")
            }
            return "\(home)/.aws/\(name)"
        }
        credentials = try path("AWS_SHARED_CREDENTIALS_FILE", "credentials")
        configuration = try path("AWS_CONFIG_FILE", "config")
    }

    /// What the files hold; nothing where there are none.
    func profile(named name: String) throws(ActionFailure) -> JobProfile {
        JobProfile(
            name: name, files: [configuration, credentials], configuration: try text(configuration),
            credentials: try text(credentials))
    }

    /// A name that can be a section's title, and no path.
    static func check(_ name: String) throws(ActionFailure) {
        let wrong = name.first { $0.isWhitespace || "[]/\\".contains($0) }
        guard let wrong else { return }
        throw ActionFailure(
            "the input \"aws-profile\" must be a name without blanks, square brackets and slashes, found "
                + (wrong.isWhitespace ? "a blank" : "\"\(wrong)\"") + " in \"\(name)\"")
    }

    /// Has tools find credentials under a name. What else the files hold stays.
    ///
    /// - Throws: where there is such a profile, and it is not to be overwritten.
    func write(_ name: String, _ given: AWSCredentials, region: String, overwriting: Bool) throws(ActionFailure) {
        guard try !profile(named: name).isThere || overwriting else {
            throw ActionFailure(
                "the profile \"\(name)\" is in \(configuration) or \(credentials) already: give it another name, or let it be"
                    + " overwritten by \"overwrite-aws-profile: true\"")
        }
        var keys = [
            ("aws_access_key_id", given.accessKeyID), ("aws_secret_access_key", given.secretAccessKey),
        ]
        if let token = given.sessionToken { keys.append(("aws_session_token", token)) }
        try put(name, keys, in: credentials)
        try put(name == "default" ? name : "profile \(name)", [("region", region)], in: configuration)
        invocation.log("Wrote the profile \(name) to \(credentials) and \(configuration)")
    }

    // MARK: - The files' form

    private func text(_ path: String) throws(ActionFailure) -> String { try files.text(path, limit: Self.longestFile) ?? "" }

    private func put(_ title: String, _ keys: [(String, String)], in path: String) throws(ActionFailure) {
        var text = Self.without(title, in: try text(path))
        if !text.isEmpty, !text.hasSuffix("\n") { text += "\n" }
        text += "[\(title)]\n" + keys.map { "\($0.0) = \($0.1)\n" }.joined()
        let isInContainer = invocation.assignment.job.container != nil || invocation.assignment.engineUse.defaultContainer != nil
        let folder = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
        try archiving { () throws(ArchiveError) in
            _ = try files.map.folder(making: folder)
            // In a container the job may be another user's; only the daemon's gets to where its folders are.
            try files.map.write(text, to: path, mode: isInContainer ? 0o644 : 0o600)
        }
    }

    /// The text without one section; comments and other sections stay as they are.
    private static func without(_ title: String, in text: String) -> String {
        var isInside = false
        return text.split(separator: "\n", omittingEmptySubsequences: false).filter { line in
            let line = line.drop { $0.isWhitespace }
            if line.hasPrefix("[") {
                let words = line.dropFirst().prefix { $0 != "]" }.split(whereSeparator: \.isWhitespace)
                isInside = words.joined(separator: " ") == title
            }
            return !isInside
        }.joined(separator: "\n")
    }
}
