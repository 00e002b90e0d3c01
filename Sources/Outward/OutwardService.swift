public import FoundationEssentials
internal import Notices
internal import Plan
public import Store
internal import Synchronization
internal import WakeUps

/// Tells forges, programs and people what happens: makes messages of occurrences, and delivers them.
///
/// Both are in the store, and nothing is only in memory: a daemon that dies goes on where it was, and may tell something twice,
/// with the same delivery id. One message at a time goes to one target, so that none passes another; a target that does not
/// answer is asked ever less often, and holds nobody else up.
public final class OutwardService: Sendable {
    private let store: Store
    private let configuration: @Sendable () -> OutwardConfiguration
    private let now: @Sendable () -> Date
    private let makeID: @Sendable () -> String
    private let report: @Sendable (String) -> Void
    private let news = WakeUp()
    private let state = Mutex(State())
    private let stop = StopSignal()

    /// How many occurrences are dealt with in one transaction.
    private static let batch = 200
    private static let longestDelay = 15.0 * 60
    private static let longestRest = 5.0 * 60
    /// For how long what was told is shown.
    private static let memory = 7.0 * 24 * 3600
    private static let tidyInterval = 3600.0

    private struct State {
        /// Targets that are to be looked at.
        var open: Set<OutwardTarget> = []
        /// Targets that a message is on its way to.
        var busy: Set<OutwardTarget> = []
        /// When a target has something due.
        var due: [OutwardTarget: Date] = [:]
        var isConfigured = false
        var tidyAt: Date?
    }

    /// - Parameter configuration: asked each time; a change is told by `settingsChanged`.
    public init(
        store: Store, configuration: @escaping @Sendable () -> OutwardConfiguration, now: @escaping @Sendable () -> Date,
        makeID: @escaping @Sendable () -> String, report: @escaping @Sendable (String) -> Void
    ) {
        self.store = store
        self.configuration = configuration
        self.now = now
        self.makeID = makeID
        self.report = report
    }

    /// Everybody is asked again at once: what was wrong may be mended.
    public func settingsChanged() {
        state.withLock { $0.isConfigured = false }
        news.signal()
    }

    /// A message was put into the outbox by somebody else.
    public func messageAdded(to target: String) {
        let found = configuration().targets.first { $0.name == target }
        if let found { state.withLock { _ = $0.open.insert(found) } }
        news.signal()
    }

    /// Works until the task is cancelled.
    public func run() async {
        await withTaskCancellationHandler {
            await withDiscardingTaskGroup { group in
                group.addTask { await self.listen() }
                while !Task.isCancelled {
                    let current = configuration()
                    do throws(StoreError) {
                        try await prepare(current)
                        if !current.targets.isEmpty { try await announce(current) }
                        for delivery in try await deliveries(current) {
                            group.addTask { await self.deliver(delivery.message, to: delivery.target, current) }
                        }
                        await news.wait(untilClockShows: waitingTime)
                    } catch {
                        report("what happened can't be told: \(error)")
                        await news.wait(untilClockShows: 30)
                    }
                }
            }
        } onCancel: {
            stop.signal()
        }
    }

    /// A change of the store may be an occurrence; ten are as good as one.
    private func listen() async {
        for await _ in store.changes.subscribe(kinds: [.recorded, .run, .jobs, .deployments], keepingNewest: 2) {
            news.signal()
        }
    }

    private var waitingTime: Double? {
        state.withLock { state in
            let next = (state.due.values + [state.tidyAt].compactMap { $0 }).min()
            return next.map { max(0, $0.timeIntervalSince(now())) }
        }
    }

    private func prepare(_ current: OutwardConfiguration) async throws(StoreError) {
        let isConfigured = state.withLock { state in
            defer { state.isConfigured = true }
            return state.isConfigured
        }
        if !isConfigured {
            try await store.setToldRepositories(current.told)
            let targets = current.targets
            for target in targets { try await store.askAgain(target.name, at: now()) }
            state.withLock { state in
                state.open = Set(targets)
                state.due = [:]
                // Also where nobody is told any more: what waits for those of earlier settings is given up in its time.
                state.tidyAt = now()
            }
        }
        guard let tidyAt = state.withLock({ $0.tidyAt }), tidyAt <= now() else { return }
        let givenUp = try await store.tidyOutbox(at: now(), endedBefore: now().addingTimeInterval(-Self.memory))
        for (target, count) in Dictionary(grouping: givenUp, by: { $0 }).mapValues(\.count) {
            report("\(target): \(count) messages are given up")
        }
        state.withLock { $0.tidyAt = now().addingTimeInterval(Self.tidyInterval) }
    }

