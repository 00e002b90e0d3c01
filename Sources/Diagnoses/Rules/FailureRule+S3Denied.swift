extension FailureRule {
    static let s3Denied = FailureRule(
        name: "s3-denied", title: "S3 denies access",
        signs: "`AccessDenied` or `403` when calling an operation of S3, by the AWS command line, boto3 or `slipway/s3-sync`",
        remedy: "the action of the operation is named: `s3:GetObject`, `s3:PutObject`, `s3:ListBucket` on bucket and objects",
        certainty: .certain,
        examples: [
            Example(
                log: """
                    upload failed: data/train.csv to s3://ml-data/data/train.csv An error occurred (AccessDenied) when calling the \
                    PutObject operation: Access Denied
                    """, says: "s3:PutObject"),
            Example(
                log: "fatal error: An error occurred (403) when calling the HeadObject operation: Forbidden", says: "s3:GetObject"
            ),
            Example(
                log: """
                    botocore.exceptions.ClientError: An error occurred (AccessDenied) when calling the ListObjectsV2 operation: Access Denied
                    """, says: "s3:ListBucket"),
            Example(
                log: """
                    ##[error]Amazon S3: PutObject failed: AccessDenied: Access Denied (HTTP 403, request 4442587FB7D0A2F9); allow \
                    s3:PutObject in the policy of who owns the credentials (they are from the environment)
                    """, says: "s3:PutObject"),
        ],
        find: { step in
            let tools = step.transcript.lines(with: "when calling the ").last { line in
                let text = line.text
                return (text.contains("(AccessDenied)") || text.contains("(403)") || text.contains("(AllAccessDisabled)"))
                    && action(of: text) != nil
            }
            let line = tools ?? step.transcript.lines(with: "amazon s3: ").last { action(of: $0.text) != nil }
            guard let line, let action = action(of: line.text) else { return nil }
            let bucket = line.text.after("s3://")?.leading { !$0.isWhitespace && $0 != "/" && $0 != "\"" }
            let isListing = action == "s3:ListBucket"
            let resource = "arn:aws:s3:::\(bucket ?? "BUCKET")\(isListing ? "" : "/*")"
            var remedies = [
                "Add to the policy of the credentials' user or role: "
                    + "{\"Effect\": \"Allow\", \"Action\": \"\(action)\", \"Resource\": \"\(resource)\"}"
            ]
            if line.text.contains("HeadObject") || line.text.contains("GetObject") {
                remedies.append(
                    "Where the object may be missing, allow s3:ListBucket on the bucket, too: without it, S3 answers 403 in place of 404."
                )
            }
            remedies += [
                "The bucket is one resource, what is in it another: arn:aws:s3:::NAME and arn:aws:s3:::NAME/*.",
                "Where the bucket encrypts with a key of KMS, that key's policy has to allow its use.",
            ]
            return Finding(
                explanation: "The job's credentials may not do \(action)\(bucket.map { " in the bucket \"\($0)\"" } ?? "").",
                remedies: remedies, line: line)
        })

    private static let operations = [
        "PutObject": "s3:PutObject", "CreateMultipartUpload": "s3:PutObject", "UploadPart": "s3:PutObject",
        "CopyObject": "s3:PutObject", "GetObject": "s3:GetObject", "HeadObject": "s3:GetObject",
        "ListObjectsV2": "s3:ListBucket", "ListObjects": "s3:ListBucket", "HeadBucket": "s3:ListBucket",
        "DeleteObject": "s3:DeleteObject", "DeleteObjects": "s3:DeleteObject", "CreateBucket": "s3:CreateBucket",
        "ListBuckets": "s3:ListAllMyBuckets",
    ]

    private static func action(of text: String) -> String? {
        if let operation = text.between("when calling the ", " operation") { return operations[String(operation)] }
        // Slipway's own: it names the action where access was denied, and only there.
        let action = text.after("Amazon S3: ")?.between("; allow ", " in the policy")
        return action.flatMap { $0.hasPrefix("s3:") ? String($0) : nil }
    }
}
