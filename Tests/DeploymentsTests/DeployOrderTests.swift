import CloudRig
import Foundation
import Plan
import Processes
import SampleRepositories
import Synchronization
import Testing

@testable import Deployments

/// One after the other, and never back in time.
@Suite(.enabled(if: CloudRig.isAvailable, "\(CloudRig.reasonToSkip ?? "")")) struct DeployOrderTests {
    private final class Notes: Sendable {
        private let notes = Mutex<[String]>([])

        func note(_ text: String) { notes.withLock { $0.append(text) } }
        var all: [String] { notes.withLock { $0 } }
    }

    private struct History {
        let repository: SampleRepository
        let first: String
        let second: String

        init() throws {
            repository = try SampleRepository()
            first = try repository.commit("First", ["a": "1"])
            second = try repository.commit("Second", ["a": "2"])
            try repository.git("push", "-q", "origin", "main")
        }
    }

    @Test("an older commit is not put over a newer one, whichever run is the later")
    func older() throws {
        let (trial, history) = (try DeployTrial(), try History())
        trial.mirror = history.repository.origin
        try trial.deploy(run: 1, commit: history.second)
        let error = try #require(throws: DeploymentError.self) { try trial.deploy(run: 2, commit: history.first) }
        #expect(error.kind == .older)
        #expect(error.message.contains("commit \(history.first.prefix(8)) is older than \(history.second.prefix(8))"))
        #expect(error.message.contains("slipway rollback 1"))
        #expect(try trial.service.taskDefinition() == "\(trial.service.family):2")
        // The same commit again, and a newer one, are no step back.
        try trial.deploy(run: 3, commit: history.second)
    }

    @Test("where history does not tell, the order of the runs does")
    func unknown() throws {
        let trial = try DeployTrial()
        try trial.deploy(run: 5, commit: "cccc3333")
        try trial.deploy(run: 6, commit: "dddd4444")
        let error = try #require(throws: DeploymentError.self) { try trial.deploy(run: 4, commit: "eeee5555") }
        #expect(error.kind == .older)
        #expect(error.message.contains("run 4 with commit eeee5555 was there before dddd4444, which run 6 deployed"))
    }

    @Test("after a deployment that was rolled back, what it took the place of counts")
    func afterRollback() throws {
        let (trial, history) = (try DeployTrial(options: DeployTrial.circuitBreaker), try History())
        trial.mirror = history.repository.origin
        try trial.deploy(run: 1, commit: history.first)
        #expect(throws: DeploymentError.self) { try trial.deploy(["ROLLOUT": "fails"], run: 2, commit: history.second) }
        try trial.deploy(run: 3, commit: history.first)
    }

    @Test("a step back that somebody asked for is made, and knows which commit it deploys again")
    func stepBack() throws {
        let (trial, history) = (try DeployTrial(), try History())
        trial.mirror = history.repository.origin
        let first = try trial.deploy(run: 1, commit: history.first)
        let second = try trial.deploy(run: 2, commit: history.second)
        var wish = trial.wish
        wish.goesBack = true
        wish.undoes = second.id
        let back = try ServiceDeploy(wish, of: trial.job(run: 3, commit: history.second), in: trial.cloud())
        _ = try back.update(to: first.taskDefinition, images: [])
        let deployment = try back.follow(DeployTrial.following)
        #expect(deployment.commit == history.first)
        #expect(deployment.undoes == second.id)
        #expect(try trial.service.taskDefinition() == "\(trial.service.family):2")
    }

    @Test("what was undone is deployed again by a job that was made after that, and by no other")
    func again() throws {
        let (trial, history) = (try DeployTrial(), try History())
        trial.mirror = history.repository.origin
        let first = try trial.deploy(run: 1, commit: history.first)
        let second = try trial.deploy(run: 2, commit: history.second)
        var wish = trial.wish
        wish.goesBack = true
        wish.undoes = second.id
        // It holds the service's turn while it lives.
        func goBack() throws {
            let back = try ServiceDeploy(wish, of: trial.job(run: 3, commit: "feed"), in: trial.cloud())
            _ = try back.update(to: first.taskDefinition, images: [])
            _ = try back.follow(DeployTrial.following)
        }
        try goBack()
        func rerun(of run: Int64, _ commit: String, asJob number: Int64) throws {
            _ = try ServiceDeploy(trial.wish, of: trial.job(run: run, commit: commit, number: number), in: trial.cloud())
        }
        try rerun(of: 2, history.second, asJob: 31)
        trial.mirror = "/nowhere"
        try rerun(of: 2, history.second, asJob: 31)
        // One of the time before the rollback was not asked for since.
        let error = #expect(throws: DeploymentError.self) { try rerun(of: 2, history.second, asJob: 29) }
        #expect(error?.kind == .older, "\(error?.message ?? "")")
    }

    @Test("a step back is not made over what somebody deployed past Slipway")
    func stepBackOverAStranger() throws {
        let trial = try DeployTrial()
        let first = try trial.deploy(run: 1, commit: "aaaa1111")
        let second = try trial.deploy(run: 2, commit: "bbbb2222")
        try trial.service.update(["HOTFIX": "1"])
        var wish = trial.wish
        wish.goesBack = true
        wish.undoes = second.id
        let error = try #require(throws: DeploymentError.self) {
            try ServiceDeploy(wish, of: trial.job(run: 3), in: trial.cloud())
        }
        #expect(error.kind == .older && error.message.contains("somebody deployed past Slipway after run 2"), "\(error.message)")
        #expect(try trial.service.taskDefinition() == "\(trial.service.family):4")
        #expect(first.taskDefinition != second.taskDefinition)
    }

    @Test("a desired count that the service's own scaling would undo is refused, one within its bounds is told of")
    func scaling() throws {
        let trial = try DeployTrial()
        try trial.service.rig.call(
            "application-autoscaling", "AnyScaleFrontendService.RegisterScalableTarget",
            #"{"ServiceNamespace":"ecs","ResourceId":"service/\#(trial.service.cluster)/web","ScalableDimension":"#
                + #""ecs:service:DesiredCount","MinCapacity":2,"MaxCapacity":4}"#)
        func deploy(_ count: Int?) throws {
            var wish = trial.wish
            wish.desiredCount = count
            _ = try ServiceDeploy(wish, of: trial.job(), in: trial.cloud())
        }
        let error = try #require(throws: DeploymentError.self) { try deploy(1) }
        #expect(error.kind == .refused && error.message.contains("scales by itself between 2 and 4 tasks"), "\(error.message)")
        try deploy(nil)
        #expect(!trial.logHas("scales by itself"))
        try deploy(3)
        #expect(trial.logHas("the desired count of 3 holds until it does"))
    }

    @Test("a step back is not made where somebody has deployed since it was asked for")
    func lateStepBack() throws {
        let trial = try DeployTrial()
        let first = try trial.deploy(run: 1, commit: "aaaa1111")
        let second = try trial.deploy(run: 2, commit: "bbbb2222")
        try trial.deploy(run: 3, commit: "cccc3333")
        var wish = trial.wish
        wish.goesBack = true
        wish.undoes = second.id
        let error = try #require(throws: DeploymentError.self) {
            let back = try ServiceDeploy(wish, of: trial.job(run: 4), in: trial.cloud())
            _ = try back.update(to: first.taskDefinition, images: [])
        }
        #expect(error.kind == .older && error.message.contains("run 3 has deployed to"), "\(error.message)")
        #expect(try trial.service.taskDefinition() == "\(trial.service.family):4")
    }

    @Test("a deployment that began although its answer was lost is followed as any other")
    func lostAnswer() throws {
        let trial = try DeployTrial()
        let deployment = try trial.deploy(["ANSWER": "lost"])
        #expect(deployment.status == .succeeded)
        #expect(trial.logHas("it is not known whether ECS began the deployment"))
        #expect(trial.told.map(\.status) == [.running, .succeeded])
    }

    @Test("a record that is empty is said to be, not taken for none")
    func emptyHistory() throws {
        let folder = NSTemporaryDirectory() + "slipway-history-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        #expect(try ServiceHistory.read(in: folder) == ServiceHistory())
        try ServiceHistory().write(in: folder)
        #expect(try ServiceHistory.read(in: folder) == ServiceHistory())
        try Data().write(to: URL(filePath: "\(folder)/history.json"))
        let error = try #require(throws: DeploymentError.self) { try ServiceHistory.read(in: folder) }
        #expect(error.message.contains("history.json") && error.message.contains("is empty"), "\(error.message)")
    }

    @Test("a ticket that others clear away before it is locked is made anew, so that its turn is kept")
    func ticketRace() async throws {
        let folder = NSTemporaryDirectory() + "slipway-tickets-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let ticket = ServiceQueue.Ticket(runID: 1, jobID: 1, title: "run 1")
        let place = "\(folder)/waiting/\(ticket.name)"
        try FileManager.default.createDirectory(atPath: "\(folder)/waiting", withIntermediateDirectories: true)
        // Whoever clears away holds the ticket for a moment: its owner waits, instead of going on without one.
        let clearing = try #require(try FileLock.tryLock(place))
        var isTaken = false
        let turn = try ServiceQueue(folder: folder, ticket: ticket).take(
            log: { _ in },
            pause: { () throws(DeploymentError) in
                guard !isTaken else { return }
                isTaken = true
                try? FileManager.default.removeItem(atPath: place)
                clearing.unlock()
            })
        #expect(isTaken && !clearing.isInPlace)
        turn.unlock()
    }

    @Test("who has to wait says for whom, and goes on once the turn is free; the earlier run goes first")
    func turns() async throws {
        let folder = NSTemporaryDirectory() + "slipway-turns-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let order = Notes()
        let reasons = Notes()
        func queue(_ run: Int64) -> ServiceQueue {
            ServiceQueue(folder: folder, ticket: .init(runID: run, jobID: run, title: "run \(run) (main, abc)"))
        }
        let holder = try queue(1).take(log: { _ in }, pause: { () throws(DeploymentError) in })
        for run in [Int64(3), 2] {
            let queue = queue(run)
            // Threads of their own, as workers are processes of their own: they block.
            Thread.detachNewThread {
                do {
                    let turn = try queue.take(
                        log: { reason in reasons.note(reason) }, pause: { () throws(DeploymentError) in usleep(2000) })
                    order.note("\(run)")
                    turn.unlock()
                } catch {
                    order.note("\(error)")
                }
            }
        }
        let tickets = "\(folder)/waiting"
        while try reasons.all.isEmpty || FileManager.default.contentsOfDirectory(atPath: tickets).count < 2 {
            try await Task.sleep(for: .milliseconds(2))
        }
        holder.unlock()
        while order.all.count < 2 { try await Task.sleep(for: .milliseconds(2)) }
        #expect(order.all == ["2", "3"])
        #expect(reasons.all.contains("waiting: run 1 (main, abc) is deploying to this service"))
    }
}
