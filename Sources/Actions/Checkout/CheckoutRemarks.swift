internal import Execution
internal import Git
internal import Plan

/// What a checkout leaves out, and says so.
struct CheckoutRemarks {
    let inputs: CheckoutInputs
    private(set) var annotations: [Annotation]
    /// For the log alone.
    private(set) var lines: [String] = []

    init(inputs: CheckoutInputs) {
        self.inputs = inputs
        annotations = inputs.remarks.map { Annotation(level: .warning, message: $0) }
        if inputs.persistsCredentials, inputs.token != nil || inputs.sshKey != nil {
            lines.append("The credential is not kept in the checkout: a later git push or fetch needs its own")
        }
    }

    mutating func warn(_ message: String) { annotations.append(Annotation(level: .warning, message: message)) }

    /// - Parameter place: where the checkout is, of a submodule.
    mutating func add(_ report: CheckoutReport, at place: String = "") {
        let prefix = place.isEmpty ? "" : "\(place)/"
        if report.leavesOutEncodings {
            warn("\(prefix).gitattributes asks for a working-tree-encoding: files are encoded as they are stored")
        }
        guard let first = report.lfsPointers.first else { return }
        let count = report.lfsPointers.count
        let what = count == 1 ? "1 file is a Git LFS pointer" : "\(count) files are Git LFS pointers"
        let advice = inputs.fetchesLFS ? "; run git lfs pull in a step" : ""
        warn("\(what), contents are not fetched\(advice): \(prefix)\(first.path)")
    }
}
