internal import ArgumentParser
internal import Buildspecs
internal import Expressions
internal import Workflows

/// `slipway plan`: what an event would start, and why, or why not.
struct PipelinePlan: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan", abstract: "Show what an event would start.",
        discussion: "Nothing is run. Without --event the event is a push, or the file's first event.")

    @OptionGroup var pipeline: PipelineKindOption
    @OptionGroup var output: FormatOption

    @Option(help: "The event's name, such as push or pull_request.")
    var event: String?

    @Option(help: "The branch or full ref that the event is about.")
    var ref: String?

    @Option(help: "A JSON file with the event's payload, as the forge sends it.", completion: .file(extensions: ["json"]))
    var payload: String?

    @Flag(help: "Show the jobs as they are written: without an event, matrices not expanded.")
    var structure = false

    @Argument(help: "The pipeline file.", completion: .file(extensions: ["yml", "yaml"]))
    var file: String

    func validate() throws {
        if structure, event != nil || ref != nil || payload != nil {
            throw ValidationError("--structure shows the file without an event: leave --event, --ref and --payload out")
        }
    }

    func run() throws {
        let file = try PipelineFile(path: file)
        try event.map(EventName.check)
        let kind = pipeline.kind(of: file)
        switch kind {
        case .action:
            throw CommandFailure(
                .usage, "\(file.path) is an action's metadata: it starts nothing by itself; name a workflow or a buildspec")
        case .buildspec:
            let answer = BuildspecAnswer(file.buildspec, expandsMatrices: !structure)
            return try write(answer.value, isAccepted: answer.isAccepted, of: file)
        case .workflow, .pipeline: break
        }
        let document = file.document(isPipeline: kind == .pipeline)
        let answer =
            structure
            ? PlanAnswer.structure(of: document)
            : PlanAnswer.plan(of: document, for: PlanRequest(event: event, ref: ref, payload: try payloadValue()))
        try write(answer.value, isAccepted: answer.isAccepted, of: file)
    }

    private func write(_ answer: ExpressionValue, isAccepted: Bool, of file: PipelineFile) throws(CommandFailure) {
        switch output.format {
        case .json: Terminal.write(line: answer.jsonText())
        case .text where isAccepted: Terminal.write(PlanOutline(answer).text)
        case .text:
            throw CommandFailure(
                .rejected, "\(file.path) has mistakes, so nothing would run; see \"slipway check \(file.path)\"")
        }
        if !isAccepted { throw CommandFailure.answeredNo }
    }

    private func payloadValue() throws(CommandFailure) -> ExpressionValue {
        guard let payload else { return .object(ExpressionObject()) }
        let text = try InputFile.text(payload)
        do {
            return .object(try ExpressionObject(json: text))
        } catch {
            throw CommandFailure(.usage, "\(payload) does not hold a payload: \(error.description)")
        }
    }
}
