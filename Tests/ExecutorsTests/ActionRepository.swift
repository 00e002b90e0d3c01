import Execution
import SampleRepositories
import Testing

/// A repository of actions that a job of the tests calls, at `v1`.
final class ActionRepository {
    let name: String
    private let repository: SampleRepository
    private let commit: String

    /// - Parameter files: of the one commit.
    init(_ name: String, _ files: [String: String]) throws {
        self.name = name
        repository = try SampleRepository()
        commit = try repository.push("actions", files.mapValues { .some($0) })
    }

    /// What the daemon finds out before a job starts.
    func action(_ folder: String = "", warning: String? = nil) -> JobAssignment.RemoteAction {
        JobAssignment.RemoteAction(
            reference: folder.isEmpty ? "\(name)@v1" : "\(name)/\(folder)@v1", repository: name, folder: folder, ref: "v1",
            commit: commit, mirror: repository.origin, warning: warning)
    }
}
