internal import Expressions
public import Plan

/// What Slipway itself sets on the commits of a repository's forge. What the forge tells of it starts no run: that run's status
/// would be told again, and so on without an end. GitHub keeps the events of its own runs' tokens apart for the same reason.
public struct OwnStatuses: Sendable {
    public var mark: StatusMark
    /// Whether they are GitHub's check runs, of which GitHub makes suites.
    public var areChecks: Bool

    public init(mark: StatusMark, areChecks: Bool) {
        self.mark = mark
        self.areChecks = areChecks
    }

    /// Whether an event tells what Slipway did. That somebody asks for one of its checks again is their doing.
    func caused(_ event: String, payload: ExpressionValue) -> Bool {
        switch event {
        case "status":
            return mark.isOn(name: payload.text("context"), address: payload.text("target_url"))
        case "check_run":
            guard ["created", "completed"].contains(payload.text("action")) else { return false }
            return mark.isOn(name: payload.text("check_run", "name"), address: payload.text("check_run", "details_url"))
        default:
            return false
        }
    }

    /// The commit of a suite that Slipway's checks may be in: a suite does not tell what is in it. Nil for any other event.
    func commitOfSuite(_ event: String, payload: ExpressionValue) -> String? {
        guard areChecks, event == "check_suite", payload.text("action") == "completed" else { return nil }
        return payload.text("check_suite", "head_sha")
    }
}
