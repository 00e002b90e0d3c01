import Execution
import Expressions
import Foundation
import Testing

@testable import Actions

struct JobCommandTests {
    /// Where every command meets the same failure.
    private struct FailingWorkplace: Workplace {
        let folders: WorkplaceFolders
        let failure: ExecutionError
        let environment: [String: String] = [:]
        let containerContext = ExpressionObject()

        func finds(program: String) -> Bool { false }

        func run(
            _ command: Command, deadline: Deadline?, cancellation: Cancellation, output: (UnsafeRawBufferPointer) -> Void
        ) throws(ExecutionError) -> CommandOutcome {
            throw failure
        }

        func run(
            _ container: StepContainer, deadline: Deadline?, cancellation: Cancellation, output: (UnsafeRawBufferPointer) -> Void
        ) throws(ExecutionError) -> CommandOutcome {
            throw failure
        }

        func close() {}
        func discard() throws(ExecutionError) {}
    }

    private func command(meeting failure: ExecutionError) throws -> JobCommand {
        let trial = ActionTrial()
        var invocation = try trial.invocation([:])
        invocation.workplace = FailingWorkplace(folders: invocation.folders, failure: failure)
        return JobCommand(invocation)
    }

    @Test("a program that is not there answers nothing, and fails the step that needs it")
    func missingProgram() throws {
        let command = try command(meeting: ExecutionError("no such program", isOfProgram: true))
        #expect(try command.answer(["pip", "--version"]) == nil)
        let failure = #expect(throws: ActionFailure.self) { try command.perform(["pip", "install"]) }
        #expect(failure?.message.contains("could not be started") == true)
    }

    @Test("what the host can't do is told as it is, not taken for an answer")
    func infrastructure() throws {
        let command = try command(meeting: ExecutionError("can't start 'pip': the sandbox has ended"))
        let failure = #expect(throws: ActionFailure.self) { try command.answer(["pip", "--version"]) }
        #expect(failure?.message == "can't start 'pip': the sandbox has ended")
    }
}
