extension FailureRule {
    static let sharedMemory = FailureRule(
        name: "shared-memory", title: "Too little shared memory in the container",
        signs: "a `DataLoader` worker killed by a bus error, `insufficient shared memory`, `/dev/shm` full",
        remedy: "`--shm-size=2g` or `--ipc=host` among the container's options, or fewer loader workers",
        certainty: .exact, hides: ["no-space", "out-of-memory"],
        examples: [
            Example(
                log: """
                    ERROR: Unexpected bus error encountered in worker. This might be caused by insufficient shared memory (shm).
                    RuntimeError: DataLoader worker (pid 212) is killed by signal: Bus error.
                    """, says: "/dev/shm"),
            Example(log: "OSError: [Errno 28] No space left on device: '/dev/shm/psm_7ac1'", says: "64 MB"),
        ],
        find: { step in
            let text = step.transcript
            let line =
                text.last(with: "insufficient shared memory", "out of shared memory", "dataloader worker (pid")
                ?? text.lines(with: "no space left on device").last { $0.text.contains("/dev/shm") }
                ?? text.lines(with: "bus error").last
            guard let line else { return nil }
            if line.text.contains("DataLoader worker"), !text.contains("bus error"), !text.contains("shared memory") {
                return nil
            }
            return Finding(
                explanation:
                    "A process ran out of shared memory (/dev/shm), of which a container has 64 MB unless it asks for more.",
                remedies: [
                    "Give the container more: \"docker run --shm-size=2g …\", for a job's container \"options: --shm-size=2g\", in a "
                        + "task definition linuxParameters.sharedMemorySize.",
                    "Or let it use the host's: --ipc=host.", "Or load data with fewer workers: num_workers=0 needs none.",
                ], line: line)
        })
}
