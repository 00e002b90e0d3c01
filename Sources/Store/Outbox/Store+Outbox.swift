public import FoundationEssentials
internal import GRDB
internal import Plan

extension Store {
    /// Has what happens to these repositories, and to no others, kept for those who are told of it, from now on.
    public func setToldRepositories(_ names: Set<String>) async throws(StoreError) {
        try await write("note whose runs are told of") { database, _ in try RepositoriesTable.setTold(names, database) }
    }

    /// What happened and was not dealt with, in its order.
    public func occurrences(limit: Int) async throws(StoreError) -> [OccurrenceReport] {
        try await read("read what is to be told") { database in
            // Many jobs of one run end at a time.
            var turns: [Int64: PersonsTurn?] = [:]
            return try OccurrencesTable.oldest(limit: limit, database).compactMap { occurrence in
                guard let run = try RunsTable.run(occurrence.runID, database) else { return nil }
                let isEnd = occurrence.kind == .runCompleted
                if occurrence.kind.subject != .run, run.status == .running, turns[run.id] == nil {
                    turns[run.id] = .some(run.waitsFor(try JobsTable.all(ofRun: run.id, database).newest()))
                }
                let deploying = occurrence.kind.subject == .environment ? occurrence.jobID : nil
                return OccurrenceReport(
                    occurrence: occurrence, run: run, job: try occurrence.jobID.flatMap { try JobsTable.job($0, database) },
                    deployment: try occurrence.deploymentID.flatMap { try DeploymentsTable.deployment($0, database) },
                    environment: try deploying.flatMap { try EnvironmentDeploymentsTable.deployment(ofJob: $0, database) },
                    changesServices: try deploying.map { try !DeploymentsTable.all(ofJob: $0, database).isEmpty } ?? false,
                    previousConclusion: isEnd
                        ? try OccurrencesTable.conclusion(before: run, attempt: occurrence.attempt, database) : nil,
                    turn: occurrence.kind.subject != .run ? turns[run.id] ?? nil : nil)
            }
        }
    }

    /// Deals with all that happened up to one occurrence: its messages wait to be delivered, in the same transaction.
    public func post(_ messages: [NewOutboxMessage], upTo occurrence: Int64) async throws(StoreError) {
        try await write("keep what is to be told") { database, _ in
            for new in messages {
                if new.replacesOlder { try OutboxTable.removePending(inLane: new.message.lane, database) }
                try OutboxTable.insert(new.message, database)
            }
            try OccurrencesTable.remove(upTo: occurrence, database)
        }
    }

    /// What goes to a target next, perhaps at a later moment; and why it is left alone, where it is.
    public func nextMessage(
        for target: String
    ) async throws(StoreError) -> (message: OutboxMessage, trouble: OutboxTrouble?)? {
        try await read("read what is to be told to \(target)") { database in
            guard let message = try OutboxTable.next(for: target, database) else { return nil }
            return (message, try OutboxTable.trouble(of: target, database))
        }
    }

    /// Records what came of a try; of a message that was replaced meanwhile, only what it says of the target.
    public func settle(_ message: OutboxMessage, _ outcome: OutboxOutcome, at now: Date) async throws(StoreError) {
        try await write("record what came of a message to \(message.target)") { database, _ in
            switch outcome {
            case .delivered(let answer):
                try OutboxTable.finish(message.id, .delivered, answer, at: now, database)
                try OutboxTable.clearTrouble(of: message.target, database)
            case .failed(let answer):
                try OutboxTable.finish(message.id, .failed, answer, at: now, database)
                try OutboxTable.setRefusal(of: message.target, answer, at: now, database)
            case .again(let answer, let isUnauthorized, let dueAt, let resumesAt):
                try OutboxTable.postpone(message.id, answer, until: dueAt, database)
                try OutboxTable.setTrouble(
                    of: message.target, answer, isUnauthorized: isUnauthorized, resumesAt: resumesAt, at: now, database)
            }
        }
    }

    /// The target is asked again at once, as after its settings were changed.
    public func askAgain(_ target: String, at now: Date) async throws(StoreError) {
        try await write("ask \(target) again") { database, _ in
            try OutboxTable.clearTrouble(of: target, database)
            try OutboxTable.makeDue(target, at: now, database)
        }
    }

    /// Gives up what is too old, and forgets what ended before a moment.
    ///
    /// - Returns: the targets of what was given up, one for each message.
    public func tidyOutbox(at now: Date, endedBefore: Date) async throws(StoreError) -> [String] {
        try await write("tidy what was told") { database, _ in
            try OutboxTable.tidy(at: now, endedBefore: endedBefore, database)
        }
    }

    /// Who does not take messages at the moment.
    public func outboxTroubles() async throws(StoreError) -> [OutboxTrouble] {
        try await read("read who can't be told") { database in try OutboxTable.troubles(database) }
    }

    public func outboxMessage(_ id: Int64) async throws(StoreError) -> OutboxMessage? {
        try await read("read message \(id)") { database in try OutboxTable.message(id, database) }
    }

    /// The newest first.
    public func outboxMessages(for target: String, limit: Int) async throws(StoreError) -> [OutboxMessage] {
        try await read("list the messages to \(target)") { database in
            try OutboxTable.newest(for: target, limit: limit, database)
        }
    }

    /// Has a message that has ended delivered again, as a new one with the same delivery id.
    ///
    /// - Returns: its id.
    public func redeliver(_ message: OutboxMessage, at now: Date, until end: Date) async throws(StoreError) -> Int64 {
        try await write("deliver message \(message.id) again") { database, _ in
            var copy = message
            (copy.state, copy.createdAt, copy.dueAt, copy.expiresAt) = (.pending, now, now, end)
            return try OutboxTable.insert(copy, database)
        }
    }
}
