import Dispatch
import Expressions
import Foundation
import Git
import Plan
import SampleRepositories
import Store
import Testing

@testable import Triggers

struct RepositoryDispatchTests {
    private static let files = [
        ".github/workflows/ci.yml": WatchTrial.pipeline,
        ".github/workflows/deploy.yml": WatchTrial.pipeline.replacing(
            "name: CI\non:\n  push:\n  pull_request:",
            with: """
                name: Deploy
                run-name: Deploy to ${{ inputs.place }} by ${{ github.actor }}
                on:
                  workflow_dispatch:
                    inputs:
                      place:
                        required: true
                      count:
                        type: number
                        default: 2
                """),
        ".github/workflows/broken.yml": "on: workflow_dispatch\njobs: 7\n",
    ]

    @Test(
        "a pipeline is found by its file, the file's name or its own",
        arguments: [".github/workflows/deploy.yml", "deploy.yml", "Deploy"])
    func dispatch(name: String) async throws {
        let trial = try WatchTrial()
        let head = try trial.repository.push("base", Self.files)
        let watcher = try await trial.watcher()
        let state = try await watcher.dispatch(workflow: name, ref: nil, inputs: ["place": "here"], actor: "ada")
        #expect(state.run.title == "Deploy to here by ada")
        #expect(state.run.event == "workflow_dispatch" && state.run.commit == head && state.run.ref == "refs/heads/main")
        #expect(state.event.inputs == ["place": "here", "count": 2])
        #expect(trial.started == [state.run.id])
    }

    @Test("a repository that can't be reached says so, and does not ask for a push")
    func unreachable() async throws {
        let trial = try WatchTrial()
        let away = "\(trial.repository.folder)/away.git"
        try FileManager.default.moveItem(atPath: trial.repository.origin, toPath: away)
        let watcher = try await trial.watcher()
        let error = await #expect(throws: TriggerError.self) {
            try await watcher.dispatch(workflow: "deploy.yml", ref: nil, inputs: ["place": "here"], actor: "ada")
        }
        #expect(error?.kind == .unavailable)
        #expect(error?.message.hasPrefix("app can't be reached: ") == true, "\(String(describing: error))")
        // Reached once, it is started from what is known of it.
        try FileManager.default.moveItem(atPath: away, toPath: trial.repository.origin)
        try trial.repository.push("base", Self.files)
        await watcher.look()
        try FileManager.default.moveItem(atPath: trial.repository.origin, toPath: away)
        await watcher.look()
        _ = try await watcher.dispatch(workflow: "deploy.yml", ref: "main", inputs: ["place": "here"], actor: "ada")
        let unknown = await #expect(throws: TriggerError.self) {
            try await watcher.dispatch(workflow: "deploy.yml", ref: "new", inputs: ["place": "here"], actor: "ada")
        }
        #expect(unknown?.message.hasSuffix("So far no \"new\" of it is known.") == true)
    }

    @Test("a release of a pipeline of stages takes the newest commit of its one source branch, and knows what that says")
    func release() async throws {
        let trial = try WatchTrial()
        func pipeline(_ branches: String) -> String {
            """
            name: Release
            on: {push: {branches: [\(branches)]}}
            stages:
              - name: Build
                actions:
                  - {name: Make, type: commands, commands: [make]}
            """
        }
        let main = try trial.repository.push("base", [".slipway/pipeline.yml": pipeline("release")])
        let watcher = try await trial.watcher()
        let missing = await #expect(throws: TriggerError.self) {
            try await watcher.dispatch(workflow: "pipeline.yml", ref: nil, inputs: [:], actor: "ada")
        }
        #expect(
            missing?.kind == .notFound && missing?.message.contains("refs/heads/release") == true,
            "\(String(describing: missing))")
        try trial.repository.git("checkout", "-q", "-b", "release")
        let newest = try trial.repository.push("Train longer", ["model.txt": "2"])
        await watcher.look()
        let state = try await watcher.dispatch(workflow: "Release", ref: nil, inputs: [:], actor: "ada")
        #expect(state.run.commit == newest && state.run.ref == "refs/heads/release")
        #expect(
            state.plan.sourceCommit?.message.hasPrefix("Train longer") == true && state.plan.sourceCommit?.author.isEmpty == false
        )
        #expect(state.event.payload["head_commit"] == nil)
        let other = try await watcher.dispatch(workflow: "Release", ref: "main", inputs: [:], actor: "ada")
        #expect(other.run.commit == main)
    }

    @Test("a ref is a branch, a tag or a full name")
    func references() async throws {
        let trial = try WatchTrial()
        let old = try trial.repository.push("base", Self.files)
        try trial.repository.git("push", "-q", "origin", "HEAD:refs/tags/v1", "HEAD:topic")
        try trial.repository.push("newer")
        let watcher = try await trial.watcher()
        for ref in ["v1", "topic", "refs/heads/topic"] {
            let state = try await watcher.dispatch(workflow: "deploy.yml", ref: ref, inputs: ["place": "x"], actor: "ada")
            #expect(state.run.commit == old)
        }
        #expect(try await trial.runs().map(\.ref) == ["refs/tags/v1", "refs/heads/topic", "refs/heads/topic"])
    }

    @Test("what a page reads of the history waits for no look, and no look for it")
    func histories() async throws {
        let trial = try WatchTrial()
        let old = try trial.repository.push("base", Self.files)
        let new = try trial.repository.push("newer")
        let watcher = try await trial.watcher()
        let slow = DispatchSemaphore(value: 0)
        async let look: Void = watcher.queue.run { slow.wait() }
        #expect(await watcher.commits(of: new, notOf: old, limit: 10)?.map(\.id.description) == [new])
        #expect(await watcher.text(of: ".github/workflows/ci.yml", at: old) == WatchTrial.pipeline)
        slow.signal()
        await look
        async let history: Void = watcher.readingQueue.run { slow.wait() }
        let state = try await watcher.dispatch(workflow: "deploy.yml", ref: nil, inputs: ["place": "x"], actor: "ada")
        #expect(state.run.commit == new)
        slow.signal()
        await history
    }

    @Test(
        "what can't be started is refused with the reason",
        arguments: [
            ("deploy.yml", nil, [:], "place"), ("deploy.yml", nil, ["place": "x", "other": "y"], "other"),
            ("deploy.yml", nil, ["place": "x", "count": "many"], "count"), ("ci.yml", nil, [:], "workflow_dispatch"),
            ("none.yml", nil, [:], "deploy.yml"), ("deploy.yml", "nowhere", ["place": "x"], "nowhere"),
            ("broken.yml", nil, [:], "broken.yml"),
        ] as [(String, String?, [String: String], String)])
    func refusals(workflow: String, ref: String?, inputs: [String: String], part: String) async throws {
        let trial = try WatchTrial()
        try trial.repository.push("base", Self.files)
        let watcher = try await trial.watcher()
        let error = await #expect(throws: TriggerError.self) {
            try await watcher.dispatch(workflow: workflow, ref: ref, inputs: inputs, actor: "ada")
        }
        #expect(error?.message.contains(part) == true)
        #expect(try await trial.runs().isEmpty)
    }
}
