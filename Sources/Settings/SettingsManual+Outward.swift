// The rows of what others are told.

extension SettingsManual {
    static let outwardKeys: [SettingKey] = [
        SettingKey(
            "notifications", \.notifications, .value("[]"),
            sample: "[{name: team, on: [failure, recovery], branches: [main], slack: {url: \"env:SLACK_URL\"}}]",
            "Who is told of what. Each has a name; on: failure, recovery (the first success of a workflow on a branch after a"
                + " failure), success, approval, deployment, always (failure and recovery); filters repositories, branches,"
                + " workflows (names or files) and environments (of deployments; or cluster/service), as patterns; and one or more"
                + " of webhook {url, secret}, slack {url, channel}, sns {topic} and mail {to, from, server, username, password,"
                + " insecure}. URLs, secrets and passwords are written as env:NAME or file:PATH."),
        SettingKey(
            "webhooks", \.webhooks, .value("[]"),
            sample: "[{name: chatops, url: \"env:CHATOPS_URL\", secret: \"file:/etc/slipway/chatops.secret\"}]",
            "Programs that are told of events, as docs/webhooks.md has it. Each has a name, a url and a secret (env:NAME or"
                + " file:PATH), events (run.queued, run.started, run.completed, job.started, job.completed,"
                + " approval.requested, approval.answered, deployment.started, deployment.completed, environment.started,"
                + " environment.completed; all), and the filters repositories, branches and workflows."),
    ]

    static let statusKeys: [SettingKey] = [
        SettingKey(
            repository: "status.token", \.status.token, .words("none; the forge is told nothing"),
            sample: "file:/etc/slipway/keys/model-service.status",
            "The token with which the forge is told how each commit's runs go, as env:NAME or file:PATH. GitHub: may write commit"
                + " statuses; GitLab: scope api; Gitea and Forgejo: may write the repository."),
        SettingKey(
            repository: "status.kind", \.status.kind, .words("by the server's name, else github"),
            sample: "gitlab", "Whose API the forge has: github, gitlab, or gitea (also Forgejo)."),
        SettingKey(
            repository: "status.api_url", \.status.apiURL, .words("by forge.api_url, or the server"),
            sample: "https://git.example.org/api/v4", "Where the API of the forge is, without a slash at the end."),
        SettingKey(
            repository: "status.context", \.status.context, .value("slipway"), sample: "ci",
            "What stands before the workflow's name in what the forge shows: \"slipway / CI\"."),
        SettingKey(
            repository: "status.jobs", \.status.jobs, .value("false"), sample: "true",
            "Whether each job has a status of its own beside that of the run."),
        SettingKey(
            repository: "status.checks", \.status.checks, .value("false"), sample: "true",
            "Whether GitHub is told by check runs instead, for which the token has to be one of a GitHub App."),
    ]
}
