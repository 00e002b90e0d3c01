extension FailureRule {
    static let pushRejected = FailureRule(
        name: "push-rejected", title: "The push is not a fast-forward",
        signs: "`! [rejected] … (non-fast-forward)`, `(fetch first)`",
        remedy: "`git pull --rebase` before the push, and one run at a time (`concurrency`)",
        certainty: .exact,
        examples: [
            Example(
                log: """
                    To https://github.com/team/app.git
                     ! [rejected]        main -> main (non-fast-forward)
                    error: failed to push some refs to 'https://github.com/team/app.git'
                    """, says: "\"main\"")
        ],
        find: { step in
            guard
                let line = step.transcript.lines(with: "[rejected]").last(where: {
                    $0.text.contains("non-fast-forward") || $0.text.contains("fetch first") || $0.text.contains("stale info")
                })
            else { return nil }
            let branch = line.text.after("-> ")?.word ?? "BRANCH"
            return Finding(
                explanation: "\"\(branch)\" has got commits of others since this checkout: the push would throw them away.",
                remedies: [
                    "Take them in before: git pull --rebase origin \(branch), then push again.",
                    "Where runs of this workflow push against each other: concurrency: {group: push-\(branch)}.",
                    "git push --force throws the others' commits away; --force-with-lease does only where you know them.",
                ], line: line)
        })
}
