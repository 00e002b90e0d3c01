public import Git
internal import Plan

/// Finds every action of other repositories that steps come to, also through composite actions, and has each resolved.
public struct ActionSurveyor: Sendable {
    /// Where `./path` is looked up; what a step brings there later is not known beforehand.
    public enum Files: Sendable {
        /// The run's own commit.
        case tree(Tree)
        /// A folder as it is now.
        case folder(String)
        case none
    }

    /// A commit whose files are on this host.
    public struct Tree: Sendable, Hashable {
        public var mirror: String
        public var commit: ObjectID

        public init(mirror: String, commit: ObjectID) {
            self.mirror = mirror
            self.commit = commit
        }
    }

    /// How deep composite actions may nest, as on GitHub.
    static let depthLimit = 10

    public let resolver: SourceResolver
    private let isBuiltIn: @Sendable (String) -> Bool

    /// - Parameter isBuiltIn: whether an action with that name, in lower case and without `@`, needs no download.
    public init(resolver: SourceResolver, isBuiltIn: @escaping @Sendable (String) -> Bool) {
        self.resolver = resolver
        self.isBuiltIn = isBuiltIn
    }

    /// Whether a reference is one of another repository that has to be fetched.
    public func isRemote(_ reference: String) -> Bool {
        !reference.hasPrefix("./") && !reference.hasPrefix(".\\") && !reference.hasPrefix("docker://")
            && !isBuiltIn(ActionCall(reference: reference).actionName)
    }

    /// Whether a survey of these would have to look anything up.
    public func isNeeded(for uses: [ActionUse]) -> Bool {
        uses.contains { isRemote($0.reference) || $0.reference.hasPrefix(".") || $0.reference.hasPrefix("$/") }
    }

    /// - Parameters:
    ///   - repository: the name, in the settings, of the repository whose run it is.
    ///   - files: the run's own.
    public func survey(
        _ uses: [ActionUse], of repository: String, files: Files, in session: SourceResolver.Session
    ) async -> ActionSurvey {
        var nodes: [String: Node] = [:]
        var wave = Array(Set(uses.map { Self.own($0.reference) }))
        for _ in 0..<Self.depthLimit where !wave.isEmpty {
            let found = await withTaskGroup(of: (String, Node).self) { group in
                for reference in wave {
                    group.addTask { (reference, await node(reference, of: repository, files: files, in: session)) }
                }
                return await group.reduce(into: [String: Node]()) { $0[$1.0] = $1.1 }
            }
            nodes.merge(found) { $1 }
            wave = Array(Set(found.values.flatMap(\.references)).filter { nodes[$0] == nil })
        }
        var survey = ActionSurvey()
        for use in uses { walk(Self.own(use.reference), from: use, callers: [], nodes, into: &survey) }
        return survey
    }

    /// A reference of the run's own files: `$/path` is among them, too.
    private static func own(_ reference: String) -> String {
        reference.hasPrefix("$/") ? "./\(reference.dropFirst(2))" : reference
    }

    // MARK: - One reference

    private enum Node: Sendable {
        case action(ResolvedSource?, references: [String])
        case failed(SourceError)

        var references: [String] {
            if case .action(_, let references) = self { references } else { [] }
        }
    }

    private func node(
        _ reference: String, of repository: String, files: Files, in session: SourceResolver.Session
    ) async -> Node {
        if reference.hasPrefix("./") || reference.hasPrefix(".\\") {
            let folder = String(reference.dropFirst(2)).replacing("\\", with: "/")
            // What is wrong with an action of the run's own repository is said when it is called: a step may have changed it.
            guard case .composite(let references)? = try? await contents(of: folder, in: files) else {
                return .action(nil, references: [])
            }
            return .action(nil, references: references.map(Self.own))
        }
        guard isRemote(reference) else { return .action(nil, references: []) }
        do throws(SourceError) {
            guard let parsed = SourceReference(reference) else {
                throw SourceError(.unusable, "\"\(reference)\" is no owner/repository@ref")
            }
            let source = try await resolver.resolve(parsed, for: repository, in: session)
            let place = Tree(mirror: source.mirror, commit: source.commit)
            switch try await resolver.action(in: parsed.path, of: place) {
            case .missing:
                throw SourceError(
                    .unusable,
                    "\(reference): there is neither an action.yml nor a Dockerfile in"
                        + " \(parsed.path.isEmpty ? "the repository's root" : "the folder \(parsed.path)")")
            case .broken(let problem): throw SourceError(.unusable, "\(reference): \(problem)")
            case .single: return .action(source, references: [])
            case .composite(let references):
                return .action(source, references: references.map { ActionUse.beside($0, in: parsed) })
            }
        } catch {
            return .failed(error)
        }
    }

    private func contents(of folder: String, in files: Files) async throws(SourceError) -> SourceResolver.ActionContents? {
        switch files {
        case .tree(let tree): try await resolver.action(in: folder, of: tree)
        case .folder(let root): try await resolver.action(in: folder, below: root)
        case .none: nil
        }
    }

    private func walk(
        _ reference: String, from use: ActionUse, callers: [String], _ nodes: [String: Node], into survey: inout ActionSurvey
    ) {
        guard callers.count < Self.depthLimit, !callers.contains(reference), let node = nodes[reference] else {
            let way = callers.contains(reference) ? "in a circle" : "deeper than \(Self.depthLimit) levels"
            let error = SourceError(.unusable, "\(reference): actions call each other \(way)")
            survey.problems.append(.init(use: use, callers: callers, error: error))
            return
        }
        switch node {
        case .failed(let error):
            survey.problems.append(.init(use: use, callers: callers, error: error))
        case .action(let source, let references):
            if let source, !survey.actions.contains(where: { $0.reference == reference }) {
                survey.actions.append(.init(reference: reference, source: source, use: use))
            }
            for inner in references { walk(inner, from: use, callers: callers + [reference], nodes, into: &survey) }
        }
    }
}
