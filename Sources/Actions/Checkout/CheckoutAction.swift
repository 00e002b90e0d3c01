public import Execution
internal import Expressions
internal import Git
internal import Plan

/// `actions/checkout`: lays out the run's commit, another one, or another repository, from mirrors on this host.
///
/// It has the inputs and outputs of the original. `persist-credentials` has no effect, since no credential is ever written to
/// where a job's processes could read it; neither has `set-safe-directory`, since the files belong to the user that the job's
/// steps run as, nor `filter`, since objects come from this host. See github.com/actions/checkout.
public struct CheckoutAction: BuiltinAction {
    public static let names = ["actions/checkout"]

    private let fetcher: any CheckoutFetcher

    /// - Parameter fetcher: for other repositories, and commits that the daemon has not seen yet.
    public init(fetcher: any CheckoutFetcher) { self.fetcher = fetcher }

    public func run(_ invocation: ActionInvocation) throws(ActionFailure) -> ActionResult {
        let inputs = try CheckoutInputs(invocation)
        let own = invocation.assignment.source
        if inputs.repository == nil, inputs.ref == nil, let folder = own.workingTree {
            return try WorkingTreeCopy(source: own, folder: folder).make(for: invocation, at: inputs.path)
        }
        let source = CheckoutSource(invocation: invocation, inputs: inputs, fetcher: fetcher)
        let (place, revision) = try find(inputs, own, source)
        do {
            let mirror = try Mirror.open(existing: place.mirror)
            var options = CheckoutOptions(
                reference: revision.reference, depth: inputs.depth, path: inputs.path, originURL: place.address.text,
                removesExistingContents: inputs.cleans)
            options.includesTags = inputs.fetchesTags
            options.sparse = inputs.sparse
            let submodules = SubmoduleCheckout(invocation: invocation, inputs: inputs, source: source)
            options.submodules = submodules.isWanted(at: revision.reference) ? try mirror.submodules(in: revision.commit) : []
            let report = try mirror.checkout(
                revision.commit, into: invocation.folders.workspace.outside, options: options,
                isCancelled: { [cancellation = invocation.cancellation] in cancellation.level != .none })
            invocation.log("Checked out \(revision.commit) (\(report.fileCount) files, \(report.byteCount) bytes)")
            var remarks = CheckoutRemarks(inputs: inputs)
            remarks.add(report)
            try submodules.layOut(report, options.submodules, of: place.address, at: revision.reference, into: &remarks)
            for line in remarks.lines { invocation.log(line) }
            return ActionResult(
                outputs: ["ref": .string(revision.reference ?? ""), "commit": .string(revision.commit.description)],
                annotations: remarks.annotations)
        } catch let failure as ActionFailure {
            throw failure
        } catch {
            throw ActionFailure("\(error)")
        }
    }

    private func find(
        _ inputs: CheckoutInputs, _ own: JobAssignment.Source, _ source: CheckoutSource
    ) throws(ActionFailure) -> (CheckoutSource.Place, CheckoutRevision) {
        do {
            if let name = inputs.repository {
                let place = try source.other(name)
                if let found = try CheckoutRevision.other(inputs.ref, in: Mirror.open(existing: place.mirror)) {
                    return (place, found)
                }
                throw ActionFailure(
                    inputs.ref.map { "\(name) has neither a branch, a tag nor a commit \"\($0)\"" } ?? "\(name) has no commits")
            }
            // A folder that is no repository has no history either: there is nothing that a ref could name.
            guard !own.mirror.isEmpty else {
                throw ActionFailure("the ref \"\(inputs.ref ?? "")\" names nothing: this is no repository")
            }
            // A repository that is no longer in the settings has no address but its mirror's.
            let origin = own.originURL.isEmpty ? own.mirror : own.originURL
            let here = CheckoutSource.Place(mirror: own.mirror, address: try RemoteAddress(parsing: origin))
            if let found = try CheckoutRevision.own(inputs.ref, of: own, in: Mirror.open(existing: own.mirror)) {
                return (here, found)
            }
            return try findPushedSince(inputs, own, source, origin)
        } catch let failure as ActionFailure {
            throw failure
        } catch {
            throw ActionFailure("\(error)")
        }
    }

    /// A ref or commit that the daemon has not seen: an earlier job of the run may have pushed it.
    private func findPushedSince(
        _ inputs: CheckoutInputs, _ own: JobAssignment.Source, _ source: CheckoutSource, _ origin: String
    ) throws -> (CheckoutSource.Place, CheckoutRevision) {
        let missing = "the ref \"\(inputs.ref ?? "")\" is neither a branch, a tag nor a commit of this repository"
        let place: CheckoutSource.Place
        do { place = try source.refreshed(origin) } catch {
            throw ActionFailure("\(missing), as far as this host knows it; asked anew: \(error.message)")
        }
        guard let found = try CheckoutRevision.own(inputs.ref, of: own, in: Mirror.open(existing: place.mirror)) else {
            throw ActionFailure(missing)
        }
        return (place, found)
    }
}
