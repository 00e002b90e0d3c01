internal import FoundationEssentials
internal import Plan

/// Who is in which concurrency group, and who waits for it, in all repositories.
///
/// See "Control the concurrency of workflows and jobs" in GitHub's manual. What is here can be made again from the claims of
/// the unfinished runs and jobs, in whatever order they are entered: of two that can't both wait, the newer one stays.
struct ConcurrencyGroups {
    /// A run, or a job of it.
    struct Member: Hashable, Sendable {
        var run: Int64
        /// Nil for the run itself.
        var job: Int64?
    }

    /// What a member enters a group with.
    struct Entry: Equatable {
        var member: Member
        /// As a sentence names it: `run 12 (CI)`.
        var label: String
        var claim: ConcurrencyClaim
        /// The run, and the jobs that call the workflow, of which it is a part: they end only after it.
        var containers: [Member]
    }

    enum Admission: Equatable {
        case held
        case waiting(reason: String)
        /// It can't be in the group, and ends as cancelled.
        case refused(reason: String)
    }

    /// Someone who has to make room: one that waits ends, one that runs is stopped.
    struct Displacement: Equatable {
        var member: Member
        var reason: String
    }

    /// What follows from a member's leaving.
    struct Succession: Equatable {
        /// Those who are in a group now for which they waited, with its name.
        var admitted: [(member: Member, group: String)] = []
        /// Those who wait for another one than before.
        var waiting: [Displacement] = []

        static func == (left: Succession, right: Succession) -> Bool {
            left.waiting == right.waiting && left.admitted.map(\.member) == right.admitted.map(\.member)
        }
    }

    private struct Name: Hashable {
        var repository: String
        var group: String

        init(_ repository: String, _ group: String) {
            self.repository = repository
            self.group = group.lowercased()
        }
    }

    private struct Group {
        var holder: Entry?
        /// In the order in which they came.
        var waiting: [Entry] = []
    }

    /// How many may wait for one group under `queue: max`, as on GitHub.
    static let queueLimit = 100

    private var groups: [Name: Group] = [:]
    /// Environments are no groups of a pipeline: claims of theirs go here.
    private var deployLocks = DeployLocks()
    private var namesOfMembers: [Member: [Name]] = [:]

    var isEmpty: Bool { groups.isEmpty && deployLocks.isEmpty }

    /// Enters a group, or waits for it. Entering again changes nothing.
    ///
    /// - Returns: where the newcomer stands, and who has to make room for it.
    mutating func enter(_ entry: Entry, of repository: String) -> (admission: Admission, displaced: [Displacement]) {
        if entry.claim.deployTurn != nil { return (deployLocks.enter(entry, of: repository), []) }
        let name = Name(repository, entry.claim.group)
        var group = groups[name] ?? Group()
        guard let holder = group.holder, holder.member != entry.member else {
            group.holder = entry
            keep(group, name, with: entry.member)
            return (.held, [])
        }
        if group.waiting.contains(where: { $0.member == entry.member }) {
            return (.waiting(reason: Self.waitReason(entry.claim.group, holder)), [])
        }
        if let refusal = refusal(of: entry, in: group, name: name, holder: holder) { return (.refused(reason: refusal), []) }
        let displaced = displaced(by: entry, in: group, holder: holder)
        group.waiting.removeAll { waiting in displaced.contains { $0.member == waiting.member } }
        let place = group.waiting.firstIndex { $0.claim.since > entry.claim.since } ?? group.waiting.endIndex
        group.waiting.insert(entry, at: place)
        for displacement in displaced where displacement.member != holder.member { forget(name, of: displacement.member) }
        keep(group, name, with: entry.member)
        return (.waiting(reason: Self.waitReason(entry.claim.group, holder)), displaced)
    }

    /// Puts back who is in a group, by what the store says.
    mutating func hold(_ entry: Entry, of repository: String) {
        if entry.claim.deployTurn != nil { return deployLocks.hold(entry, of: repository) }
        let name = Name(repository, entry.claim.group)
        var group = groups[name] ?? Group()
        guard group.holder == nil else { return }
        group.holder = entry
        keep(group, name, with: entry.member)
    }

