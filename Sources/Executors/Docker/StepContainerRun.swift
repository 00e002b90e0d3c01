internal import Docker
internal import Execution

/// A container that runs one step and is gone after it.
struct StepContainerRun {
    let job: JobEngine
    let gracePeriod: Double

    private static let lastGrace = 10.0

    func run(
        _ step: StepContainer, deadline: Deadline?, cancellation: Cancellation, output: (UnsafeRawBufferPointer) -> Void
    ) throws(ExecutionError) -> CommandOutcome {
        let patience = Patience(cancellation, deadline)
        func say(_ text: String) { Array(text.utf8).withUnsafeBytes(output) }
        let engine: DockerEngine
        let container: String
        do {
            engine = try job.connect(patience)
            container = try make(step, engine: engine, patience: patience, say: say)
        } catch {
            if let outcome = Self.outcome(of: cancellation, deadline) { return outcome }
            throw error
        }
        defer { try? engine.removeContainer(container) }
        do throws(DockerError) {
            return try follow(container, engine: engine, patience: patience, say: say, output: output)
        } catch {
            throw ExecutionError(error)
        }
    }

    /// Where the preparation was broken off on request, that is how the step ends.
    private static func outcome(of cancellation: Cancellation, _ deadline: Deadline?) -> CommandOutcome? {
        if !Patience(cancellation).wait(seconds: 0) { return .cancelled }
        return deadline?.hasPassed == true ? .timedOut : nil
    }

    private func make(
        _ step: StepContainer, engine: DockerEngine, patience: Patience, say: (String) -> Void
    ) throws(ExecutionError) -> String {
        func log(_ line: String) { say(line + "\n") }
        let image: String
        switch step.image {
        case .reference(let name):
            image = name
            let logins = try job.logins()
            try job.provide(
                name, credentials: ImageReference(name).flatMap { logins.credentials(for: $0.registry) }, engine: engine,
                patience: patience, log: log)
        case .build(let context, let dockerfile):
            log("##[group]Building the image of the action")
            image = try job.build(context: context, dockerfile: dockerfile, engine: engine, patience: patience, output: say)
            log("##[endgroup]")
        }
        var definition = ContainerDefinition(image: image)
        definition.entrypoint = step.entrypoint.map { [$0] }
        definition.command = step.arguments.isEmpty ? nil : step.arguments
        definition.workingDirectory = step.workingDirectory
        var environment = step.environment
        environment["HOME"] = "/github/home"
        definition.environment = environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        definition.host.mounts = mounts
        definition.network = NetworkMembership(network: try job.network(engine, patience))
        // Its output is read while it comes.
        definition.host.log = LogConfiguration(driver: "none")
        return try job.make(definition, named: job.nextStepName("step"), engine: engine, patience: patience, log: log)
    }

    private var mounts: [Mount] {
        let place = job.place
        return [
            Mount(.bind, place.workspace, at: "/github/workspace"), Mount(.bind, place.home, at: "/github/home"),
            Mount(.bind, place.temporary, at: "/github/workflow"), Mount(.bind, place.temporary, at: "/github/runner_temp"),
            Mount(.bind, place.temporary, at: "/github/file_commands"),
        ] + job.socketMounts
    }

    private func follow(
        _ container: String, engine: DockerEngine, patience: Patience, say: (String) -> Void,
        output: (UnsafeRawBufferPointer) -> Void
    ) throws(DockerError) -> CommandOutcome {
        // Before its start, so that nothing of its output is missed.
        let stream: ContainerOutput
        do throws(DockerError) {
            stream = try engine.attach(to: container, patience: patience)
            try engine.startContainer(container, patience: patience)
        } catch {
            guard error.reason == .interrupted || error.reason == .momentPassed else { throw error }
            return error.reason == .interrupted ? .cancelled : .timedOut
        }
        while true {
            switch try stream.read(patience, hand: { output($1) }) {
            case .output: continue
            case .end: return try end(of: container, engine: engine, patience: patience, stream: stream, say: say, output: output)
            case .interrupted:
                try stop(container, engine: engine, stream: stream, output: output)
                return .cancelled
            case .momentPassed:
                try stop(container, engine: engine, stream: stream, output: output)
                return .timedOut
            }
        }
    }

    private func end(
        of container: String, engine: DockerEngine, patience: Patience, stream: ContainerOutput, say: (String) -> Void,
        output: (UnsafeRawBufferPointer) -> Void
    ) throws(DockerError) -> CommandOutcome {
        do throws(DockerError) {
            let code = try engine.waitForContainer(container, patience: patience)
            if code == 137, try engine.inspectContainer(container).state.ranOutOfMemory {
                say("##[error]The container was killed because its memory ran out.\n")
            }
            return .exited(code)
        } catch {
            switch error.reason {
            case .interrupted, .momentPassed:
                try stop(container, engine: engine, stream: stream, output: output)
                return error.reason == .interrupted ? .cancelled : .timedOut
            default: throw error
            }
        }
    }

    private func stop(
        _ container: String, engine: DockerEngine, stream: ContainerOutput, output: (UnsafeRawBufferPointer) -> Void
    ) throws(DockerError) {
        for (signal, seconds) in [("SIGTERM", gracePeriod), ("SIGKILL", Self.lastGrace)] {
            do { try engine.signalContainer(container, signal) } catch {
                // It has ended meanwhile.
                guard error.reason == .conflict || error.reason == .notFound else { throw error }
            }
            let patience = Patience().limited(to: seconds)
            while true {
                let news = try stream.read(patience, hand: { output($1) })
                if news == .end { return }
                if news != .output { break }
            }
        }
    }
}
