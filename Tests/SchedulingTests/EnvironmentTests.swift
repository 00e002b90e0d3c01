import Execution
import Expressions
import Foundation
import Plan
import Store
import Testing

@testable import Scheduling

/// Jobs that belong to a deployment environment.
struct EnvironmentTests {
    private static let jobs =
        "build:\nrelease:\n  needs: build\n  environment: {name: Production, url: https://app}\nafter:\n  needs: release"

    private static func trial(
        _ protection: EnvironmentProtection?, jobs: String = jobs, change: (inout RunState) -> Void = { _ in }
    ) throws -> MachineTrial {
        var state = MachineTrial.state(try MachineTrial.plan(jobs))
        change(&state)
        return MachineTrial(state, environments: protection.map { [$0] } ?? [])
    }

    private static func production(_ change: (inout EnvironmentProtection) -> Void = { _ in }) -> EnvironmentProtection {
        var protection = EnvironmentProtection(name: "production")
        change(&protection)
        return protection
    }

    @Test("an environment that the settings don't name has no protection")
    func unknown() throws {
        var trial = try Self.trial(nil)
        #expect(try trial.job("release").environment == nil)
        try trial.end("build", .success)
        #expect(trial.summary == ["build: success", "release: queued", "after: waiting"])
        #expect(try trial.job("release").environment == JobEnvironment(name: "Production"))
    }

    @Test("a job waits for one of the environment's approvers, and the request says of which environment it is")
    func approval() throws {
        var trial = try Self.trial(Self.production { ($0.approvers, $0.approvalTimeout) = (["ada", "admin"], 3600) })
        try trial.end("build", .success)
        let job = try trial.job("release")
        #expect(job.awaitsApproval && job.environment?.name == "production" && trial.startable == [])
        #expect(job.approval?.environment == "production" && job.approval?.approvers == ["ada", "admin"])
        #expect(job.reason?.hasPrefix("waits for an approval by ada or admin for the environment production, asked") == true)
        #expect(trial.machine.nextDeadline == MachineTrial.now.addingTimeInterval(3600))
        try trial.answer("release", .approved)
        #expect(trial.summary == ["build: success", "release: queued", "after: waiting"])
    }

    @Test("a request that nobody answers times out, and the job never was a deployment")
    func timedOut() throws {
        var trial = try Self.trial(Self.production { ($0.approvers, $0.approvalTimeout) = (["ada"], 3600) })
        try trial.end("build", .success)
        trial.wait(seconds: 3600)
        #expect(trial.summary == ["build: success", "release: timed_out", "after: skipped"])
        #expect(try trial.job("release").startedAt == nil)
    }

    @Test("a request outlives settings that ask nobody any more; without the repository in them no job gets its environment")
    func settingsGone() throws {
        let protection = Self.production { $0.approvers = ["ada"] }
        var trial = try Self.trial(protection)
        try trial.end("build", .success)
        let gone = MachineTrial(trial.machine.state)
        #expect(gone.startable == [])
        #expect(try gone.job("release").awaitsApproval)
        var unknown = RunMachine(
            state: MachineTrial.state(try MachineTrial.plan("release:\n  environment: production")), facts: .unknown("app"))
        var groups = ConcurrencyGroups()
        _ = unknown.advance(at: MachineTrial.now, groups: &groups)
        let job = try #require(unknown.state.jobs.first)
        #expect(job.conclusion == .failure && job.reason?.hasPrefix("the repository app is not in the settings") == true)
    }

    @Test("a job whose environment was found before a restart does not go on in a repository that the settings no longer have")
    func settingsGoneWhileItWaits() throws {
        var trial = try Self.trial(
            Self.production { $0.wait = 600 }, jobs: "release:\n  environment: production\nafter:\n  needs: release")
        #expect(try trial.job("release").environment != nil)
        var unknown = RunMachine(state: trial.machine.state, facts: .unknown("app"))
        var groups = ConcurrencyGroups()
        _ = unknown.advance(at: MachineTrial.now.addingTimeInterval(600), groups: &groups)
        let job = try #require(unknown.state.jobs.first { $0.name == "release" })
        #expect(job.conclusion == .failure && job.reason?.contains("is not in the settings") == true)
        trial.wait(seconds: 600)
        #expect(trial.startable == ["release"])
    }

