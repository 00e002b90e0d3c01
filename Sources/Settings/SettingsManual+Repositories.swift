// The rows of a repository's keys.

extension SettingsManual {
    static let repositoryKeys: [SettingKey] = [
        SettingKey(
            repository: "name", \.name, .required, sample: "team/model-service",
            "Its name on the page and in commands: name or owner/name, of letters, digits, \".\", \"_\" and \"-\"."),
        SettingKey(
            repository: "url", \.url, .required, sample: "https://github.com/team/model-service.git",
            "Where it is: an https, http, ssh or file URL, user@host:path, or a path. Credentials do not belong into it."),
        SettingKey(
            repository: "poll", \.poll, .value("1m"), sample: "30s",
            "How often the repository is asked for news; off leaves that to webhooks and operators."),
        SettingKey(
            repository: "branches", \.branches, .value("[\"**\"]"), sample: "[main, \"release/**\"]",
            "Patterns of the branches whose pushes are looked at, in the form of a workflow's branch filters: \"*\" stands for"
                + " anything but \"/\", \"**\" for anything, \"!\" before a pattern takes branches out again."),
        SettingKey(
            repository: "tags", \.tags, .value("[\"**\"]"), sample: "[\"v*\"]", "The same for tags; [] looks at none."),
        SettingKey(
            repository: "webhook_secret", \.webhookSecret, .words("none; webhooks are refused"),
            sample: "env:MODEL_WEBHOOK_SECRET",
            "The secret that the forge signs its webhooks with (GitLab: sends as token). It is written here, or as env:NAME for"
                + " a variable of the daemon's environment, or as file:PATH."),
        SettingKey(
            repository: "commits", \.commits, .value("each"), sample: "last",
            "Which commits of a branch run when several arrived between two polls: each of them, or the last."),
        SettingKey(
            repository: "pull_requests", \.pullRequests, .value("same-repository"), sample: "off",
            "Whose pull requests run: off, same-repository, or all. With all, whoever opens a pull request from a fork runs code"
                + " on this host."),
        SettingKey(
            repository: "sandbox", \.sandbox, .words("the general sandbox"), sample: "none",
            "What separates this repository's jobs from the host: bubblewrap or none."),
        SettingKey(
            repository: "sandbox_options", \.sandboxOptions, .words("the general sandbox_options"),
            sample: "{read_only: [/opt/data], network: false}",
            "The keys of sandbox_options for this repository. Lists are added to the general ones, network and home replace"
                + " them."),
        SettingKey(
            repository: "docker", \.docker, .value("containers"), sample: "socket",
            "What its jobs may do with the Docker Engine. off: nothing. containers: job containers, services and Docker actions"
                + " that have nothing of this host but what sandbox_options opens; images built and pushed. privileged: every option,"
                + " paths of the host included, images that stay here by name, and slipway/docker-run. socket: the engine's socket itself, in containers and in the sandbox, so that steps can use docker."
                + " With the last two, whoever writes a workflow is root on this host."),
        SettingKey(
            repository: "variables", \.variables, .value("{}"), sample: "{REGION: eu-west-1}",
            "The vars context of its pipelines."),
        SettingKey(
            repository: "environments", \.environments, .value("{}"),
            sample: "{production: {approvers: [admin], wait: 10m, branches: [main], variables: {REGION: eu-west-1}}}",
            "What protects the environments that its jobs name, by name, whatever its case; one that is not named here has no"
                + " protection. Of each: approvers (users or roles; one of them has to approve each job), prevent_self_review (false;"
                + " true: not who caused the run; where no forge proves who that was, as for polled pushes, only an admin), approval_timeout (30d; then the job fails), wait (0s; up to 30d, for each job),"
                + " branches and tags (patterns of what may deploy, as GitHub's environments have them: * stands for anything but /,"
                + " **/ for any folders; where only one of the two is given, nothing of the other may), variables (over the"
                + " repository's, in the vars context of its jobs), exclusive_lock (true: one run at a time deploys to it, in their"
                + " order, and none puts an older commit over a newer one by itself; false: as many as like, as on GitHub). The lock is there for"
                + " environments that are not named here, too."),
        repositoryAWSKey,
        SettingKey(
            repository: "buildspecs", \.buildspecs, .value("[]"),
            sample: "[{file: buildspec.yml, branches: [main], image: \"python:3.11\", env: {STAGE: test}}]",
            "Which buildspecs of CodeBuild run, as a build project says it: none without this key. Each is a path, or a mapping of"
                + " file (buildspec.yml), name, branches (patterns; the default branch), tags (patterns; none), pull_requests"
                + " (false; true: those to its branches), image (a container; this host), labels, env (variables that go before"
                + " the file's), secrets (names of stored secrets that become variables), git_credential (the name of a stored"
                + " secret with a token that git gets for the repository's host, where the file has git-credential-helper: yes),"
                + " batch (true; false: the file is one build), timeout, depth (1 commit; 0: all) and submodules (false)."),
        SettingKey(
            repository: "pipelines", \.pipelines, .value("[]"),
            sample: "[{name: Release, on: {push: {branches: [main]}}, stages: [{name: Test, actions: [{name: Lint,"
                + " type: commands, commands: [make lint]}]}]}]",
            "Pipelines of stages beside those that the repository's commits have: each as .slipway/pipeline.yml would have it, with a"
                + " name of its own. The buildspecs and workflows that it names are those of the commit."),
        SettingKey(
            repository: "badge", \.badge, .value("page"), sample: "public",
            "Who may see its badge at /badges/NAME.svg: page, those who may see the page; or public, everybody who reaches the"
                + " address, as a forge's page that shows it does."),
        SettingKey(
            repository: "shared_with", \.sharedWith, .value("[]"), sample: "[\"team/*\"]",
            "Names of the repositories whose runs may use the actions, reusable workflows and files of this one, as patterns. They"
                + " need no credential then; for a checkout, pull requests of forks do."),
    ]

