internal import Execution
internal import Foundation
internal import Git

/// The actions of the repository itself on a developer's machine: those of the commit, with the called action's folder as it is
/// there now.
struct WorkingTreeActions {
    let mirror: String
    let commit: String
    /// The developer's folder.
    let tree: String

    private static let folder = "working-tree"

    /// - Parameter action: the folder of the action that is called.
    func layOut(
        _ action: String, in actions: WorkplaceFolders.Place, cancellation: Cancellation
    ) throws(ActionFailure) -> WorkplaceFolders.Place {
        guard !action.split(separator: "/").contains("..") else {
            throw ActionFailure("\"\(action)\" leads out of the repository")
        }
        let place = actions.appending(Self.folder)
        let files = FileManager.default
        do {
            if !mirror.isEmpty, !Folder.exists(place.outside), let commit = ObjectID(commit) {
                _ = try Mirror.open(existing: mirror).checkout(
                    commit, into: actions.outside, options: CheckoutOptions(path: Self.folder),
                    isCancelled: { cancellation.level != .none })
                try Folder.remove("\(place.outside)/.git")
            }
            let target = action.isEmpty ? place.outside : "\(place.outside)/\(action)"
            let origin = action.isEmpty ? tree : "\(tree)/\(action)"
            if Folder.exists(target) { try Folder.remove(target) }
            try Folder.make(String(target[..<(target.lastIndex(of: "/") ?? target.endIndex)]))
            try files.copyItem(atPath: origin, toPath: target)
        } catch {
            throw ActionFailure("can't copy the action of \(tree)/\(action): \(error)")
        }
        return place
    }
}