    @Test("where only the commit says who caused the run, an admin decides instead of whoever has another name")
    func unproven() throws {
        var trial = try Self.trial(
            Self.production {
                $0.approvers = ["ada", "bo"]
                $0.preventsSelfReview = true
            })
        try trial.end("build", .success)
        let request = try #require(try trial.job("release").approval)
        #expect(!Actor(name: "bo", role: .operator).mayAnswer(request) && Actor(name: "bo", role: .admin).mayAnswer(request))
        #expect(request.message?.contains("an admin decides") == true)
    }

    @Test("who caused the run may not approve it where the environment wants somebody else")
    func selfReview() throws {
        var trial = try Self.trial(
            Self.production {
                $0.approvers = ["operator"]
                $0.preventsSelfReview = true
            }, change: { $0.event.source = .webhook })
        try trial.end("build", .success)
        let request = try #require(try trial.job("release").approval)
        #expect(!Actor(name: "Ada", role: .operator).mayAnswer(request))
        #expect(!Actor(name: "ada", role: .admin, proof: .socket).mayAnswer(request))
        #expect(Actor(name: "bo", role: .operator).mayAnswer(request))
        #expect(request.audience == "operator, but not ada, who caused the run")
    }

    @Test("a gate's request keeps the approval of the job's start, and is not for who caused the run either")
    func gateAfterApproval() throws {
        var trial = try Self.trial(
            Self.production {
                $0.approvers = ["operator"]
                $0.preventsSelfReview = true
            }, change: { $0.event.source = .webhook })
        try trial.end("build", .success)
        try trial.answer("release", .approved, by: "bo", comment: "go")
        try trial.end("release", .failure, review: GateReview(kind: .override, message: "f1 is 0.5"))
        let request = try #require(try trial.job("release").approval)
        #expect(request.kind == .override && request.answer == nil && request.message == "f1 is 0.5")
        #expect(request.earlier?.map(\.answer?.actor) == ["bo"] && request.earlier?.first?.kind == .start)
        #expect(!Actor(name: "ada", role: .admin).mayAnswer(request) && Actor(name: "bo", role: .operator).mayAnswer(request))
        // Environments of other jobs exclude nobody from this job's gate.
        var other = try Self.trial(nil)
        try other.end("build", .failure, review: GateReview(kind: .override, message: "f1 is 0.5"))
        let unprotected = try #require(try other.job("build").approval)
        #expect(Actor(name: "ada", role: .operator).mayAnswer(unprotected))
    }

