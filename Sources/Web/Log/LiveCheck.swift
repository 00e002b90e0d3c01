/// Asks whether a log still grows on behalf of many viewers who are woken at one time.
///
/// Whoever asks gets an answer to a question that was put after they came: those who come while one is being answered
/// wait and share the next. So a thousand viewers put two questions, not a thousand.
actor LiveCheck {
    private enum Turn {
        case answer(Bool)
        /// This waiter puts the next question.
        case ask
    }

    private var isAsking = false
    private var waiting: [CheckedContinuation<Turn, Never>] = []

    func isLive(_ ask: @escaping @Sendable () async -> Bool) async -> Bool {
        if isAsking, case .answer(let answer) = await withCheckedContinuation({ waiting.append($0) }) { return answer }
        isAsking = true
        let batch = waiting
        waiting = []
        // In a task of its own, awaited here: a viewer who leaves must not spoil the others' answer.
        let answer = await Task { await ask() }.value
        for waiter in batch { waiter.resume(returning: .answer(answer)) }
        if waiting.isEmpty {
            isAsking = false
        } else {
            waiting.removeFirst().resume(returning: .ask)
        }
        return answer
    }
}
