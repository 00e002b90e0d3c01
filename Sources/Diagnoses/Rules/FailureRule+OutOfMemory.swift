extension FailureRule {
    static let outOfMemory = FailureRule(
        name: "out-of-memory", title: "Out of memory",
        signs:
            "exit code 137, also of a container or task, `OOMKilled`, `Cannot allocate memory`, `MemoryError`, `heap out of memory`",
        remedy: "more memory for the task or the machine, fewer processes at a time, smaller batches",
        certainty: .certain,
        examples: [
            Example(
                log: """
                    Building wheel for scikit-learn (pyproject.toml): started
                    Killed
                    """, exitCode: 137, says: "SIGKILL"),
            Example(
                log: "The command '/bin/sh -c python train.py' returned a non-zero code: 137", says: "SIGKILL"),
            Example(
                log: "Stopped: OutOfMemoryError: Container killed due to memory usage", says: "its memory limit"),
            Example(
                log: """
                    ##[error]can't replace the container app: its memory ran out; the former container 0cc175b9c0f1 runs again
                    """,
                says: "its memory limit"),
            Example(
                log: """
                    task 5b9d0ad7 stopped: Essential container in task exited (EssentialContainerExited)
                      container app: exit code 137
                    """, says: "SIGKILL"),
            Example(
                log: "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory", exitCode: 134,
                says: "Node"),
        ],
        find: { step in
            let text = step.transcript
            let total = step.surroundings.memory.map { ["This host has \(ByteCount($0)) of memory."] } ?? []
            let advice = [
                "Give it more memory: a larger machine, or \"memory\" of the task definition.",
                "Use less: smaller batches, fewer workers or parallel jobs (\"capacity\" of the settings), pip install --no-cache-dir.",
            ]
            if let line = text.last(with: "javascript heap out of memory") {
                return Finding(
                    explanation: "Node reached the limit of its own heap.", findings: total,
                    remedies: ["Raise the limit: NODE_OPTIONS=--max-old-space-size=4096 in the step's env."] + advice, line: line)
            }
            if let line = text.last(
                with: "oomkilled", "outofmemoryerror: container killed", "killed due to memory usage", "its memory ran out",
                where: { !$0.lowercased().contains(/oomkilled"?[:=]? ?false/) })
            {
                return Finding(
                    explanation: "The kernel ended a container that reached its memory limit.", findings: total, remedies: advice,
                    line: line)
            }
            if let line = text.last(
                with: "cannot allocate memory", "memoryerror", "std::bad_alloc", "java.lang.outofmemoryerror", "errno 12]",
                "out of memory: killed process",
                where: namesItsError)
            {
                guard !line.text.contains("CUDA") else { return nil }
                return Finding(
                    explanation: "A process asked for memory that was not there.", findings: total, remedies: advice, line: line)
            }
            let inside =
                text.last(
                    with: "non-zero code: 137", "exit code: 137", "exit status 137", "exited with code 137",
                    where: { !$0.hasSuffix(" ago") && !$0.contains(" ago ") })
                ?? text.lines(with: "exit code 137").last { endsContainer($0, in: text) }
            guard inside != nil || step.exitCode == 137 else { return nil }
            return Finding(
                explanation:
                    "A process was ended by SIGKILL (exit code 137), which is what the kernel does when memory runs out.",
                findings: total, remedies: advice, line: inside ?? text.lines(with: "killed").last)
        })

    /// Whether it is the error itself, rather than a test's or a function's name.
    private static func namesItsError(_ line: String) -> Bool {
        !line.lowercased().contains("memoryerror") || line.contains(/MemoryError(:|$)/) || line.contains("OutOfMemoryError")
    }

    /// Whether a line of Slipway's tells of a container that was killed, rather than of the step's own process, or of a task
    /// that ECS stopped itself: what does not end by SIGTERM then ends with 137, too.
    private static func endsContainer(_ line: FailedTranscript.Line, in text: FailedTranscript) -> Bool {
        if line.text.contains("Process completed with") { return false }
        guard line.text.contains("container "), !line.text.contains("can't ") else { return true }
        let task = text.lines(with: " stopped: ").last { $0.index < line.index && $0.text.contains("task ") }
        return task?.text.contains("Essential container") ?? true
    }
}
