internal import Synchronization

/// The uploads of a job. What was stored is remembered: a client that got no answer asks once more.
final class UploadTable: Sendable {
    private struct State {
        var last = 0
        var uploads: [Int: Upload] = [:]
    }

    private let state = Mutex(State())

    /// - Returns: its number.
    func add(_ upload: Upload) -> Int {
        state.withLock { state in
            state.last += 1
            state.uploads[state.last] = upload
            return state.last
        }
    }

    subscript(number: Int) -> Upload? { state.withLock { $0.uploads[number] } }

    /// The newest one that matches: an upload that broke off is begun again under the same name.
    func last(where matches: (Upload.Purpose) -> Bool) -> (number: Int, upload: Upload)? {
        state.withLock { state in
            state.uploads.filter { matches($0.value.purpose) }.max { $0.key < $1.key }.map { ($0.key, $0.value) }
        }
    }

}