    static let accessKeys: [SettingKey] = [
        SettingKey(
            repository: "credentials.ssh_key", \.credentials.sshKey, .words("none"),
            sample: "/etc/slipway/keys/model-service", "The file of the private key for ssh."),
        SettingKey(
            repository: "credentials.known_hosts", \.credentials.knownHosts, .words("/etc/ssh/ssh_known_hosts"),
            sample: "/etc/slipway/known_hosts",
            "The file of the ssh host keys that are trusted. A host that is not in it is refused."),
        SettingKey(
            repository: "credentials.token", \.credentials.token, .words("none"),
            sample: "file:/etc/slipway/keys/model-service.token",
            "The access token or password for https, as env:NAME or file:PATH."),
        SettingKey(
            repository: "credentials.username", \.credentials.username,
            .words("the one that GitHub and GitLab take beside a token"),
            sample: "ci-bot", "The user name beside the token."),
        SettingKey(
            repository: "forge.server_url", \.forge.serverURL, .words("the server of url"), sample: "https://git.example.org",
            "What jobs see as GITHUB_SERVER_URL."),
        SettingKey(
            repository: "forge.api_url", \.forge.apiURL, .words("https://api.github.com, or /api/v3 of another server"),
            sample: "https://git.example.org/api/v1", "What jobs see as GITHUB_API_URL."),
        SettingKey(
            repository: "forge.graphql_url", \.forge.graphQLURL,
            .words("https://api.github.com/graphql, or /api/graphql of another server"),
            sample: "https://git.example.org/graphql", "What jobs see as GITHUB_GRAPHQL_URL."),
        SettingKey(
            repository: "forge.repository", \.forge.repository,
            .words("the path of url, or local/ and the name where it has no owner"),
            sample: "group/model-service", "What jobs see as GITHUB_REPOSITORY."),
    ]
}
