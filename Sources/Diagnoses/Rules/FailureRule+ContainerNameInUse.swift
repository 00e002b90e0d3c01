extension FailureRule {
    static let containerNameInUse = FailureRule(
        name: "container-name-in-use", title: "The container's name is in use",
        signs: "`Conflict. The container name … is already in use`",
        remedy: "remove the old one before, or `slipway/docker-run`, which replaces it without a race",
        certainty: .exact,
        examples: [
            Example(
                log: """
                    docker: Error response from daemon: Conflict. The container name "/mltest" is already in use by container \
                    "0cc175b9c0f1b6a831c399e269772661". You have to remove (or rename) that container to be able to reuse that name.
                    """, exitCode: 125, says: "\"mltest\""),
            // As it is told further, without the other container's number.
            Example(log: #"Error: Conflict. The container name "/mltest" is already in use."#, says: "\"mltest\""),
        ],
        find: { step in
            guard
                let line = step.transcript.lines(with: "container name ").last(where: { $0.text.contains("is already in use") }),
                let quoted = line.text.after("ontainer name ")?.quoted
            else { return nil }
            let name = quoted.hasPrefix("/") ? quoted.dropFirst() : quoted
            let state = step.surroundings.container(named: String(name))
            return Finding(
                explanation:
                    "There is a container \"\(name)\" already: an earlier deployment left it, perhaps as it failed halfway.",
                findings: state.map { ["The container \(name) is there: \($0)."] } ?? [],
                remedies: [
                    "Replace it in one step that goes back to the old one when the new one fails: uses: slipway/docker-run@v1.",
                    "Or remove it before the run, also where there is none: docker rm --force \(name) || true",
                ], line: line)
        })
}
