internal import ArgumentParser
internal import Docker
internal import EngineAddresses
internal import Expressions

/// `slipway debug dockerignore`: what an ignore file leaves out of an image's build context, and which of its lines does.
struct DebugDockerignore: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dockerignore", abstract: "Show what an ignore file leaves out of a build context.",
        discussion: """
            With --pattern: whether PATHs are left out. With --root: what of the folder is sent; with PATHs, whether each is \
            left out, and by which line of which file. Examples:
            slipway debug dockerignore --pattern '**/*.pyc' --pattern '!keep.pyc' -- app/a.pyc keep.pyc
            slipway debug dockerignore --root . -- models/model.pkl
            """)

    enum Builder: String, CaseIterable, ExpressibleByArgument {
        case classic
        case buildkit
    }

    @Option(
        name: .customLong("pattern"), parsing: .unconditionalSingleValue,
        help: ArgumentHelp("A pattern; again for each further one, in their order.", valueName: "pattern"))
    var patterns: [String] = []

    @Option(help: ArgumentHelp("The folder of the context, with its ignore file.", valueName: "folder"), completion: .directory)
    var root: String?

    @Option(help: "The Dockerfile, from the folder on.")
    var dockerfile = "Dockerfile"

    @Option(
        help: """
            Whose way of looking for exceptions in folders that are left out is followed: classic (also every client before \
            23.0) or buildkit. [default: that of this host's docker command, buildkit where there is none]
            """)
    var builder: Builder?

    @Flag(help: "Print the context itself, a tar archive, as it would be sent; only with --root and without paths.")
    var tar = false

    @Option(
        help: ArgumentHelp(
            """
            Send the context to this engine's classic builder, which builds an image of it; only with --root and without paths.
            """, valueName: "address"))
    var engine: String?

    @Argument(help: ArgumentHelp("Paths, from the root of the context on.", valueName: "path"))
    var paths: [String] = []

    func validate() throws {
        if root != nil, !patterns.isEmpty { throw ValidationError("give --pattern or --root, not both: the folder has its own") }
        if tar || engine != nil, root == nil || !paths.isEmpty {
            throw ValidationError("--tar and --engine are for --root, without paths")
        }
        if root == nil, paths.isEmpty { throw ValidationError("give --root, or at least one path after --") }
    }

    func run() throws {
        do throws(DockerError) {
            if let root, tar { return try write(context(root)) }
            if let root, let engine { return Terminal.write(line: try build(context(root), at: engine).jsonText()) }
            Terminal.write(line: try answer().jsonText())
        } catch {
            // Rules that can't be read leave out nothing.
            let excluded = ExpressionObject(paths.map { ($0, .boolean(false)) }, keyMatching: .exact)
            let answer: ExpressionValue = ["error": .string("\(error)"), "excluded": .object(excluded)]
            Terminal.write(line: answer.jsonText())
            throw CommandFailure.answeredNo
        }
    }

    private func answer() throws(DockerError) -> ExpressionValue {
        guard let root else { return verdicts(of: try IgnoreRules(patterns: patterns)) }
        let context = try context(root)
        guard paths.isEmpty else { return verdicts(of: context.rules) }
        let all = try context.paths()
        return [
            "files": .array(all.filter { !$0.hasSuffix("/") }.map(ExpressionValue.string)),
            "folders": .array(all.filter { $0.hasSuffix("/") }.map { .string(String($0.dropLast())) }),
        ]
    }

    private func context(_ root: String) throws(DockerError) -> BuildContext {
        try BuildContext(root, within: root, dockerfile: .inContext(dockerfile), descent: descent)
    }

    private func write(_ context: BuildContext) throws(DockerError) {
        var piece = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            guard let count = piece.withUnsafeMutableBytes({ context.read(into: $0) }) else {
                throw DockerError(.failed, "read the context", context.failure ?? "its folder can't be read")
            }
            guard count > 0 else { return }
            Terminal.write(bytes: Array(piece[..<count]))
        }
    }

    private func build(_ context: BuildContext, at text: String) throws(DockerError) -> ExpressionValue {
        let address: EngineAddress
        do { address = try EngineAddress(text) } catch { throw DockerError(.failed, "use the engine", "\(error)") }
        let image = try DockerEngine(at: address).build(BuildDefinition(), context: context) { Terminal.report($0) }
        return ["image": .string(image), "bytes": .number(Double(context.sentBytes))]
    }

    private var descent: ContextDescent {
        switch builder {
        case .classic: .namedFolders
        case .buildkit: .everyException
        case nil: DockerClient.find()?.descent ?? .everyException
        }
    }

    private func verdicts(of rules: IgnoreRules) -> ExpressionValue {
        var excluded: [(String, ExpressionValue)] = []
        var deciding: [(String, ExpressionValue)] = []
        for path in paths {
            let rule = rules.rule(leavingOut: path)
            excluded.append((path, .boolean(rule != nil)))
            if let rule {
                let place: ExpressionValue = [
                    "pattern": .string(rule.text), "file": rule.file.map(ExpressionValue.string) ?? .null,
                    "line": rule.line.map { .number(Double($0)) } ?? .null,
                ]
                deciding.append((path, place))
            }
        }
        return [
            "excluded": .object(ExpressionObject(excluded, keyMatching: .exact)),
            "rules": .object(ExpressionObject(deciding, keyMatching: .exact)),
        ]
    }
}
