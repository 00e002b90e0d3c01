internal import Synchronization

/// The folder in which a job's processes find the files by which they talk back: `GITHUB_ENV`, `GITHUB_OUTPUT` and the like, and
/// the scripts of steps. Made at the first use.
///
/// Each process has files of its own names. Most leave them as they are, and then the next process gets the same files under
/// its names: a file system may take as long to make the files of a step as to run it. Earlier steps' background processes may
/// do in the folder what they like meanwhile; a file that one of them holds open is left to it.
final class FileCommandFolder: Sendable {
    private struct State {
        var folder: FolderHandle?
        /// Files that nobody uses any more, by what they are: their names.
        var spare: [String: [String]] = [:]
    }

    static let name = "_runner_file_commands"
    private let parent: WorkplaceFolders.Place
    private let state = Mutex(State())

    /// - Parameter temporary: where the folder is made.
    init(in temporary: WorkplaceFolders.Place) { parent = temporary }

    /// Makes empty files for a process.
    ///
    /// - Parameter name: what their names begin with, another one for each process.
    func files(named name: String, limits: JobAssignment.Limits) throws(ExecutionError) -> FileCommands {
        let (folder, place) = try opened()
        return try FileCommands(name, in: folder, of: self, place: place, limits: limits)
    }

    private func opened() throws(ExecutionError) -> (FolderHandle, WorkplaceFolders.Place) {
        try state.withLock { state throws(ExecutionError) in
            if let folder = state.folder, folder.isInPlace { return (folder, place(of: folder)) }
            // What a step took away stays with it.
            state.spare = [:]
            for attempt in 0..<100 {
                let place = parent.appending(attempt == 0 ? Self.name : "\(Self.name)-\(attempt)")
                guard let folder = try FolderHandle(making: place.outside) else { continue }
                state.folder = folder
                return (folder, place)
            }
            throw ExecutionError("can't make a folder for the step: the job left \(parent.inside)/\(Self.name) and 99 like it")
        }
    }

    private func place(of folder: FolderHandle) -> WorkplaceFolders.Place {
        parent.appending(String(folder.path.dropFirst(parent.outside.count + 1)))
    }

    /// Takes files back whose process ended.
    func giveBack(_ names: [(kind: String, name: String)]) {
        state.withLock { state in
            for (kind, name) in names { state.spare[kind, default: []].append(name) }
        }
    }

    /// The name of a file that can be used again; it may turn out to be held by somebody.
    func takeSpare(_ kind: String) -> String? { state.withLock { $0.spare[kind]?.popLast() } }
}
