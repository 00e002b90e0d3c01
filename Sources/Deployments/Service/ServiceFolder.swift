internal import Execution
internal import Plan

/// The folder of what is deployed to one service or container, among those of all: its history and its turn.
enum ServiceFolder {
    private static let longestName = 200

    /// Makes it where it is not there yet.
    ///
    /// Earlier versions gave names that differ in signs only, `api.v1` and `api_v1`, one folder. Such a folder stays that of the one
    /// service that it tells of. Of one that tells of several, each takes what is its own into a folder of its own.
    ///
    /// - Parameters:
    ///   - identity: the service's name in the whole world.
    ///   - root: of all deployments of this host.
    static func make(_ identity: String, in root: String) throws(DeploymentError) -> String {
        let folder = "\(root)/\(name(of: identity))"
        guard !Folder.exists(folder) else { return folder }
        let earlier = "\(root)/\(earlierName(of: identity))"
        var known: ServiceHistory?
        if Folder.exists(earlier) {
            let history = try ServiceHistory.read(in: earlier)
            let own = history.only(identity)
            if own == history, history.current != nil { return earlier }
            known = own
        }
        do throws(ExecutionError) { try Folder.make(folder, mode: 0o750) } catch {
            throw DeploymentError(.unavailable, error.message)
        }
        if let known, known.current != nil { try known.write(in: folder) }
        return folder
    }

    /// What is no letter, digit or hyphen is written as its bytes: no two identities have one name. One that is too long for
    /// a file system is a path of several.
    static func name(of identity: String) -> String {
        var name = ""
        for byte in identity.utf8 {
            let sign = Character(Unicode.Scalar(byte))
            let isPlain = byte < 128 && (sign.isLetter || sign.isNumber || sign == "-")
            name += isPlain ? String(sign) : "_" + String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
        }
        var parts: [Substring] = []
        var rest = name[...]
        while !rest.isEmpty {
            parts.append(rest.prefix(longestName))
            rest = rest.dropFirst(longestName)
        }
        return parts.joined(separator: "/")
    }

    /// As versions before had it.
    static func earlierName(of identity: String) -> String {
        String(identity.map { $0.isLetter || $0.isNumber || $0 == "-" ? $0 : "_" })
    }
}
