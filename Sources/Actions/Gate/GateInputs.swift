internal import Execution
internal import Expressions
internal import Gates
internal import Plan

/// What a gate was asked to do.
struct GateInputs {
    let name: String
    let patterns: [String]
    let format: MetricFormat?
    /// Where in JSON the numbers are.
    let within: [String]
    let required: [GateCondition]
    let investigated: [GateCondition]
    let baseline: BaselineChoice
    let requiresBaseline: Bool
    let isOverridable: Bool
    let approvers: [String]
    /// Seconds.
    let timeout: Double

    private static let standardName = "gate"

    /// As a sentence names it.
    var title: String { name == Self.standardName ? "the gate" : "the gate \"\(name)\"" }

    init(_ invocation: ActionInvocation) throws(ActionFailure) {
        name = invocation.input("name") ?? Self.standardName(of: invocation.assignment.contexts)
        guard name.count <= GateBounds.longestName, !name.contains(where: \.isNewline) else {
            throw ActionFailure("the input \"name\" must be one line of at most \(GateBounds.longestName) characters")
        }
        patterns = invocation.lines("metrics")
        guard !patterns.isEmpty else { throw ActionFailure("the input \"metrics\" is required: files or patterns, one a line") }
        format = try Self.format(invocation)
        within = (invocation.input("within") ?? "").split(separator: ".").map(String.init)
        required = try Self.conditions("conditions", invocation)
        investigated = try Self.conditions("investigate", invocation)
        // What was to hold a condition and came out empty, as by a variable that is not set, must not let everything pass.
        if required.isEmpty, investigated.isEmpty,
            let name = ["conditions", "investigate"].first(where: { invocation.inputs[$0] != nil })
        {
            throw ActionFailure(
                "the input \"\(name)\" holds no condition: write one a line, or leave the input out to record the metrics alone")
        }
        let choice = invocation.input("baseline") ?? "deployed"
        guard let baseline = BaselineChoice(choice, environment: invocation.input("environment")) else {
            throw ActionFailure("the input \"baseline\": \(BaselineChoice.expectation(choice))")
        }
        self.baseline = baseline
        requiresBaseline = try invocation.flag("require-baseline")
        isOverridable = try invocation.flag("override", default: true)
        approvers = invocation.lines("approvers").flatMap { $0.split(separator: ",") }.map(Self.trimmed).filter { !$0.isEmpty }
        timeout = Double(try invocation.number("answer-within-days", in: GateBounds.answerDays) ?? 7) * 86_400
    }

    /// Each cell of a matrix measures something of its own.
    private static func standardName(of contexts: JobAssignment.Contexts) -> String {
        guard case .object(let matrix) = contexts.matrix else { return standardName }
        return String((standardName + JobTitle.suffix(matrix)).prefix(GateBounds.longestName)).replacing("\n", with: " ")
    }

    /// Whether the metrics are kept, and nothing is asked of them.
    var onlyRecords: Bool { required.isEmpty && investigated.isEmpty }

    /// Whether a condition compares with the baseline.
    var usesBaseline: Bool { (required + investigated).contains(where: \.usesBaseline) }

    private static func format(_ invocation: ActionInvocation) throws(ActionFailure) -> MetricFormat? {
        guard let word = invocation.input("format"), word != "auto" else { return nil }
        guard let format = MetricFormat(rawValue: word) else {
            throw ActionFailure("the input \"format\" must be auto, json, csv or junit, found \"\(word)\"")
        }
        return format
    }

    private static func conditions(_ input: String, _ invocation: ActionInvocation) throws(ActionFailure) -> [GateCondition] {
        let text = invocation.input(input) ?? ""
        let (conditions, mistakes) = GateCondition.read(text)
        guard let first = mistakes.first else { return conditions }
        for mistake in mistakes {
            for line in mistake.rendered(in: text, as: input).split(separator: "\n") { invocation.log(String(line)) }
        }
        throw ActionFailure("the input \"\(input)\" has \(mistakes.count == 1 ? "a mistake" : "mistakes"): \(first.message)")
    }

    private static func trimmed(_ text: Substring) -> String {
        var text = text.drop { $0.isWhitespace }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
