extension FailureRule {
    static let bucketMissing = FailureRule(
        name: "bucket-missing", title: "The bucket does not exist",
        signs: "`NoSuchBucket`",
        remedy: "create it, or correct its name",
        certainty: .exact,
        examples: [
            Example(
                log: """
                    upload failed: ./a.csv to s3://ml-dta/a.csv An error occurred (NoSuchBucket) when calling the PutObject operation: The \
                    specified bucket does not exist
                    """, says: "ml-dta")
        ],
        find: { step in
            guard let line = step.transcript.last(with: "nosuchbucket", "the specified bucket does not exist") else { return nil }
            let bucket = line.text.after("s3://")?.leading { !$0.isWhitespace && $0 != "/" && $0 != "\"" }
            return Finding(
                explanation: "S3 has no bucket \(bucket.map { "\"\($0)\"" } ?? "of this name").",
                remedies: ["Check the name.", "Create it: aws s3 mb s3://\(bucket ?? "NAME")"], line: line)
        })
}
