internal import Execution
internal import Glibc

/// Makes the job's folders usable for the user of its container, who is seldom the daemon's, from its beginning to `end`.
struct ContainerAccess {
    /// Whether the container's user may do everything anyway.
    let isOfRoot: Bool
    private let formerMask: mode_t?

    /// - Parameter user: as the container has it: name or number, with a group after a colon; empty for root.
    init(place: JobPlace, user: String) throws(ExecutionError) {
        isOfRoot = ["", "root", "0"].contains(String(user.prefix { $0 != ":" }))
        // Git refuses a checkout that another user made.
        try Folder.write("[safe]\n\tdirectory = *\n", to: "\(place.home)/.gitconfig")
        guard !isOfRoot else {
            formerMask = nil
            return
        }
        // What this process makes from here on, a checkout above all, is for everybody: around the folders stands one that only
        // the daemon's user may enter, so that "everybody" is the job's container.
        formerMask = umask(0)
        let paths: [(String, mode_t)] = [
            (place.workspace, 0o777), (place.temporary, 0o777), (place.home, 0o777), ("\(place.home)/.gitconfig", 0o666),
            (place.actions, 0o755),
        ]
        do throws(ExecutionError) {
            for (path, mode) in paths { try Folder.setMode(of: path, to: mode) }
        } catch {
            end()
            throw error
        }
        // Jobs share it, and it may be somebody else's on a host where an operator filled it.
        _ = chmod(place.tools, 0o755)
    }

    func end() {
        if let formerMask { _ = umask(formerMask) }
    }
}
