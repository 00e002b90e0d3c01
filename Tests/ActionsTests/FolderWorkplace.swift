import Execution
import Expressions

/// The folders of a job without a place to run commands in: for actions that work on files alone.
struct FolderWorkplace: Workplace {
    let folders: WorkplaceFolders
    let environment: [String: String] = [:]
    let containerContext = ExpressionObject()

    init(folders: WorkplaceFolders) { self.folders = folders }

    /// - Parameter workspace: the checkout; the other folders lie in it, too.
    init(workspace: String) {
        let place = WorkplaceFolders.Place(inside: workspace, outside: workspace)
        folders = WorkplaceFolders(workspace: place, temporary: place, tools: place, actions: place)
    }

    func finds(program: String) -> Bool { false }

    func run(
        _ command: Command, deadline: Deadline?, cancellation: Cancellation, output: (UnsafeRawBufferPointer) -> Void
    ) throws(ExecutionError) -> CommandOutcome {
        throw ExecutionError("no command can be run here")
    }

    func run(
        _ container: StepContainer, deadline: Deadline?, cancellation: Cancellation, output: (UnsafeRawBufferPointer) -> Void
    ) throws(ExecutionError) -> CommandOutcome {
        throw ExecutionError("no container can be run here")
    }

    func close() {}
    func discard() throws(ExecutionError) {}
}