    @Test("who had the run, or a job of it, run again may not approve it either")
    func selfReviewOfRerun() throws {
        let protection = Self.production {
            $0.approvers = ["operator"]
            $0.preventsSelfReview = true
        }
        var trial = try Self.trial(protection) { state in
            state.event.source = .webhook
            state.run.askers = ["bo"]
        }
        try trial.end("build", .success)
        let request = try #require(try trial.job("release").approval)
        for name in ["ada", "bo", "Bo"] { #expect(!Actor(name: name, role: .operator).mayAnswer(request)) }
        #expect(Actor(name: "cy", role: .operator).mayAnswer(request))
        #expect(request.audience == "operator, but not ada, who caused the run, nor bo, who had it run again")
        #expect(request.excludedNames == ["ada", "bo"])
        // Of whom nothing is known nobody can say that it is somebody else.
        #expect(!Actor.unknown(role: .operator).mayAnswer(request))

        trial = try Self.trial(protection, jobs: "slow:\nbuild:\nrelease:\n  needs: build\n  environment: production") { state in
            state.event.source = .webhook
        }
        try trial.end("build", .failure)
        trial.repeatJobs(try trial.machine.repeats(of: .failed), by: "cy")
        try trial.end("build", .success)
        let repeated = try #require(try trial.job("release").approval)
        #expect(!Actor(name: "cy", role: .operator).mayAnswer(repeated))
        #expect(Actor(name: "bo", role: .operator).mayAnswer(repeated))
    }

    @Test(
        "what was asked, answered or waited for by the results of before is not what goes on once a need runs again",
        arguments: [true, false])
    func needsThatRunAgain(isAnswered: Bool) throws {
        let protection = Self.production {
            ($0.approvers, $0.preventsSelfReview, $0.wait) = (["operator"], true, 600)
        }
        var trial = try Self.trial(protection, jobs: "\(Self.jobs)\nslow:") { $0.event.source = .webhook }
        try trial.end("build", .success)
        if isAnswered { try trial.answer("release", .approved, by: "cy") }
        trial.repeatJobs(try trial.machine.repeats(of: .alone([try trial.job("build").id])), by: "cy")
        #expect(trial.summary == ["build: queued", "release: waiting", "after: waiting", "slow: queued"])
        let waiting = try trial.job("release")
        #expect(waiting.approval == nil && waiting.environment == nil && waiting.reason == "needs build")
        #expect(trial.machine.nextDeadline == nil && trial.machine.run.reason == nil)
        var other = trial
        try trial.end("build", .failure)
        #expect(trial.summary == ["build: failure", "release: skipped", "after: skipped", "slow: queued"])
        try other.end("build", .success)
        let request = try #require(try other.job("release").approval)
        #expect(request.answer == nil && !Actor(name: "cy", role: .operator).mayAnswer(request))
        #expect(try other.job("release").environment?.notBefore == MachineTrial.now.addingTimeInterval(600))
    }

    @Test("who has another job run again must not answer a request that stands already")
    func selfReviewOfOthers() throws {
        let protection = Self.production { ($0.approvers, $0.preventsSelfReview) = (["operator"], true) }
        var trial = try Self.trial(protection, jobs: "\(Self.jobs)\nother:\nslow:") { $0.event.source = .webhook }
        try trial.end("build", .success)
        try trial.end("other", .failure)
        #expect(Actor(name: "cy", role: .operator).mayAnswer(try #require(try trial.job("release").approval)))
        trial.repeatJobs(try trial.machine.repeats(of: .failed), by: "cy")
        let request = try #require(try trial.job("release").approval)
        #expect(!Actor(name: "cy", role: .operator).mayAnswer(request) && Actor(name: "bo", role: .operator).mayAnswer(request))
    }

    @Test("a timer begins when the job's turn comes, runs beside the approval, and holds nothing back once it is over")
    func timer() throws {
        var trial = try Self.trial(
            Self.production {
                $0.wait = 600
                $0.approvers = ["ada"]
            })
        try trial.end("build", .success)
        #expect(try trial.job("release").environment?.notBefore == MachineTrial.now.addingTimeInterval(600))
        try trial.answer("release", .approved)
        #expect(
            try trial.job("release").reason == "waits until 2026-01-02 00:10 UTC for the timer of the environment production")
        #expect(trial.machine.run.reason == "job release waits for the timer of its environment")
        #expect(trial.machine.nextDeadline == MachineTrial.now.addingTimeInterval(600) && trial.startable == [])
        trial.wait(seconds: 599)
        #expect(trial.startable == [])
        trial.wait(seconds: 600)
        #expect(trial.startable == ["release"] && trial.machine.run.reason == nil && trial.machine.nextDeadline == nil)
    }

    @Test("a timer, and an answer, outlive the daemon")
    func restart() throws {
        let protection = Self.production { $0.wait = 600 }
        var trial = try Self.trial(protection)
        try trial.end("build", .success)
        var next = MachineTrial(trial.machine.state, environments: [protection])
        #expect(next.machine.nextDeadline == MachineTrial.now.addingTimeInterval(600) && next.startable == [])
        next.wait(seconds: 600)
        #expect(next.startable == ["release"])
    }

