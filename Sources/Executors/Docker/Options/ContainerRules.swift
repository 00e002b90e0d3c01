internal import Docker
internal import Execution
internal import Glibc

/// What a job's containers may have of the host.
struct ContainerRules {
    let permission: EngineUse.Permission
    let place: JobPlace
    /// Paths that the settings open to jobs.
    let readOnlyPaths: [String]
    let readWritePaths: [String]
    let devices: [String]
    let names: EngineNames

    init(_ assignment: JobAssignment, place: JobPlace, names: EngineNames) {
        permission = assignment.engineUse.permission
        self.place = place
        readOnlyPaths = assignment.confinement.readOnlyPaths
        readWritePaths = assignment.confinement.readWritePaths
        devices = assignment.confinement.devices
        self.names = names
    }

    /// - Parameter option: as it was written, for the message.
    func demandPrivilege(for option: String, of subject: String) throws(ExecutionError) {
        guard permission < .privileged else { return }
        throw ExecutionError(
            """
            \(subject): \(option) reaches the host, and the settings do not let this repository's jobs do that; \
            "docker: privileged" of the repository does
            """)
    }

    /// A volume as `docker create --volume` takes it: `name:/path`, `/host:/path:ro`, `/path`.
    ///
    /// - Returns: the mount, and the volume that has to be made for it.
    func mount(_ text: String, of subject: String) throws(ExecutionError) -> (mount: Mount, volume: String?) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard (1...3).contains(parts.count), parts.allSatisfy({ !$0.isEmpty }) else {
            throw ExecutionError("\(subject): \"\(text)\" is no volume: write source:/path, or /path alone")
        }
        let target = parts.count == 1 ? parts[0] : parts[1]
        guard target.hasPrefix("/") else {
            throw ExecutionError("\(subject): the volume \"\(text)\" needs an absolute path in the container")
        }
        let options = parts.count == 3 ? parts[2].split(separator: ",").map(String.init) : []
        if let unknown = options.first(where: { !Self.volumeOptions.contains($0) }) {
            throw ExecutionError("\(subject): the volume \"\(text)\" has the unknown option \"\(unknown)\"")
        }
        let isReadOnly = options.contains("ro")
        if parts.count == 1 { return (Mount(.volume, "", at: target), nil) }
        guard parts[0].hasPrefix("/") else { return try namedVolume(parts[0], at: target, isReadOnly, text, subject) }
        return (try hostFolder(parts[0], at: target, isReadOnly, subject), nil)
    }

    /// What has no meaning here besides `ro` and `rw` only says how SELinux or another system's shares treat it.
    private static let volumeOptions = ["ro", "rw", "z", "Z", "cached", "delegated", "consistent", "nocopy"]

    /// Volumes are the job's own, also where another job uses the same name: what one job leaves in a volume, another must
    /// not find.
    private func namedVolume(
        _ name: String, at target: String, _ isReadOnly: Bool, _ text: String, _ subject: String
    ) throws(ExecutionError) -> (mount: Mount, volume: String?) {
        let isName = name.utf8.first.map { Self.isLetterOrDigit($0) } ?? false
        guard isName, name.utf8.allSatisfy({ Self.isLetterOrDigit($0) || [45, 46, 95].contains($0) }) else {
            throw ExecutionError(
                "\(subject): \"\(text)\": a volume is an absolute path, or a name of letters, digits, \".\", \"_\" and \"-\"")
        }
        let volume = names.name("volume-\(name)")
        return (Mount(.volume, volume, at: target, isReadOnly: isReadOnly), volume)
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
    }

    /// A path of the host: the job's own folders, what the settings open, or, with the permission, any.
    private func hostFolder(
        _ path: String, at target: String, _ isReadOnly: Bool, _ subject: String
    ) throws(ExecutionError) -> Mount {
        let plain = Self.withoutDots(path)
        if let own = place.outside(plain) {
            // Below them, a container that runs already could have put a link, to anything of this host's.
            if !place.isOwnFolder(own) {
                try demandPrivilege(for: "the volume \(path), a folder below the job's own,", of: subject)
            }
            try Folder.make(own)
            return Mount(.bind, own, at: target, isReadOnly: isReadOnly)
        }
        if readWritePaths.contains(plain) { return Mount(.bind, plain, at: target, isReadOnly: isReadOnly) }
        // Nothing that a job may write to leads here, so that no job can have put a link in the way.
        if readOnlyPaths.contains(where: { plain == $0 || plain.hasPrefix($0 + "/") }), isFree(ofLinks: plain) {
            return Mount(.bind, plain, at: target, isReadOnly: true)
        }
        try demandPrivilege(for: "the volume \(path)", of: subject)
        guard access(plain, F_OK) == 0 else { throw ExecutionError("\(subject): there is no \(path) on this host") }
        return Mount(.bind, plain, at: target, isReadOnly: isReadOnly)
    }

    private func isFree(ofLinks path: String) -> Bool {
        guard let real = Self.realPath(path) else { return false }
        return readOnlyPaths.compactMap(Self.realPath).contains { real == $0 || real.hasPrefix($0 + "/") }
    }

    private static func realPath(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    private static func withoutDots(_ path: String) -> String {
        var parts: [Substring] = []
        for part in path.split(separator: "/") where part != "." {
            if part == ".." { _ = parts.popLast() } else { parts.append(part) }
        }
        return "/" + parts.joined(separator: "/")
    }
}
