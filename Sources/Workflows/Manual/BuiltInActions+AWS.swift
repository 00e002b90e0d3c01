// Actions that prepare for AWS, use S3, or tell of the run.

extension LanguageSupport {
    static let cloudActions: [BuiltInActionEntry] = [
        BuiltInActionEntry(
            name: "aws-actions/configure-aws-credentials",
            inputs: [
                "aws-region", "role-to-assume", "aws-access-key-id", "aws-secret-access-key", "aws-session-token",
                "web-identity-token-file", "role-chaining", "audience", "http-proxy", "no-proxy", "mask-aws-account-id",
                "role-duration-seconds", "role-external-id", "role-session-name", "role-skip-session-tagging",
                "transitive-tag-keys", "inline-session-policy", "managed-session-policies", "output-credentials",
                "output-env-credentials", "unset-current-credentials", "disable-retry", "retry-max-attempts",
                "special-characters-workaround", "use-existing-credentials", "allowed-account-ids", "force-skip-oidc",
                "action-timeout-s", "aws-profile", "overwrite-aws-profile", "custom-tags", "sts-endpoint",
                "translate-env-variables",
            ]),
        BuiltInActionEntry(
            name: "slipway/s3-sync",
            inputs: [
                "source", "destination", "compare", "delete", "dry-run", "exclude", "include", "aws-region", "path-style",
                "content-type", "cache-control", "acl", "sse", "sse-kms-key-id", "storage-class",
            ]),
        BuiltInActionEntry(
            name: "slipway/notify",
            inputs: [
                "status", "title", "message", "sns-topic-arn", "slack-webhook-url", "slack-channel", "webhook-url",
                "webhook-secret", "mail-to", "mail-from", "smtp-server", "smtp-username", "smtp-password", "smtp-insecure",
            ]),
    ]
}
