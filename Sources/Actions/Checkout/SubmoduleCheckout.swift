internal import Execution
internal import Git

/// Lays out the submodules of a checkout, each from a mirror of its own.
struct SubmoduleCheckout {
    /// How deep submodules may nest.
    private static let depthLimit = 10
    private static let countLimit = 200

    let invocation: ActionInvocation
    let inputs: CheckoutInputs
    let source: CheckoutSource

    /// Whether the step asks for them, and may.
    ///
    /// - Parameter reference: the one that is checked out.
    func isWanted(at reference: String?) -> Bool { inputs.submodules != .none && !isUntrusted(reference) }

    /// Code of a stranger names the addresses: what is fetched for it would be asked in this host's name.
    private func isUntrusted(_ reference: String?) -> Bool {
        let isForeign = reference.map { $0.hasPrefix("refs/pull/") || $0.hasPrefix("refs/merge-requests/") } ?? false
        return invocation.assignment.sources?.isUntrusted ?? true || (isForeign && reference != invocation.assignment.source.ref)
    }

    /// - Parameter declared: what the commit's `.gitmodules` says, where they are wanted.
    func layOut(
        _ report: CheckoutReport, _ declared: [SubmoduleDeclaration], of base: RemoteAddress, at reference: String?,
        into remarks: inout CheckoutRemarks
    ) throws(ActionFailure) {
        guard inputs.submodules != .none, !report.submodules.isEmpty else { return }
        let paths = report.submodules.map(\.path)
        guard isWanted(at: reference) else {
            let list = paths.joined(separator: ", ")
            return remarks.warn("submodules of code that is not trusted are not fetched; these folders are empty: \(list)")
        }
        let undeclared = paths.filter { path in !declared.contains { $0.path == path } }
        if !undeclared.isEmpty {
            remarks.warn("no address in .gitmodules; these folders are empty: \(undeclared.joined(separator: ", "))")
        }
        var count = 0
        try layOut(
            declared.filter { paths.contains($0.path) }, of: base, below: inputs.path, level: 1, count: &count, into: &remarks)
    }

    private func layOut(
        _ submodules: [SubmoduleDeclaration], of base: RemoteAddress, below folder: String, level: Int, count: inout Int,
        into remarks: inout CheckoutRemarks
    ) throws(ActionFailure) {
        guard level <= Self.depthLimit else { throw ActionFailure("submodules nest deeper than \(Self.depthLimit) levels") }
        for submodule in submodules {
            count += 1
            guard count <= Self.countLimit else { throw ActionFailure("there are more than \(Self.countLimit) submodules") }
            let place = try source.submodule(submodule, of: base)
            let path = folder.isEmpty ? submodule.path : "\(folder)/\(submodule.path)"
            let nested: [SubmoduleDeclaration]
            do throws(GitError) {
                let mirror = try Mirror.open(existing: place.mirror)
                nested = inputs.submodules == .recursive ? try mirror.submodules(in: submodule.commit) : []
                var options = CheckoutOptions(depth: inputs.depth, path: path, originURL: place.address.text)
                options.submodules = nested
                let report = try mirror.checkout(
                    submodule.commit, into: invocation.folders.workspace.outside, options: options,
                    isCancelled: { [cancellation = invocation.cancellation] in cancellation.level != .none })
                invocation.log("Submodule \(submodule.path): \(submodule.commit) (\(report.fileCount) files)")
                remarks.add(report, at: submodule.path)
            } catch {
                throw ActionFailure("the submodule \"\(submodule.name)\" at \(submodule.path): \(error)")
            }
            try layOut(nested, of: place.address, below: path, level: level + 1, count: &count, into: &remarks)
        }
    }
}
