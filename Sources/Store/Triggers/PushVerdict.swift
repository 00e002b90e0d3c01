/// Whether a push that is told is a new one, and whether the ref's recorded state follows it.
///
/// A push is told by polls and by webhooks, late, twice, or in another order than it happened. Each push is to make one
/// event, and the recorded state never goes back for a late one. The rule, for a push of `ref` from `before` to `commit`:
///
/// - where the state already is `commit`, it was told before;
/// - where no push to this commit is known in the ref's present life, it is new. The state follows if it stood at `before`,
///   is unknown, or the teller has seen that the ref moved;
/// - where one is known, it is that one told again, unless the state stands at `before` and the known one is *settled*: the
///   ref has been at that commit since and went on, so it came back, as after a forced push. A known push that is not
///   settled ran ahead of the state, and the state now catches up with it.
enum PushVerdict: Equatable {
    case new(movesState: Bool)
    case duplicate(of: Int64?, movesState: Bool)

    /// The newest known push to the same commit of the same ref.
    struct KnownPush: Equatable {
        var eventID: Int64
        var isSettled: Bool
    }

    init(commit: String, before: String?, moves: Bool, current: String?, known: KnownPush?) {
        if current == commit {
            self = .duplicate(of: known?.eventID, movesState: false)
            return
        }
        let isNext = before == current
        guard let known else {
            self = .new(movesState: isNext || current == nil || moves)
            return
        }
        if isNext && known.isSettled {
            self = .new(movesState: true)
        } else {
            self = .duplicate(of: known.eventID, movesState: isNext || moves)
        }
    }
}
