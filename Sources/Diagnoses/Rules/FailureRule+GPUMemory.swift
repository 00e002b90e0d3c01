extension FailureRule {
    static let gpuMemory = FailureRule(
        name: "gpu-out-of-memory", title: "Out of memory on the GPU",
        signs: "`CUDA out of memory`, `CUDA_ERROR_OUT_OF_MEMORY`",
        remedy: "smaller batches, mixed precision, or another process off the GPU",
        certainty: .exact, hides: ["out-of-memory"],
        examples: [
            Example(
                log:
                    "torch.cuda.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.50 GiB. GPU 0 has a total capacity of 15 GiB",
                says: "2.50 GiB"),
            Example(log: "failed to allocate 4.1G: CUDA_ERROR_OUT_OF_MEMORY: out of memory", says: "memory of the GPU"),
        ],
        find: { step in
            guard
                let line = step.transcript.last(
                    with: "cuda out of memory", "cuda_error_out_of_memory", "cuda error: out of memory")
            else { return nil }
            let wanted = line.text.after("Tried to allocate ")?.firstSentence
            return Finding(
                explanation: "The memory of the GPU is full\(wanted.map { ": \($0) more were asked for" } ?? "").",
                remedies: [
                    "Use smaller batches, gradient accumulation or mixed precision.",
                    "Look for another process that holds the GPU: nvidia-smi.", "Use an instance type with a larger GPU.",
                ], line: line)
        })
}

extension Substring {
    /// Up to the first full stop that ends a sentence.
    fileprivate var firstSentence: String { String(before(". ") ?? self) }
}
