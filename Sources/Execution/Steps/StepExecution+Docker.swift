internal import Expressions
internal import Plan

extension StepExecution {
    /// Runs a Docker action, or an image that is called by `docker://`, in a container of its own.
    func run(
        _ docker: DockerAction, of found: FoundAction?, _ call: ActionCall, step: PreparedStep, stage: Stage, in scope: StepScope
    ) throws(ExecutionError) -> StepEnd {
        let inputs = try prepareInputs(
            call, of: found, others: ["args", "entrypoint"], step: step, stage: stage, in: scope)
        var evaluator = evaluator(scope, environment: step.environment)
        evaluator.scope.inputs = inputs.values
        let files = try makeFiles()
        let paths = ContainerPaths(site.workplace)
        var environment = stepEnvironment(
            of: step, in: scope, adding: try actionEnvironment(inputs, of: step, as: .stepContainer))
        for (name, value) in try evaluator.variables(docker.environment, in: "runs.env") where environment[name] == nil {
            environment[name] = value
        }
        environment = environment.mapValues(paths.translated)
        environment.merge(files.variables.mapValues(paths.translatedFileCommand)) { $1 }
        environment["HOME"] = "/github/home"
        let container = StepContainer(
            image: try image(of: docker, in: found), entrypoint: entrypoint(of: docker, stage: stage, inputs: inputs),
            arguments: try arguments(of: docker, inputs: inputs, evaluator: evaluator), environment: environment)
        // The container is gone with its program: a shell is where the job's other steps run.
        place = ShellPlace(
            environment: processEnvironment(of: step, in: scope, files: files),
            workingDirectory: site.workplace.folders.workspace.inside)
        return try run(step, files: files) { output throws(ExecutionError) in
            try site.workplace.run(container, deadline: limit.deadline, cancellation: cancellation, output: output)
        }
    }

    private func image(of docker: DockerAction, in found: FoundAction?) throws(ExecutionError) -> StepContainer.Image {
        switch docker.image {
        case .reference(let image): return .reference(image)
        case .dockerfile(let path):
            guard let found else { throw ExecutionError("an image that is called by docker:// has no Dockerfile") }
            // As commands see it, so that it may lead to a folder beside the action's, but not out of the repository.
            guard let file = try ContainedFile("\(found.folder.inside)/\(path)", in: found.root) else {
                throw ExecutionError("the action's Dockerfile \(path) is not in its repository")
            }
            let dockerfile = "\(found.root.outside)/\(file.path)"
            let context = dockerfile.lastIndex(of: "/").map { String(dockerfile[..<$0]) } ?? found.root.outside
            return .build(context: context, dockerfile: dockerfile)
        }
    }

    private func entrypoint(of docker: DockerAction, stage: Stage, inputs: ActionInputs) -> String? {
        switch stage {
        case .pre: return docker.preEntrypoint
        case .post: return docker.postEntrypoint
        case .main:
            if let entrypoint = docker.entrypoint, !entrypoint.isEmpty { return entrypoint }
            let given = inputs.values["entrypoint"]?.displayString ?? ""
            return given.isEmpty ? nil : given
        }
    }

    private func arguments(
        of docker: DockerAction, inputs: ActionInputs, evaluator: StepEvaluator
    ) throws(ExecutionError) -> [String] {
        guard !docker.arguments.isEmpty else { return ShellCommand.split(inputs.values["args"]?.displayString ?? "") }
        var arguments: [String] = []
        for argument in docker.arguments { arguments.append(try evaluator.text(argument, in: "runs.args")) }
        return arguments
    }
}

/// The job's paths as the container of a Docker action sees them.
struct ContainerPaths {
    private let prefixes: [(path: String, seen: String)]
    private let temporary: String

    init(_ workplace: any Workplace) {
        let folders = workplace.folders
        temporary = folders.temporary.inside
        prefixes = [
            (folders.temporary.appending("event.json").inside, "/github/workflow/event.json"),
            (folders.temporary.inside, "/github/runner_temp"),
            (folders.workspace.inside, "/github/workspace"),
            (folders.home?.inside ?? workplace.environment["HOME"] ?? "", "/github/home"),
        ].filter { !$0.0.isEmpty }
    }

    /// A value that is one of the job's paths, or begins with one.
    func translated(_ value: String) -> String {
        for (path, seen) in prefixes {
            if value == path { return seen }
            if value.hasPrefix(path + "/") { return seen + value.dropFirst(path.count) }
        }
        return value
    }

    /// The path of a file by which the step talks back.
    func translatedFileCommand(_ path: String) -> String {
        path.hasPrefix(temporary + "/") ? "/github/file_commands" + path.dropFirst(temporary.count) : path
    }
}
