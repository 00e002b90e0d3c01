internal import Diagnostics
internal import FoundationEssentials
internal import Git
internal import Plan
internal import Workflows

extension SourceResolver {
    /// What an action's folder says of it, as far as it concerns what else has to be fetched.
    enum ActionContents: Sendable, Equatable {
        case missing
        /// Its metadata can't be used: why.
        case broken(String)
        /// It calls no other action.
        case single
        case composite(references: [String])
    }

    private static let metadataLimit = 512 << 10
    private static let cacheLimit = 1024

    /// Reads an action's metadata from a commit. Commits don't change, so each is read once.
    func action(in folder: String, of tree: ActionSurveyor.Tree) async throws(SourceError) -> ActionContents {
        let folder = folder.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
        let key = ActionKey(tree: tree, folder: folder)
        if let known = contents[key] { return known }
        let found: ActionContents
        do {
            found = try await queue.run { () throws(GitError) in
                try Self.read(folder, in: Mirror.open(existing: tree.mirror), at: tree.commit)
            }
        } catch {
            throw SourceError(.unreachable, "the mirror \(tree.mirror) can't be read: \(error)")
        }
        if contents.count >= Self.cacheLimit { contents.removeAll() }
        contents[key] = found
        return found
    }

    /// Reads an action's metadata from a folder, as it is there now.
    func action(in folder: String, below root: String) async throws(SourceError) -> ActionContents {
        let folder = folder.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
        return await queue.run { () throws(Never) in
            for name in ActionReader.fileNames {
                let path = folder.isEmpty ? name : "\(folder)/\(name)"
                guard let text = try? String(contentsOfFile: "\(root)/\(path)", encoding: .utf8) else { continue }
                return Self.read(text, path: path)
            }
            return .missing
        }
    }

    private static func read(_ folder: String, in mirror: Mirror, at commit: ObjectID) throws(GitError) -> ActionContents {
        func path(_ name: String) -> String { folder.isEmpty ? name : "\(folder)/\(name)" }
        for name in ActionReader.fileNames {
            guard let bytes = try mirror.file(at: path(name), in: commit) else { continue }
            guard bytes.count <= metadataLimit else { return .broken("\(path(name)) is larger than \(metadataLimit) bytes") }
            return read(String(decoding: bytes, as: UTF8.self), path: path(name))
        }
        for name in ["Dockerfile", "dockerfile"] where try mirror.file(at: path(name), in: commit) != nil { return .single }
        return .missing
    }

    private static func read(_ text: String, path: String) -> ActionContents {
        let document = ActionReader.read(text: text, path: path)
        guard let plan = document.plan else {
            let error = document.diagnostics.first { $0.severity == .error }
            return .broken("\(path) has a mistake" + (error.map { ": line \($0.line): \($0.message)" } ?? ""))
        }
        guard case .composite(let steps) = plan.work else { return .single }
        return .composite(references: ActionUse.references(in: steps))
    }
}

/// The place of an action in a repository.
struct ActionKey: Hashable {
    var tree: ActionSurveyor.Tree
    var folder: String
}
