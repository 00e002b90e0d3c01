extension FailureRule {
    static let commandMissing = FailureRule(
        name: "command-missing", title: "A command is not installed",
        signs: "exit code 127 with `command not found`",
        remedy: "install it on the host or in the job's image, or use the built-in action that needs no such program",
        certainty: .certain,
        examples: [
            Example(log: "/tmp/step-4/script.sh: line 2: aws: command not found", exitCode: 127, says: "\"aws\""),
            Example(log: "/bin/sh: 1: docker: not found", exitCode: 127, says: "\"docker\""),
        ],
        find: { step in
            guard step.exitCode == 127 else { return nil }
            let text = step.transcript
            guard let line = text.lines(with: "command not found").last ?? text.lines(with: ": not found").last else {
                return nil
            }
            guard
                let command = (line.text.before(": command not found") ?? line.text.before(": not found"))?
                    .split(separator: " ").last
            else { return nil }
            var remedies: [String] = []
            switch command {
            case "aws":
                remedies = [
                    "Use the built-in actions, which need no AWS command line: amazon-ecr-login, slipway/ecs-deploy, slipway/s3-sync."
                ]
            case "docker":
                remedies = ["Use the built-in docker/build-push-action and slipway/docker-run, which need no docker command."]
            case "python": remedies = ["Add uses: actions/setup-python@v5, or call python3."]
            case "node", "npm", "npx": remedies = ["Add uses: actions/setup-node@v4 before it."]
            case "sudo":
                remedies = ["Leave sudo out: in a container the step is root already, in the sandbox nothing makes it root."]
            default: break
            }
            return Finding(
                explanation: "The command \"\(command)\" is not on the PATH of the place where the step runs.",
                remedies: remedies + [
                    "Install it on the host, or give the job a container whose image has it.",
                    "If an earlier step installed it: add its folder to the file that $GITHUB_PATH names.",
                ], line: line)
        })
}
