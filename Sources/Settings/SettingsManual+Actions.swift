// The rows of `actions`.

extension SettingsManual {
    static let actionKeys: [SettingKey] = [
        SettingKey(
            "actions.server", \.actions.server, .value("https://github.com"), sample: "https://git.example.org",
            "Where the actions and reusable workflows of other repositories come from: the address of any Git server, to which"
                + " /owner/repository.git is added, or a whole address with {owner} and {repository} in it. A path works, too."),
        SettingKey(
            "actions.mirrors", \.actions.mirrors, .value("{}"),
            sample: "{actions: \"https://git.example.org/github-actions\", docker/login-action: /srv/git/login-action.git}",
            "Other places for some of them, by owner (/repository.git is added) or by owner/repository (the whole address)."),
        SettingKey(
            "actions.allow", \.actions.allow, .value("[\"*\"]"), sample: "[\"actions/*\", \"team/*\", docker/login-action@v3]",
            "Patterns of the actions and reusable workflows of other repositories that may run, in the form owner/repository,"
                + " with or without /path and @ref; \"*\" stands for anything, \"!\" before a pattern takes some out again. A"
                + " pipeline that uses others is refused. Built-in actions, and those of the run's own repository, always run."),
        SettingKey(
            "actions.update", \.actions.update, .value("locked"), sample: "follow",
            "What a tag stands for when it is used again. \"locked\": the commit that it named at its first use; when the tag moves,"
                + " a warning says so until \"slipway action update\" takes the new commit. \"follow\": the commit that it names"
                + " now. Branches are always followed."),
        SettingKey(
            "actions.check", \.actions.check, .value("1h"), sample: "1d",
            "How often it is looked at whether a locked tag that runs use has moved; off never looks. Runs don't wait for it."),
        SettingKey(
            "actions.credentials.ssh_key", \.actions.credentials.sshKey,
            .words("none"), sample: "/etc/slipway/keys/actions",
            "The file of the private key for ssh, where server is an ssh address."),
        SettingKey(
            "actions.credentials.known_hosts", \.actions.credentials.knownHosts, .words("/etc/ssh/ssh_known_hosts"),
            sample: "/etc/slipway/known_hosts",
            "The file of the ssh host keys that are trusted. A host that is not in it is refused."),
        SettingKey(
            "actions.credentials.token", \.actions.credentials.token, .words("none"),
            sample: "file:/etc/slipway/keys/actions.token",
            "The access token or password for https, as env:NAME or file:PATH. It is sent to the host of server only. Whoever may"
                + " change a pipeline can then use what it can read."),
        SettingKey(
            "actions.credentials.username", \.actions.credentials.username,
            .words("the one that GitHub and GitLab take beside a token"), sample: "ci-bot", "The user name beside the token."),
    ]
}
