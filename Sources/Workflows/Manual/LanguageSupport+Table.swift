extension LanguageSupport {
    /// Every key of the language in the order of GitHub's manual.
    public static let table: [Entry] = top + events + declarations + jobs + jobParts + containers + steps

    private static let top: [Entry] =
        supported("", "name", "run-name", "on", "env", "defaults", "jobs", "description")
        + supported("defaults", "run")
        + supported("defaults.run", "shell", "working-directory")
        + supported("", "concurrency")
        + supported("concurrency", "group", "cancel-in-progress", "queue")
        + ignored(permissionsReason, "", "permissions")

    private static let permissionsReason =
        "a job has no token of the forge that permissions could limit"

    // MARK: Events

    private static let unreceivedEvents: [String: String] = [
        "image_version": "images are of GitHub's own runners only, so it starts no run",
        "pull_request_comment": "forges send it as `issue_comment`, so it starts no run",
    ]

    private static let events: [Entry] = EventCatalog.events.flatMap { event in
        let key = "on.\(event.name)"
        let status = unreceivedEvents[event.name].map(Status.ignored) ?? .supported
        let keys = event.name == "schedule" ? ["cron", "timezone"] : event.allKeys
        return [Entry(key: key, status: status)] + keys.map { Entry(key: "\(key).\($0)", status: .supported) }
    }

    private static let declarations: [Entry] =
        supported(
            "on.workflow_dispatch.inputs.<input_id>", "description", "type", "required", "default", "options")
        + supported("on.workflow_call.inputs.<input_id>", "description", "type", "required", "default")
        + supported("on.workflow_call.secrets.<secret_id>", "description", "required")
        + supported("on.workflow_call.outputs.<output_id>", "description", "value")

    // MARK: Jobs

    private static let jobs: [Entry] =
        supported(
            "jobs.<job_id>", "name", "needs", "if", "runs-on", "environment", "concurrency", "env", "defaults", "outputs",
            "strategy",
            "timeout-minutes", "continue-on-error", "container", "services", "steps", "uses", "with", "secrets")
        + ignored(permissionsReason, "jobs.<job_id>", "permissions")
        + ignored(
            "a cancelled job has the time that the settings give it", "jobs.<job_id>", "cancel-timeout-minutes")
        + unsupported("snapshots of a runner's image exist on GitHub's own runners only", "jobs.<job_id>", "snapshot")

    private static let jobParts: [Entry] =
        ignored("runners have labels but no groups", "jobs.<job_id>.runs-on", "group")
        + supported("jobs.<job_id>.runs-on", "labels")
        + supported("jobs.<job_id>.strategy", "matrix", "fail-fast", "max-parallel")
        + supported("jobs.<job_id>.defaults", "run")
        + supported("jobs.<job_id>.defaults.run", "shell", "working-directory")
        + supported("jobs.<job_id>.environment", "name", "url", "deployment")
        + supported("jobs.<job_id>.concurrency", "group", "cancel-in-progress", "queue")
        + supported("jobs.<job_id>.snapshot", "image-name", "if", "version")

    private static let containers: [Entry] =
        supported("jobs.<job_id>.container", "image", "credentials", "env", "ports", "volumes", "options")
        + supported("jobs.<job_id>.container.credentials", "username", "password")
        + supported(
            "jobs.<job_id>.services.<service_id>", "image", "credentials", "env", "ports", "volumes", "options",
            "entrypoint", "command")
        + supported("jobs.<job_id>.services.<service_id>.credentials", "username", "password")

    // MARK: Steps

    private static let steps: [Entry] =
        supported(
            "jobs.<job_id>.steps", "id", "name", "if", "run", "shell", "working-directory", "uses", "with", "env",
            "continue-on-error", "timeout-minutes", "background", "wait", "wait-all", "cancel", "parallel")

    // MARK: Actions

    /// Every key of an action's metadata.
    public static let actionTable: [Entry] =
        supported("", "name")
        + ignored("nothing shows it", "", "author", "description", "branding")
        + supported("inputs.<input_id>", "default", "required", "deprecationMessage")
        + ignored("nothing shows it", "inputs.<input_id>", "description")
        + supported("outputs.<output_id>", "value")
        + ignored("nothing shows it", "outputs.<output_id>", "description")
        + supported("runs", ActionBodyReader.allKeys)

    // MARK: Notes

    /// What the manual says of keys that are supported, where a reader can't guess it.
    static let notes: [String: String] = [
        "jobs.<job_id>.runs-on":
            "a label stands for what `labels` of the settings says, any other for this host; Windows and macOS are refused",
        "jobs.<job_id>.container": containerNote,
        "jobs.<job_id>.services": containerNote,
        "jobs.<job_id>.container.options": optionsNote,
        "jobs.<job_id>.services.<service_id>.options": optionsNote,
        "jobs.<job_id>.container.volumes": volumesNote,
        "jobs.<job_id>.services.<service_id>.volumes": volumesNote,
        "jobs.<job_id>.uses": "of this repository, and of others as `actions` of the settings allows",
        "jobs.<job_id>.steps.uses": "see below",
    ]

    private static let containerNote = "needs a Docker Engine, and `docker` of the repository's settings other than `off`"
    private static let optionsNote =
        "as `docker create` takes them, but for some that are refused with a reason, such as `--network`; those that reach this"
        + " host need `docker: privileged` of the repository's settings"
    private static let volumesNote =
        "paths of this host where `sandbox_options` opens them, or with `docker: privileged` of the repository's settings"

    // MARK: Rows

    private static func supported(_ path: String, _ names: String...) -> [Entry] {
        rows(.supported, path, names)
    }

    private static func supported(_ path: String, _ names: [String]) -> [Entry] {
        rows(.supported, path, names)
    }

    private static func ignored(_ reason: String, _ path: String, _ names: String...) -> [Entry] {
        rows(.ignored(reason), path, names)
    }

    private static func unsupported(_ reason: String, _ path: String, _ names: String...) -> [Entry] {
        rows(.unsupported(reason), path, names)
    }

    private static func rows(_ status: Status, _ path: String, _ names: [String]) -> [Entry] {
        names.map { Entry(key: path.isEmpty ? $0 : "\(path).\($0)", status: status) }
    }
}
