extension FailureRule {
    static let noSpace = FailureRule(
        name: "no-space", title: "No space left on the disk",
        signs: "`no space left on device`, `[Errno 28]`, `ENOSPC`, `disk quota exceeded`",
        remedy: "what takes the space is told, and what pruning would free: `docker system prune`, old caches, a larger disk",
        certainty: .certain,
        examples: [
            Example(
                log: """
                    Step 7/9 : RUN pip install -r requirements.txt
                    ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device
                    """, says: "is full"),
            Example(
                log: """
                    b4f6c2a1: Extracting [=====>    ]  201MB/1.6GB
                    failed to register layer: write /opt/venv/lib/libtorch_cuda.so: no space left on device
                    """, says: "Docker stored an image"),
            Example(
                log: """
                    npm error code ENOSPC
                    npm error syscall write
                    """, says: "is full"),
        ],
        find: { step in
            let text = step.transcript
            guard let line = text.last(with: "no space left on device", "errno 28]", "code enospc", "disk quota exceeded") else {
                return nil
            }
            // Shared memory, and the kernel's watches of files, run out with the same words.
            let isElsewhere = ["/dev/shm", "/torch_", "shared memory", "file watchers", "inotify"].contains {
                line.text.lowercased().contains($0)
            }
            guard !isElsewhere else { return nil }
            let isDocker = ["failed to register layer", "/var/lib/docker", "extracting", "writing layer", "overlay2"].contains {
                line.text.contains($0)
            }
            let space = step.surroundings.space()
            var remedies = space.commands.map { "Remove what Docker no longer uses: \($0)" }
            if remedies.isEmpty { remedies = ["Remove what Docker no longer uses: docker system prune --all --force"] }
            remedies += [
                "Keep less: shorten \"retention\" and \"storage\" in the settings, and remove old caches on the repository's page.",
                "Enlarge the disk: 8 GB are soon full of images with machine-learning libraries. On EC2: modify the volume, then "
                    + "growpart and resize2fs (or xfs_growfs).",
            ]
            return Finding(
                explanation:
                    "A disk is full: there was no room left when \(isDocker ? "Docker stored an image" : "the step wrote a file").",
                findings: space.sentences, remedies: remedies, line: line)
        })
}
