extension SettingsManual {
    static let storageKeys: [SettingKey] = [
        SettingKey(
            "artifacts.days", \.artifacts.age, .value("90"), sample: "14",
            "How many days an artifact is kept. A step may ask for less by retention-days, and no artifact outlives its run."),
        SettingKey(
            "artifacts.size", \.artifacts.size, .value("20GiB"), sample: "100GiB",
            "How much all artifacts may take. When it is reached, uploads fail until artifacts expire or are deleted."),
        SettingKey(
            "artifacts.allow_untrusted", \.artifacts.allowsUntrusted, .value("false"), sample: "true",
            "Whether a trusted run may download the artifacts of a run that executed a stranger's code, such as the pull request"
                + " of a fork, by its run-id. What is in them may be anything: they should never be executed."),
        SettingKey(
            "caches.days", \.caches.age, .value("14"), sample: "7",
            "After how many days without use a cached file is deleted; off keeps it until its room is needed."),
        SettingKey(
            "caches.size", \.caches.size, .value("10GiB"), sample: "50GiB",
            "How much the caches of each repository may take. For a new one, those that were not used for the longest time go."),
        SettingKey(
            "caches.untrusted_size", \.caches.untrustedSize, .value("1GiB"), sample: "100MiB",
            "The same for what runs of strangers' code cached, which only they read. It is counted by itself, so that they push"
                + " out nothing of others."),
    ]
}
