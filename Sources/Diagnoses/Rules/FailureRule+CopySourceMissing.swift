extension FailureRule {
    static let copySourceMissing = FailureRule(
        name: "copy-source-missing", title: "A file of the Dockerfile is not in the build context",
        signs:
            "`COPY failed: file not found in build context`, `failed to calculate checksum … not found`, also of the words of a comment",
        remedy:
            "the line of the ignore file that hides it is named; else the file is not in Git, or the context is another folder",
        certainty: .exact, hides: ["file-missing"],
        examples: [
            Example(
                log: """
                    Step 5/8 : COPY artifacts/model.pkl .
                    COPY failed: file not found in build context or excluded by .dockerignore: stat artifacts/model.pkl: file does not exist
                    """, says: "\"artifacts/model.pkl\""),
            Example(
                log: """
                    ERROR: failed to solve: failed to compute cache key: failed to calculate checksum of ref 9c1: "/model.pkl": not found
                    """, says: "\"model.pkl\""),
            Example(
                log: """
                    #9 [5/6] COPY your_model.pkl .  # Include your trained model file
                    #9 ERROR: failed to calculate checksum of ref 9c1::x1: "/Include": not found
                    Dockerfile:17
                    --------------------
                      17 | >>> COPY your_model.pkl .  # Include your trained model file
                    --------------------
                    ERROR: failed to solve: failed to compute cache key: failed to calculate checksum of ref 9c1::x1: "/Include": not found
                    """, says: "A comment can't follow"),
        ],
        find: { step in
            let text = step.transcript
            guard
                let line = text.last(
                    with: "file not found in build context", "failed to calculate checksum of", "copy failed: stat ",
                    "add failed: stat "),
                let path = source(in: line.text)
            else { return nil }
            if let comment = comment(with: path, in: text) {
                return Finding(
                    explanation:
                        "A comment can't follow an instruction of a Dockerfile: the words of \"\(comment)\" are files to it.",
                    remedies: ["Give the comment a line of its own, which begins with #."], line: line)
            }
            let answer = step.surroundings.find(path)
            var explanation = "\"\(path)\", which the Dockerfile copies, is not in the build context"
            var remedies: [String] = []
            if let rule = answer.dockerRule {
                explanation += ": \(rule.description) hides it."
                remedies.append("Remove the line, or let the file through with a line after it: !\(path)")
            } else if let rule = answer.gitRule, answer.paths.isEmpty {
                explanation += " as it is not in Git: \(rule.description) keeps it out."
                remedies += [
                    "Add it all the same: git add --force \(path)",
                    "Or get it before the build: from S3 (slipway/s3-sync), or as an artifact of the job that trains.",
                ]
            } else if let found = answer.paths.first {
                explanation += "; the workspace has \(found)."
                remedies.append("Name the path from the context on, or build with another context.")
            } else {
                explanation += ", nor anywhere in the workspace."
                remedies += ["Commit the file, or make it in a step before the build.", "Check the spelling, and its case."]
            }
            return Finding(explanation: explanation, remedies: remedies, line: line)
        })

    /// The comment behind a COPY or ADD, as the builder shows the instruction, that holds what was not found.
    private static func comment(with path: String, in text: FailedTranscript) -> String? {
        let signs = [">>> copy ", ">>> add ", "] copy ", "] add ", " : copy ", " : add "]
        let comments = signs.flatMap(text.lines).compactMap { line in line.text.after(" #").map { "#\($0)" } }
        return comments.first { $0.split(whereSeparator: \.isWhitespace).contains(Substring(path)) }
    }

    private static func source(in text: String) -> String? {
        let path =
            text.after("checksum of")?.quoted ?? text.after(": stat ")?.before(": file does not exist")
            ?? text.after("failed: stat ")?.before(": no such file")
        guard var path = path.map(String.init) else { return nil }
        // Where the engine had unpacked the context.
        if path.hasPrefix("/var/lib/docker/tmp/"), let rest = path.after("/var/lib/docker/tmp/")?.after("/") {
            path = String(rest)
        }
        while path.hasPrefix("/") { path.removeFirst() }
        return path.isEmpty ? nil : path
    }
}
