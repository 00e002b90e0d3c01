internal import Synchronization

/// Bounds what the bodies that are being read take together, as they come in: who sends them is not known yet.
///
/// One sender has a share of it, so that a flood from one address refuses nobody else's. Senders who have shown that they know a
/// secret have half of it to themselves, which strangers can't take whatever addresses they have.
final class BodyBudget: Sendable {
    /// How many proven senders are remembered; the one longest unheard of is forgotten first.
    private static let mostProven = 1024

    private struct State {
        var taken = 0
        /// Of that, what senders hold who have proven nothing.
        var strangers = 0
        /// Only those who hold something.
        var holders: [String: Int] = [:]
        /// By a count that grows with each proof.
        var proven: [String: Int] = [:]
        var proofs = 0
    }

    private let limit: Int
    private let share: Int
    private let state = Mutex(State())

    /// - Parameters:
    ///   - limit: of all bodies, in bytes.
    ///   - share: of one sender.
    init(limit: Int, share: Int) {
        self.limit = limit
        self.share = share
    }

    /// Sets bytes aside for a body from this sender until the reservation is gone.
    func reservation(for sender: String) -> Reservation {
        Reservation(budget: self, sender: sender, isProven: state.withLock { $0.proven[sender] != nil })
    }

    /// The sender knew a secret.
    func prove(_ sender: String) {
        state.withLock { state in
            state.proofs += 1
            state.proven[sender] = state.proofs
            guard state.proven.count > Self.mostProven, let oldest = state.proven.min(by: { $0.value < $1.value })?.key else {
                return
            }
            state.proven[oldest] = nil
        }
    }

    /// What the body of one request holds. Used by that request alone.
    final class Reservation {
        private let budget: BodyBudget
        private let sender: String
        private let isProven: Bool
        private var count = 0

        fileprivate init(budget: BodyBudget, sender: String, isProven: Bool) {
            self.budget = budget
            self.sender = sender
            self.isProven = isProven
        }

        deinit { budget.give(back: count, of: sender, isProven: isProven) }

        /// - Returns: false where so many bytes more are not to be had now.
        func take(_ more: Int) -> Bool {
            guard budget.take(more, for: sender, isProven: isProven) else { return false }
            count += more
            return true
        }
    }

    private func take(_ count: Int, for sender: String, isProven: Bool) -> Bool {
        state.withLock { state in
            let held = state.holders[sender] ?? 0
            guard held + count <= share, state.taken + count <= limit, isProven || state.strangers + count <= limit / 2 else {
                return false
            }
            state.holders[sender] = held + count
            state.taken += count
            if !isProven { state.strangers += count }
            return true
        }
    }

    private func give(back count: Int, of sender: String, isProven: Bool) {
        state.withLock { state in
            let rest = (state.holders[sender] ?? 0) - count
            state.holders[sender] = rest > 0 ? rest : nil
            state.taken -= count
            if !isProven { state.strangers -= count }
        }
    }
}
