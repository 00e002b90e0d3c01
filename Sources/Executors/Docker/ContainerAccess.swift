internal import Execution
internal import Glibc

/// Makes the job's folders usable for the user of its container, who is seldom the daemon's.
struct ContainerAccess {
    let place: JobPlace
    /// As the container has it: name or number, with a group after a colon; empty for root.
    let user: String

    private var isRoot: Bool { ["", "root", "0"].contains(String(user.prefix { $0 != ":" })) }

    func prepare() throws(ExecutionError) {
        // Git refuses a checkout that another user made.
        try Folder.write("[safe]\n\tdirectory = *\n", to: "\(place.home)/.gitconfig")
        guard !isRoot else { return }
        // What this process makes from here on, a checkout above all, is for everybody: around the folders stands one that only
        // the daemon's user may enter, so that "everybody" is the job's container.
        _ = umask(0)
        for folder in [place.workspace, place.temporary, place.home] {
            guard chmod(folder, 0o777) == 0 else {
                throw ExecutionError("can't open \(folder) to the container's user: \(String(cString: strerror(errno)))")
            }
        }
        guard chmod("\(place.home)/.gitconfig", 0o666) == 0 else {
            throw ExecutionError(
                "can't open \(place.home)/.gitconfig to the container's user: \(String(cString: strerror(errno)))")
        }
    }
}
