internal import Execution
internal import FoundationEssentials
internal import Processes

/// Deploys to one service, one at a time on this host, in the order of their runs.
///
/// Each deploy is a process of its own: who waits has a ticket, a locked file that is named by its run, and who deploys holds the
/// lock. The kernel gives up both with their process, so that one that died keeps nobody.
struct ServiceQueue {
    /// The service's folder.
    let folder: String
    let ticket: Ticket
    /// What is deployed to, as those who wait are told: `this service`.
    var subject = "this service"

    /// Who wants to deploy.
    struct Ticket {
        var runID: Int64
        var jobID: Int64
        /// As others are told of it: `run 12 (main, 1a2b3c4d)`.
        var title: String

        /// Sorts as the runs do.
        var name: String { "\(Self.padded(runID))-\(Self.padded(jobID))" }

        private static func padded(_ number: Int64) -> String {
            let digits = String(number)
            return String(repeating: "0", count: max(0, 19 - digits.count)) + digits
        }
    }

    private var waiting: String { "\(folder)/waiting" }
    private var holder: String { "\(folder)/holder" }

    /// Waits for the turn.
    ///
    /// - Parameters:
    ///   - log: takes why it waits, each time that the reason is another.
    ///   - pause: waits a moment; throws where there is no more waiting.
    /// - Returns: the lock, which is the turn as long as it lives.
    func take(
        log: (String) -> Void, pause: () throws(DeploymentError) -> Void
    ) throws(DeploymentError) -> FileLock {
        try make(waiting)
        let place = "\(waiting)/\(ticket.name)"
        let own = try takeTicket(at: place, pause: pause)
        defer {
            // While it is held: whoever asks sees one that is held, or none.
            try? FileManager.default.removeItem(atPath: place)
            own.unlock()
        }
        var said = ""
        while true {
            if let earlier = try earlierTicket() {
                tell("waiting: \(earlier) is to deploy to \(subject) first", unless: &said, log)
            } else if let turn = try lock("\(folder)/lock") {
                try write(ticket.title, to: holder)
                return turn
            } else {
                let who = (try? Folder.read(holder, limit: 4096)).flatMap { $0.isEmpty ? nil : $0 } ?? "another job"
                tell("waiting: \(who) is deploying to \(subject)", unless: &said, log)
            }
            try pause()
        }
    }

    /// Who clears away the tickets of processes that died locks them for that. One that was locked between its making and its
    /// lock, or is gone from the folder, is made anew: what nobody sees keeps no place.
    private func takeTicket(
        at place: String, pause: () throws(DeploymentError) -> Void
    ) throws(DeploymentError) -> FileLock {
        while true {
            if let own = try lock(place), own.isInPlace { return own }
            try pause()
        }
    }

    private func tell(_ reason: String, unless said: inout String, _ log: (String) -> Void) {
        guard reason != said else { return }
        said = reason
        log(reason)
    }

    /// The first of those who wait, where that is somebody else. Tickets of processes that died are removed.
    private func earlierTicket() throws(DeploymentError) -> String? {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: waiting)) ?? []
        for name in names.sorted() where name < ticket.name {
            let path = "\(waiting)/\(name)"
            if try isLocked(path) { return "run \(Int64(name.prefix { $0 != "-" }) ?? 0)" }
            // It may have been made a moment ago, and be about to be locked.
            guard let left = try lock(path) else { return "run \(Int64(name.prefix { $0 != "-" }) ?? 0)" }
            if left.isInPlace { try? FileManager.default.removeItem(atPath: path) }
            left.unlock()
        }
        return nil
    }

    // MARK: Files

    private func lock(_ path: String) throws(DeploymentError) -> FileLock? {
        do throws(ProcessError) { return try FileLock.tryLock(path) } catch { throw DeploymentError(.unavailable, "\(error)") }
    }

    private func isLocked(_ path: String) throws(DeploymentError) -> Bool {
        do throws(ProcessError) { return try FileLock.isLocked(path) } catch { throw DeploymentError(.unavailable, "\(error)") }
    }

    private func make(_ path: String) throws(DeploymentError) {
        do throws(ExecutionError) { try Folder.make(path, mode: 0o750) } catch {
            throw DeploymentError(.unavailable, error.message)
        }
    }

    private func write(_ text: String, to path: String) throws(DeploymentError) {
        do throws(ExecutionError) { try Folder.write(text, to: path, mode: 0o640) } catch {
            throw DeploymentError(.unavailable, error.message)
        }
    }
}
