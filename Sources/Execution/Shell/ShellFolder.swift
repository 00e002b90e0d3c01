internal import Glibc

/// The files of the job's lasting shells: the scripts of their commands, and what a shell that ended knew.
final class ShellFolder {
    private let folder: FolderHandle
    private let place: WorkplaceFolders.Place
    private let limits: JobAssignment.Limits
    private var count = 0

    init(in temporary: WorkplaceFolders.Place, limits: JobAssignment.Limits) throws(ExecutionError) {
        (folder, place) = try Self.freshFolder(in: temporary)
        self.limits = limits
    }

    /// A folder that was not there before: commands of an earlier try may have left one.
    private static func freshFolder(
        in temporary: WorkplaceFolders.Place
    ) throws(ExecutionError) -> (FolderHandle, WorkplaceFolders.Place) {
        for attempt in 0..<200 {
            let place = temporary.appending(attempt == 0 ? "shell" : "shell-\(attempt)")
            if let folder = try FolderHandle(making: place.outside) { return (folder, place) }
        }
        throw ExecutionError("can't make a folder for the job's shell: there are \(temporary.inside)/shell and 199 like it")
    }

    /// As commands see it.
    var path: String { place.inside }
    /// Where the last shell that was started writes what it knows when it ends, as shells see it; it has to be told to the next
    /// one. A name of its own for each: another user's shell could not write to the file of the one before.
    private(set) var state = ""

    /// The name of the state of a shell that is started now.
    func beginState() { state = "\(place.inside)/\(nextName("state"))" }

    /// Lets other users' shells write into the folder.
    func openToAll() throws(ExecutionError) { try folder.openToAll() }

    /// A name that no other file has.
    func nextName(_ kind: String) -> String {
        count += 1
        return "\(kind)-\(count)"
    }

    /// - Returns: the file's path as commands see it.
    func store(_ script: String, as name: String) throws(ExecutionError) -> String {
        try folder.make(name, text: script, mode: 0o777)
        return "\(place.inside)/\(name)"
    }

    /// Removes what a shell has read.
    func remove(_ name: String) { folder.remove(name) }

    /// Makes a named pipe, and opens this process's end.
    func makePipe(_ name: String) throws(ExecutionError) -> Int32 { try folder.makePipe(name) }

    /// What a command wrote to a file.
    func read(_ name: String) throws(ExecutionError) -> String { try folder.read(name, limit: limits.output) }
}