    @Test("a job that waits for a timer ends with its run's cancel")
    func cancelled() throws {
        var trial = try Self.trial(Self.production { $0.wait = 600 })
        try trial.end("build", .success)
        trial.cancel()
        #expect(trial.summary == ["build: success", "release: cancelled", "after: cancelled"])
        #expect(trial.machine.nextDeadline == nil)
    }

    @Test("a branch or tag that may not deploy fails the job, with what may")
    func refs() throws {
        var trial = try Self.trial(Self.production { $0.branches = ["release/*"] })
        try trial.end("build", .success)
        #expect(trial.summary == ["build: success", "release: failure", "after: skipped"])
        #expect(
            try trial.job("release").reason
                == "the branch \"main\" is not allowed to deploy to the environment production: branches that may are release/*")
        trial = try Self.trial(Self.production { $0.tags = ["v*"] })
        try trial.end("build", .success)
        #expect(try trial.job("release").reason?.hasSuffix("branches that may are none") == true)
    }

    @Test(
        "patterns are those of GitHub's environments",
        arguments: [
            ("main", "main", true), ("*", "main", true), ("*", "a/b", false), ("release/*", "release/1", true),
            ("release/*", "release/1/2", false), ("release/*/*", "release/1/2", true), ("**/x", "x", true),
            ("**/x", "a/b/x", true),
            ("v[0-9]?", "v12", true), ("v[!0-9]", "v1", false), ("refs/pull/*/merge", "refs/pull/7/merge", true),
        ])
    func patterns(_ pattern: String, name: String, matches: Bool) { #expect(RefPattern(pattern).matches(name) == matches) }

    @Test("untrusted code gets no environment")
    func untrusted() throws {
        var trial = try Self.trial(nil) { $0.event.isUntrusted = true }
        try trial.end("build", .success)
        #expect(try trial.job("release").conclusion == .failure)
        #expect(try trial.job("release").environment == nil)
    }

    @Test("the environment's variables go before the repository's, and the url that the job tells is its environment's")
    func variables() throws {
        var trial = try Self.trial(Self.production { $0.variables = ["REGION": "eu"] })
        try trial.end("build", .success)
        let start = try #require(trial.machine.start(of: try trial.job("release")))
        #expect(start.contexts.variables == ["REGION": "eu", "COLOR": "red"])
        let id = try trial.job("release").id
        _ = trial.machine.started(id, at: MachineTrial.now)
        var finish = JournalRecord.JobFinish.lost(reason: "", at: MachineTrial.now)
        finish.conclusion = .success
        finish.environmentURL = "https://app/7"
        _ = trial.machine.ended(id, finish)
        #expect(try trial.job("release").environment?.url == "https://app/7")
    }

    @Test("deployment: false leaves the rules and makes no deployment; a name that is empty is no environment")
    func noDeployment() throws {
        var trial = try Self.trial(
            Self.production { $0.approvers = ["ada"] },
            jobs: "release:\n  environment: {name: production, deployment: false}\nfree:\n  environment: \"${{ vars.NONE }}\"")
        let job = try trial.job("release")
        #expect(job.awaitsApproval && job.environment?.isDeployment == false)
        #expect(try trial.job("free").environment == nil && trial.startable == ["free"])
        try trial.answer("release", .approved)
        #expect(trial.startable == ["release", "free"])
    }

    @Test("going back asks nobody and waits for nothing")
    func rollback() throws {
        let protection = Self.production {
            ($0.approvers, $0.wait, $0.branches) = (["ada"], 600, ["release/*"])
        }
        let trial = try Self.trial(protection, jobs: "release:\n  environment: production") { state in
            state.plan.jobs[0].deployment?.restores = 7
            state.plan.jobs[0].deployment?.goesBack = true
        }
        #expect(trial.startable == ["release"])
        #expect(try trial.job("release").environment?.restores == 7)
    }
}
