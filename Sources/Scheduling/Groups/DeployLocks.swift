internal import Plan

/// Which run deploys to which environment, and who waits for it, in all repositories.
///
/// A run has an environment's lock while any of its jobs does: they run beside each other, as GitHub has them. A job asks for it last
/// of all, so whoever has it waits for nobody, and nobody can wait in a circle. As with concurrency groups, all of it can be made
/// again from the claims of unfinished jobs.
struct DeployLocks {
    typealias Entry = ConcurrencyGroups.Entry
    typealias Member = ConcurrencyGroups.Member

    private struct Name: Hashable {
        var repository: String
        var environment: String

        init(_ repository: String, _ environment: String) {
            self.repository = repository
            self.environment = environment.lowercased()
        }
    }

    private struct Lock {
        /// Jobs of one run, and such as bring back what was there before.
        var holders: [Entry] = []
        /// In the order in which they get it.
        var waiting: [Entry] = []
    }

    private var locks: [Name: Lock] = [:]
    /// A job has one environment.
    private var names: [Member: Name] = [:]

    var isEmpty: Bool { locks.isEmpty }

    /// Takes the lock, or waits for it. Entering again changes nothing.
    mutating func enter(_ entry: Entry, of repository: String) -> ConcurrencyGroups.Admission {
        let name = Name(repository, entry.claim.group)
        var lock = locks[name] ?? Lock()
        names[entry.member] = name
        guard let holder = lock.holders.first else {
            lock.holders = [entry]
            locks[name] = lock
            return .held
        }
        let isShared = lock.holders.contains { $0.member.run == entry.member.run } || entry.claim.deployTurn == .goesBack
        guard !isShared else {
            if !lock.holders.contains(where: { $0.member == entry.member }) { lock.holders.append(entry) }
            locks[name] = lock
            return .held
        }
        if !lock.waiting.contains(where: { $0.member == entry.member }) {
            lock.waiting.insert(entry, at: Self.place(of: entry, in: lock.waiting))
            locks[name] = lock
        }
        return .waiting(reason: Self.reason(entry, holder))
    }

    /// Earlier runs go first; who is asked for goes after all who wait already.
    private static func place(of entry: Entry, in waiting: [Entry]) -> Int {
        guard entry.claim.deployTurn == .inOrder else { return waiting.endIndex }
        return waiting.firstIndex { $0.claim.deployTurn == .inOrder && $0.member.run > entry.member.run } ?? waiting.endIndex
    }

    /// Puts back who has the lock, by what the store says.
    mutating func hold(_ entry: Entry, of repository: String) {
        let name = Name(repository, entry.claim.group)
        names[entry.member] = name
        if !(locks[name]?.holders.contains { $0.member == entry.member } ?? false) {
            locks[name, default: Lock()].holders.append(entry)
        }
    }

    /// Takes out a member that has ended, or waits no more.
    mutating func leave(_ member: Member) -> ConcurrencyGroups.Succession {
        var succession = ConcurrencyGroups.Succession()
        guard let name = names.removeValue(forKey: member), var lock = locks[name] else { return succession }
        let before = lock.holders.first?.member
        lock.waiting.removeAll { $0.member == member }
        lock.holders.removeAll { $0.member == member }
        if lock.holders.isEmpty, let run = lock.waiting.first?.member.run {
            lock.holders = lock.waiting.filter { $0.member.run == run }
            lock.waiting.removeAll { $0.member.run == run }
            succession.admitted = lock.holders.map { ($0.member, $0.claim.group) }
        }
        if let holder = lock.holders.first, holder.member != before {
            succession.waiting = lock.waiting.map { entry in
                ConcurrencyGroups.Displacement(member: entry.member, reason: Self.reason(entry, holder))
            }
        }
        locks[name] = lock.holders.isEmpty ? nil : lock
        return succession
    }

    private static func reason(_ entry: Entry, _ holder: Entry) -> String {
        "waits for its turn at the environment \(entry.claim.group): \(holder.label) deploys to it"
    }
}
