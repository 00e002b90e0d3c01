extension FailureRule {
    static let gpuMissing = FailureRule(
        name: "gpu-missing", title: "No GPU where the step runs",
        signs: "`could not select device driver`, `No CUDA GPUs are available`, `Found no NVIDIA driver`",
        remedy: "driver and container toolkit on the host, `--gpus all`, or a task with a GPU among its resources",
        certainty: .certain,
        examples: [
            Example(
                log: #"docker: Error response from daemon: could not select device driver "" with capabilities: [[gpu]]."#,
                exitCode: 125, says: "container toolkit"),
            Example(log: "RuntimeError: No CUDA GPUs are available", says: "sees no GPU"),
        ],
        find: { step in
            let text = step.transcript
            if let line = text.last(with: "could not select device driver", "unresolvable cdi devices", "nvidia-container-cli:") {
                return Finding(
                    explanation:
                        "Docker can't hand a GPU to the container: the NVIDIA container toolkit does not answer on this host.",
                    remedies: [
                        "Install the NVIDIA driver and nvidia-container-toolkit, run \"nvidia-ctk runtime configure\", and restart Docker.",
                        "Check that the machine has a GPU at all: nvidia-smi on the host.",
                    ], line: line)
            }
            guard
                let line = text.last(
                    with: "no cuda gpus are available", "found no nvidia driver", "cuda driver version is insufficient",
                    "torch not compiled with cuda enabled", "no cuda-capable device is detected",
                    // A program that goes on with the CPU only warns.
                    where: { !$0.contains("Warning") })
            else { return nil }
            return Finding(
                explanation: "The program wants CUDA and sees no GPU that it can use.",
                remedies: [
                    "Start the container with --gpus all (a job's container: options: --gpus all), a task with a resource requirement GPU.",
                    "Fargate has no GPUs: use EC2 instances with one for such tasks.",
                    "Or let the program fall back to the CPU when torch.cuda.is_available() is false.",
                ], line: line)
        })
}
