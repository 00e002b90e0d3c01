internal import Execution
internal import FoundationEssentials

/// A task set that a deploy of this host makes, and what it changes of the service for it, written down before ECS is asked for
/// anything: whoever deploys next finds by it what is left of a deploy that could not end itself.
struct TaskSetTrace: Codable, Equatable {
    var runID: Int64
    /// As ECS knows the task set, whatever became of the answer.
    var externalID: String
    /// The id of the primary task set of then.
    var former: String
    /// The service's desired count of then, where this deploy raises it.
    var countBefore: Int?
    var raisedCount: Int?

    /// For one whose desired count is to stay.
    var withoutCount: TaskSetTrace {
        var copy = self
        copy.countBefore = nil
        copy.raisedCount = nil
        return copy
    }

    private static func path(in folder: String) -> String { "\(folder)/task-sets.json" }

    /// - Throws: `unavailable` where they can't be read.
    static func all(in folder: String) throws(DeploymentError) -> [TaskSetTrace] {
        do {
            let text = try Folder.read(path(in: folder), limit: 1 << 20)
            return text.isEmpty ? [] : try JSONDecoder().decode([TaskSetTrace].self, from: Data(text.utf8))
        } catch {
            throw DeploymentError(
                .unavailable,
                "\(path(in: folder)), which says what task sets earlier deploys may have left, can't be read:"
                    + " \((error as? ExecutionError)?.message ?? "\(error)"); look at the service's task sets, and remove the file"
            )
        }
    }

    static func write(_ traces: [TaskSetTrace], in folder: String) throws(DeploymentError) {
        do {
            let text = String(decoding: try JSONEncoder().encode(traces), as: UTF8.self)
            try Folder.replace(path(in: folder), with: text, mode: 0o640)
        } catch {
            throw DeploymentError(
                .unavailable,
                "can't write down which task set is made: \((error as? ExecutionError)?.message ?? "\(error)")")
        }
    }
}
