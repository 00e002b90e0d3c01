/// The events that `on` knows: their activity types and what limits them.
///
/// After "Events that trigger workflows" in GitHub's manual.
public struct EventCatalog: Sendable {
    public let name: String
    /// The activity types that `types` may name; nil: any name (`repository_dispatch`), empty: `types` is not allowed.
    public let types: [String]?
    /// The types that count where `types` is missing; nil: all.
    public let defaultTypes: [String]?
    /// The keys besides `types`.
    public let keys: [String]

    /// Every event in the manual's order.
    public static let events: [EventCatalog] = [
        event("branch_protection_rule", types: changes),
        event("check_run", types: ["created", "rerequested", "completed", "requested_action"]),
        event("check_suite", types: ["completed"]),
        event("create"),
        event("delete"),
        event("deployment"),
        event("deployment_status"),
        event(
            "discussion",
            types: changes + [
                "transferred", "pinned", "unpinned", "labeled", "unlabeled", "locked", "unlocked", "category_changed",
                "answered", "unanswered",
            ]),
        event("discussion_comment", types: changes),
        event("fork"),
        event("gollum"),
        event("image_version", types: ["created", "ready", "deleted"], keys: ["names", "versions"]),
        event("issue_comment", types: changes),
        event(
            "issues",
            types: [
                "opened", "edited", "deleted", "transferred", "pinned", "unpinned", "closed", "reopened", "assigned",
                "unassigned", "labeled", "unlabeled", "locked", "unlocked", "milestoned", "demilestoned", "typed", "untyped",
            ]),
        event("label", types: changes),
        event("merge_group", types: ["checks_requested"], keys: branchFilters),
        event("milestone", types: ["created", "closed", "opened", "edited", "deleted"]),
        event("page_build"),
        event("project", types: ["created", "closed", "reopened", "edited", "deleted"]),
        event("project_card", types: ["created", "moved", "converted", "edited", "deleted"]),
        event("project_column", types: ["created", "updated", "moved", "deleted"]),
        event("public"),
        event(
            "pull_request", types: pullRequestTypes, defaults: pullRequestDefaults, keys: branchFilters + pathFilters),
        event("pull_request_comment", types: changes),
        event("pull_request_review", types: ["submitted", "edited", "dismissed"]),
        event("pull_request_review_comment", types: changes),
        event(
            "pull_request_target", types: pullRequestTypes, defaults: pullRequestDefaults,
            keys: branchFilters + pathFilters),
        event("push", keys: branchFilters + ["tags", "tags-ignore"] + pathFilters),
        event("registry_package", types: ["published", "updated"]),
        event(
            "release",
            types: ["published", "unpublished", "created", "edited", "deleted", "prereleased", "released"]),
        EventCatalog(name: "repository_dispatch", types: nil, defaultTypes: nil, keys: []),
        event("schedule"),
        event("status"),
        event("watch", types: ["started"]),
        event("workflow_call", keys: ["inputs", "secrets", "outputs"]),
        event("workflow_dispatch", keys: ["inputs"]),
        event("workflow_run", types: ["completed", "requested", "in_progress"], keys: ["workflows"] + branchFilters),
    ]

    public static let names = events.map(\.name)

    public static func named(_ name: String) -> EventCatalog? { byName[name] }

    /// The keys of the event's mapping.
    public var allKeys: [String] { types?.isEmpty == true ? keys : ["types"] + keys }

    private static let byName = Dictionary(uniqueKeysWithValues: events.map { ($0.name, $0) })
    private static let changes = ["created", "edited", "deleted"]
    private static let branchFilters = ["branches", "branches-ignore"]
    private static let pathFilters = ["paths", "paths-ignore"]
    private static let pullRequestDefaults = ["opened", "synchronize", "reopened"]
    private static let pullRequestTypes = [
        "assigned", "unassigned", "labeled", "unlabeled", "opened", "edited", "closed", "reopened", "synchronize",
        "converted_to_draft", "locked", "unlocked", "enqueued", "dequeued", "milestoned", "demilestoned",
        "ready_for_review", "review_requested", "review_request_removed", "auto_merge_enabled", "auto_merge_disabled",
    ]

    private static func event(
        _ name: String, types: [String] = [], defaults: [String]? = nil, keys: [String] = []
    ) -> EventCatalog {
        EventCatalog(name: name, types: types, defaultTypes: defaults, keys: keys)
    }
}
