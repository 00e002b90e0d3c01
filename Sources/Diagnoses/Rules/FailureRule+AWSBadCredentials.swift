extension FailureRule {
    static let awsBadCredentials = FailureRule(
        name: "aws-bad-credentials", title: "AWS does not accept the credentials",
        signs: "`InvalidClientTokenId`, `UnrecognizedClientException`, `ExpiredToken`, `SignatureDoesNotMatch`",
        remedy: "renew the key, or the session that it belongs to; check the clock",
        certainty: .certain,
        examples: [
            Example(
                log: """
                    An error occurred (UnrecognizedClientException) when calling the GetAuthorizationToken operation: The security token \
                    included in the request is invalid.
                    """, exitCode: 254, says: "does not know"),
            Example(
                log: """
                    An error occurred (ExpiredToken) when calling the PutObject operation: The provided token has expired.
                    """, says: "expired"),
        ],
        find: { step in
            let text = step.transcript
            if let line = text.last(
                with: "expiredtoken", "token included in the request is expired", "provided token has expired")
            {
                return Finding(
                    explanation: "The session that the credentials belong to has expired.",
                    remedies: [
                        "Ask for the credentials in the job that uses them, shortly before.",
                        "Let them last longer: role-duration-seconds of configure-aws-credentials.",
                    ], line: line)
            }
            if let line = text.last(with: "signaturedoesnotmatch", "signature not yet current", "signature expired") {
                return Finding(
                    explanation: "AWS computes another signature: the secret key is wrong, or this host's clock is.",
                    remedies: [
                        "Set the secret anew, without a blank or a line end around it: slipway secret set.",
                        "Check the clock: timedatectl",
                    ], line: line)
            }
            guard
                let line = text.last(
                    with: "unrecognizedclientexception", "invalidclienttokenid",
                    "security token included in the request is invalid",
                    "invalidaccesskeyid")
            else { return nil }
            return Finding(
                explanation:
                    "AWS does not know this access key: it was removed, is of another partition, or its session token is missing.",
                remedies: [
                    "Check that the key is active: aws iam list-access-keys.",
                    "Keys that begin with ASIA need their session token, too.", "Set the secrets anew: slipway secret set.",
                ], line: line)
        })
}
