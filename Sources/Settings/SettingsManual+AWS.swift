// The rows of `aws`.

extension SettingsManual {
    static let awsKeys: [SettingKey] = [
        SettingKey(
            "aws.region", \.aws.region, .words("none; a pipeline says it"), sample: "eu-west-1",
            "What jobs see as AWS_REGION and AWS_DEFAULT_REGION, and where their role is assumed. docs/aws.md tells more of this"
                + " section."),
        SettingKey(
            "aws.role", \.aws.role, .value("off"), sample: "arn:aws:iam::123456789012:role/slipway-jobs",
            "The role whose credentials each job gets as variables, for a while and masked; off for none. The daemon assumes it"
                + " with its own credentials, which no job ever sees. Pull requests of forks get none."),
        SettingKey(
            "aws.session_duration", \.aws.sessionDuration, .value("1h"), sample: "2h",
            "How long a job's credentials are good for: 15m to 12h, and no longer than the role allows."),
        SettingKey(
            "aws.session_policy", \.aws.sessionPolicy, .words("none"), sample: "/etc/slipway/session-policy.json",
            "The file of a policy in JSON. A job may do what both it and the role's own policies allow."),
        SettingKey(
            "aws.managed_policies", \.aws.managedPolicies, .value("[]"), sample: "[\"arn:aws:iam::aws:policy/ReadOnlyAccess\"]",
            "ARNs of managed policies that bound a job in the same way."),
        SettingKey(
            "aws.external_id", \.aws.externalID, .words("none"), sample: "slipway-4711",
            "The external id that the role's trust policy asks for."),
        SettingKey(
            "aws.profile", \.aws.profile, .words("the daemon's own credentials, wherever AWS' own tools would find them"),
            sample: "deployer", "The profile, of the files of the daemon's user, with which the role is assumed."),
        SettingKey(
            "aws.endpoint", \.aws.endpoint, .words("AWS itself"), sample: "http://127.0.0.1:4566",
            "Where AWS is asked instead, by the daemon, and by jobs as AWS_ENDPOINT_URL: for an emulator."),
    ]

    static let repositoryAWSKey = SettingKey(
        repository: "aws", \.aws, .words("the general aws"), sample: "{role: \"arn:aws:iam::123456789012:role/deploy-model\"}",
        "The keys of aws for this repository; each replaces the general one.")
}