    /// Takes a member that has ended, or waits no more, out of all its groups.
    mutating func leave(_ member: Member) -> Succession {
        var succession = deployLocks.leave(member)
        for name in namesOfMembers.removeValue(forKey: member) ?? [] {
            guard var group = groups[name] else { continue }
            group.waiting.removeAll { $0.member == member }
            if group.holder?.member == member {
                group.holder = group.waiting.isEmpty ? nil : group.waiting.removeFirst()
                if let holder = group.holder {
                    succession.admitted.append((holder.member, holder.claim.group))
                    succession.waiting += group.waiting.map { entry in
                        Displacement(member: entry.member, reason: Self.waitReason(entry.claim.group, holder))
                    }
                }
            }
            groups[name] = group.holder == nil ? nil : group
        }
        return succession
    }

    // MARK: - Rules

    private func refusal(of entry: Entry, in group: Group, name: Name, holder: Entry) -> String? {
        let title = "concurrency group \"\(entry.claim.group)\""
        if entry.containers.contains(holder.member) {
            return "it would wait for itself: \(holder.label), of which it is a part, is in \(title)"
        }
        if let newer = group.waiting.first(where: { $0.claim.since > entry.claim.since && $0.claim.replacesWaiting }) {
            return "\(newer.label) took its place in the queue of \(title)"
        }
        guard !entry.claim.cancelsInProgress else { return nil }
        if entry.claim.queue == .max, group.waiting.count >= Self.queueLimit {
            return "\(Self.queueLimit) others wait for \(title) already"
        }
        if closesCircle(entry, holder: holder) {
            return "it and \(holder.label), which is in \(title), would wait for each other"
        }
        return nil
    }

    private func displaced(by entry: Entry, in group: Group, holder: Entry) -> [Displacement] {
        let title = "concurrency group \"\(entry.claim.group)\""
        var displaced: [Displacement] = []
        if entry.claim.replacesWaiting {
            displaced = group.waiting.filter { $0.claim.since <= entry.claim.since }.map { waiting in
                Displacement(member: waiting.member, reason: "\(entry.label) took its place in the queue of \(title)")
            }
        }
        if entry.claim.cancelsInProgress {
            displaced.append(
                Displacement(member: holder.member, reason: "\(entry.label) cancels what is in progress in \(title)"))
        }
        return displaced
    }

    /// Whether the holder, or a part of it, waits for what the newcomer or its containers have.
    private func closesCircle(_ entry: Entry, holder: Entry) -> Bool {
        let ours = Set(entry.containers + [entry.member])
        var open = [holder.member]
        var seen: Set<Member> = []
        while let member = open.popLast() {
            guard seen.insert(member).inserted else { continue }
            for group in groups.values {
                guard let next = group.holder?.member else { continue }
                let waits = group.waiting.contains { $0.member == member || $0.containers.contains(member) }
                guard waits, next != member else { continue }
                if ours.contains(next) { return true }
                open.append(next)
            }
        }
        return false
    }

    static func waitReason(_ group: String, _ holder: Entry) -> String {
        "waits for concurrency group \"\(group)\": \(holder.label) is in it"
    }

    // MARK: - Names

    private mutating func keep(_ group: Group, _ name: Name, with member: Member) {
        groups[name] = group
        if !(namesOfMembers[member]?.contains(name) ?? false) { namesOfMembers[member, default: []].append(name) }
    }

    private mutating func forget(_ name: Name, of member: Member) {
        namesOfMembers[member]?.removeAll { $0 == name }
        if namesOfMembers[member]?.isEmpty ?? false { namesOfMembers[member] = nil }
    }
}

extension ConcurrencyClaim {
    /// Whether it takes the place of those who wait for the group already.
    var replacesWaiting: Bool { cancelsInProgress || queue == .single }
}
