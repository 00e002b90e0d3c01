public import Diagnostics
public import Expressions

/// A step as written.
public struct StepPlan: Codable, Equatable, Sendable {
    /// What the step does.
    public indirect enum Work: Codable, Equatable, Sendable {
        case script(Script)
        case action(ActionCall)
        /// Commands in the job's lasting shell.
        case commands(CommandBlock)
        /// Waits for the steps in the background with these ids.
        case wait(steps: [String])
        /// Waits for every step in the background.
        case waitAll
        /// Stops a step in the background.
        case cancel(step: String)
        /// Steps that run beside each other; ends with the last of them.
        case parallel([StepPlan])
    }

    /// The `id`, by which `steps.<id>` finds it.
    public var id: String?
    public var name: Template?
    public var condition: Condition
    public var environment: [NamedTemplate]
    public var continueOnError: Template?
    public var timeoutMinutes: Template?
    public var work: Work
    /// Whether the next step starts without waiting for this one.
    public var isBackground: Bool
    public var position: SourcePosition

    public init(
        id: String? = nil, name: Template? = nil, condition: Condition = .whenSuccessful, environment: [NamedTemplate] = [],
        continueOnError: Template? = nil, timeoutMinutes: Template? = nil, work: Work, isBackground: Bool = false,
        position: SourcePosition = SourcePosition(line: 1, column: 1)
    ) {
        self.id = id
        self.name = name
        self.condition = condition
        self.environment = environment
        self.continueOnError = continueOnError
        self.timeoutMinutes = timeoutMinutes
        self.work = work
        self.isBackground = isBackground
        self.position = position
    }

    /// The name shown before anything is evaluated, made as GitHub makes it.
    public var displayName: String {
        if let name { return name.source }
        switch work {
        case .script(let script):
            let firstLine = script.text.source.split(separator: "\n", maxSplits: 1).first.map(String.init) ?? ""
            return "Run \(firstLine)"
        case .action(let call):
            return "Run \(call.reference)"
        case .commands(let block):
            let firstLine = block.commands.first?.text.split(separator: "\n", maxSplits: 1).first.map(String.init) ?? ""
            return "Run \(firstLine)"
        case .wait(let steps): return "Wait for \(steps.joined(separator: ", "))"
        case .waitAll: return "Wait for all steps"
        case .cancel(let step): return "Cancel \(step)"
        case .parallel: return "Run steps in parallel"
        }
    }
}

/// A `run` step.
public struct Script: Codable, Equatable, Sendable {
    public var text: Template
    /// `bash`, `sh`, `python`, or a command line with `{0}` for the script's file. Nil: the defaults'.
    public var shell: Template?
    public var workingDirectory: Template?

    public init(text: Template, shell: Template? = nil, workingDirectory: Template? = nil) {
        self.text = text
        self.shell = shell
        self.workingDirectory = workingDirectory
    }
}

/// A `uses` step.
public struct ActionCall: Codable, Equatable, Sendable {
    /// As written: `actions/checkout@v4`, `./path`, `docker://image`.
    public var reference: String
    public var inputs: [NamedTemplate]

    public init(reference: String, inputs: [NamedTemplate] = []) {
        self.reference = reference
        self.inputs = inputs
    }

    /// The name before `@`, in lower case: by it a built-in action is found.
    public var actionName: String {
        String(reference.prefix { $0 != "@" }).lowercased()
    }
}
