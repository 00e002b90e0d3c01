extension FailureRule {
    static let dockerUnreachable = FailureRule(
        name: "docker-unreachable", title: "No Docker Engine to talk to",
        signs: "`Cannot connect to the Docker daemon`, `permission denied` at its socket",
        remedy: "start the engine, or let the repository's steps use it: `docker: socket` in the settings",
        certainty: .certain,
        examples: [
            Example(
                log: "ERROR: Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?",
                says: "unix:///var/run/docker.sock"),
            Example(
                log: "permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock",
                says: "may not use"),
        ],
        find: { step in
            let text = step.transcript
            let isAllowed = step.surroundings.mayUseEngine
            let setting =
                "Let the steps of this repository use the engine: \"docker: socket\" in its settings. Whoever writes its "
                + "pipelines is root on this host then."
            let builtIn = "Or build and push with the built-in docker/build-push-action, which needs no socket in the job."
            if let line = text.last(
                with: "permission denied while trying to connect to the docker", "got permission denied while")
            {
                return Finding(
                    explanation: "The step may not use the socket of the Docker Engine.",
                    remedies: [
                        isAllowed ? "Add the user that the daemon runs as to the group docker, and restart it." : setting,
                        builtIn,
                    ], line: line)
            }
            guard
                let line = text.last(
                    with: "cannot connect to the docker daemon", "error during connect:", "failed to connect to the docker api",
                    "can't use the docker engine")
            else { return nil }
            let address = line.text.after("daemon at ")?.word.before(". ") ?? line.text.after("daemon at ")?.word
            return Finding(
                explanation: "No Docker Engine answers the step\(address.map { " at \($0.droppingLastDot)" } ?? "")"
                    + (isAllowed ? "." : ": steps of this repository have no socket of it."),
                remedies: (isAllowed
                    ? ["Start the engine: sudo systemctl start docker", "See why it does not run: journalctl -u docker"]
                    : [setting])
                    + [builtIn], line: line)
        })
}

extension Substring {
    /// Without the full stop of its sentence.
    fileprivate var droppingLastDot: Substring { last == "." ? dropLast() : self }
}