    // MARK: - Announcing

    private func announce(_ current: OutwardConfiguration) async throws(StoreError) {
        while !Task.isCancelled {
            let reports = try await store.occurrences(limit: Self.batch)
            guard let last = reports.last else { return }
            let announcer = Announcer(configuration: current, now: now(), makeID: makeID)
            var messages: [NewOutboxMessage] = []
            for one in reports {
                do { messages += try announcer.messages(for: one) } catch {
                    report("run \(one.run.id): \(one.occurrence.kind.rawValue) can't be told: \(error)")
                }
            }
            try await store.post(messages, upTo: last.occurrence.id)
            let names = Set(messages.map(\.message.target))
            state.withLock { state in state.open.formUnion(current.targets.filter { names.contains($0.name) }) }
            if reports.count < Self.batch { return }
        }
    }

    // MARK: - Delivering

    private struct Delivery {
        var message: OutboxMessage
        var target: OutwardTarget
    }

    /// What is due now, one for each target that has nothing on its way.
    private func deliveries(_ current: OutwardConfiguration) async throws(StoreError) -> [Delivery] {
        let moment = now()
        let known = Set(current.targets)
        let candidates = state.withLock { state -> [OutwardTarget] in
            state.due = state.due.filter { known.contains($0.key) }
            for (target, date) in state.due where date <= moment { state.open.insert(target) }
            return state.open.filter { known.contains($0) && !state.busy.contains($0) }
        }
        var deliveries: [Delivery] = []
        for target in candidates {
            let next = try await store.nextMessage(for: target.name)
            let date = next.map { max($0.message.dueAt, $0.trouble?.resumesAt ?? .distantPast) }
            state.withLock { state in
                state.open.remove(target)
                state.due[target] = nil
                guard let next, let date else { return }
                if date <= moment {
                    state.busy.insert(target)
                    deliveries.append(Delivery(message: next.message, target: target))
                } else {
                    state.due[target] = date
                }
            }
        }
        return deliveries
    }

    private func deliver(_ message: OutboxMessage, to target: OutwardTarget, _ current: OutwardConfiguration) async {
        let courier = Courier(configuration: current, stop: stop)
        if let result = await courier.deliver(message, to: target, at: now()) {
            do throws(StoreError) {
                try await settle(message, result)
            } catch {
                report("\(target.name): what came of message \(message.id) can't be recorded: \(error)")
                // What can't be recorded would be sent again and again, as fast as the target takes it; a stop ends the pause.
                try? await Task.sleep(for: .seconds(5))
            }
        }
        state.withLock { state in
            state.busy.remove(target)
            state.open.insert(target)
        }
        news.signal()
    }

    private func settle(_ message: OutboxMessage, _ result: Result<String, NoticeError>) async throws(StoreError) {
        let moment = now()
        switch result {
        case .success(let answer):
            try await store.settle(message, .delivered(answer), at: moment)
        case .failure(let error):
            guard error.kind != .refused else {
                report("\(message.target): \(message.event) of run \(message.runID) is not taken: \(error.message)")
                return try await store.settle(message, .failed(error.message), at: moment)
            }
            var least = 0.0
            if case .mayPass(let after?) = error.kind { least = Double(after.components.seconds) }
            let failures = try await store.nextMessage(for: message.target)?.trouble?.failures ?? 0
            if failures == 0 { report("\(message.target): \(error.message); it is tried again") }
            try await store.settle(
                message,
                .again(
                    error.message, isUnauthorized: error.kind == .unauthorized,
                    dueAt: moment.addingTimeInterval(Self.delay(after: message.tries, atLeast: least, atMost: Self.longestDelay)),
                    targetResumesAt: moment.addingTimeInterval(
                        Self.delay(after: failures, atLeast: least, atMost: Self.longestRest))), at: moment)
        }
    }

    /// A second, and twice as long each time.
    private static func delay(after tries: Int, atLeast least: Double, atMost limit: Double) -> Double {
        max(least, min(limit, Double(1 << min(tries, 20))))
    }
}
