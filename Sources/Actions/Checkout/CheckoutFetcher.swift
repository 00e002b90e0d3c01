public import Execution
public import Git

/// Fetches while a job waits for it.
///
/// Contract: `fetch` blocks, and ends by the request's timeout at the latest, or soon after `cancellation` was triggered, with
/// an error of kind `timeout` or `cancelled`.
public protocol CheckoutFetcher: Sendable {
    func fetch(_ request: FetchRequest, cancellation: Cancellation) throws(GitError)
}
