import Testing

@testable import Store

@Suite struct PushVerdictTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var before: String?
        var moves = false
        var current: String?
        var known: PushVerdict.KnownPush?
        var verdict: PushVerdict
    }

    static let settled = PushVerdict.KnownPush(eventID: 7, isSettled: true)
    static let ahead = PushVerdict.KnownPush(eventID: 7, isSettled: false)

    static let cases = [
        Case(testDescription: "the first push of a ref", verdict: .new(movesState: true)),
        Case(testDescription: "of a ref whose state is unknown", before: "a", verdict: .new(movesState: true)),
        Case(testDescription: "the next push", before: "a", current: "a", verdict: .new(movesState: true)),
        Case(testDescription: "told while the state lags or leads", before: "b", current: "a", verdict: .new(movesState: false)),
        Case(
            testDescription: "the same by one who has seen the ref", before: "b", moves: true, current: "a",
            verdict: .new(movesState: true)),
        Case(
            testDescription: "told where the state already is", before: "a", moves: true, current: "c", known: settled,
            verdict: .duplicate(of: 7, movesState: false)),
        Case(
            testDescription: "told where the state was set without an event", before: "a", current: "c",
            verdict: .duplicate(of: nil, movesState: false)),
        Case(
            testDescription: "told late, the ref went on", before: "a", current: "d", known: settled,
            verdict: .duplicate(of: 7, movesState: false)),
        Case(
            testDescription: "a forced push back", before: "d", current: "d", known: settled,
            verdict: .new(movesState: true)),
        Case(
            testDescription: "a push that was told ahead, the state catches up", before: "b", moves: true, current: "b",
            known: ahead, verdict: .duplicate(of: 7, movesState: true)),
        Case(
            testDescription: "a push that was told ahead, told again", before: "b", current: "a", known: ahead,
            verdict: .duplicate(of: 7, movesState: false)),
        Case(
            testDescription: "a push that was told ahead, reached by a jump", before: "a", moves: true, current: "b",
            known: ahead, verdict: .duplicate(of: 7, movesState: true)),
    ]

    @Test("a push to c is new or told before, and moves the state or not", arguments: cases)
    func verdict(of example: Case) {
        let verdict = PushVerdict(
            commit: "c", before: example.before, moves: example.moves, current: example.current, known: example.known)
        #expect(verdict == example.verdict)
    }
}
