public import Expressions
internal import FoundationEssentials
internal import Plan

/// What `slipway plan` is asked: which event to imagine.
public struct PlanRequest: Sendable {
    /// The event's name; nil: `push`, or the file's first event where it has none.
    public var event: String?
    /// As a person types it: a full ref, or a branch.
    public var ref: String?
    /// What the forge would send.
    public var payload: ExpressionValue

    public init(event: String? = nil, ref: String? = nil, payload: ExpressionValue = .object(ExpressionObject())) {
        self.event = event
        self.ref = ref
        self.payload = payload
    }

    /// The imagined event for one workflow.
    func event(for workflow: Workflow) -> Event {
        let name = event ?? (workflow.trigger("push") != nil ? "push" : workflow.triggers.first?.event.value ?? "push")
        let pull = payload["pull_request"]
        let activity = payload["action"]?.text ?? EventCatalog.named(name)?.defaultTypes?.first
        let reference = ref.map(GitReference.init(operatorInput:)) ?? GitReference(payload["ref"]?.text ?? "refs/heads/main")
        return Event(
            repository: payload["repository"]?["full_name"]?.text ?? "",
            name: name, activity: activity, source: .operator, ref: reference.fullName,
            commit: payload["after"]?.text ?? pull?["head"]?["sha"]?.text ?? String(repeating: "0", count: 40),
            baseBranch: pull?["base"]?["ref"]?.text,
            headBranch: pull?["head"]?["ref"]?.text,
            actor: payload["sender"]?["login"]?.text ?? "operator",
            payload: payload, inputs: name == "workflow_dispatch" ? inputs(for: workflow) : ExpressionObject(),
            receivedAt: Date(timeIntervalSince1970: 0))
    }

    private func inputs(for workflow: Workflow) -> ExpressionObject {
        DispatchInputs.resolve(given: givenInputs, declared: workflow.dispatchInputs).values
    }

    /// The inputs that the payload has, as texts.
    var givenInputs: [String: String] {
        var given: [String: String] = [:]
        if case .object(let object)? = payload["inputs"] {
            for (name, value) in object.pairs { given[name] = value.displayString }
        }
        return given
    }

    /// The message of the newest commit, where the payload has it.
    var commit: CommitInfo? {
        payload["head_commit"]?["message"]?.text.map(CommitInfo.init(message:))
    }

    /// The files of a push's commits, where the payload lists them.
    var changedPaths: [String]? {
        guard case .array(let commits)? = payload["commits"] else { return nil }
        var paths: [String] = []
        var isKnown = false
        for commit in commits {
            for key in ["added", "modified", "removed"] {
                guard case .array(let files)? = commit[key] else { continue }
                isKnown = true
                paths += files.compactMap(\.text)
            }
        }
        return isKnown ? paths : nil
    }
}

extension ExpressionValue {
    fileprivate var text: String? {
        if case .string(let text) = self { text } else { nil }
    }
}
