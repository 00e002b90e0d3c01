import Foundation
import Git
import Plan
import RemoteSources
import SampleRepositories
import Testing

struct SourceResolverTests {
    @Test("a tag, a branch, a full ref and a commit are found, in a mirror that has them")
    func forms() async throws {
        let trial = try SourceTrial()
        let repository = try trial.repository("team/say")
        try repository.git("tag", "-a", "v1", "-m", "release")
        try repository.git("push", "-q", "origin", "v1")
        let first = try repository.head()
        let second = try repository.push("second")
        let resolver = trial.resolver()
        for (ref, commit) in [
            ("v1", first), ("refs/tags/v1", first), ("main", second), ("refs/heads/main", second), ("heads/main", second),
            (first, first), (second, second),
        ] {
            let found = try await trial.resolve("team/say@\(ref)", by: resolver)
            #expect(found.commit.description == commit, "\(ref)")
            #expect(found.warning == nil)
            #expect(found.mirror == "\(trial.folder)/actions/local/team/say.git")
        }
    }

    @Test("of a tag and a branch of one name the tag counts")
    func tagFirst() async throws {
        let trial = try SourceTrial()
        let repository = try trial.repository("team/say")
        let tagged = try repository.head()
        try repository.pushTag("v1")
        try repository.git("checkout", "-q", "-b", "v1")
        try repository.commit("on the branch")
        try repository.git("push", "-q", "origin", "refs/heads/v1")
        #expect(try await trial.resolve("team/say@v1", by: trial.resolver()).commit.description == tagged)
    }

    @Test("a tag that was used keeps its commit, without the server, also for a daemon that starts anew")
    func locked() async throws {
        let trial = try SourceTrial()
        let repository = try trial.repository("team/say")
        try repository.pushTag("v1")
        let first = try await trial.resolve("team/say@v1", by: trial.resolver())
        #expect(trial.fetcher.addresses.count == 1)
        trial.fetcher.fail(with: .unreachable)
        let second = try await trial.resolve("Team/Say/folder@v1", by: trial.resolver())
        #expect(second.commit == first.commit && second.warning == nil)
        #expect(trial.fetcher.addresses.count == 1)
    }

    @Test("a tag that moves is told of and not followed, until an operator takes the new commit")
    func moved() async throws {
        let trial = try SourceTrial()
        let repository = try trial.repository("team/say")
        try repository.pushTag("v1")
        let resolver = trial.resolver()
        let locked = try await trial.resolve("team/say@v1", by: resolver)
        let newer = try repository.push("newer")
        try repository.pushTag("v1")

        #expect(try await trial.resolve("team/say@v1", by: resolver).warning == nil)
        #expect(await trial.state.doWaitingWork() == 0, "an hour has not passed")
        trial.state.advance(seconds: 3601)
        #expect(try await trial.resolve("team/say@v1", by: resolver).warning == nil)
        #expect(try await trial.resolve("team/say@v1", by: resolver).warning == nil)
        #expect(await trial.state.doWaitingWork() == 1)

        let warned = try await trial.resolve("team/say@v1", by: resolver)
        #expect(warned.commit == locked.commit)
        let warning = try #require(warned.warning)
        #expect(warning.contains("moved from \(locked.commit) to \(newer)"))
        #expect(warning.hasSuffix("slipway action update team/say@v1"))
        let name = try #require(RepositoryName("team/say"))
        #expect(try await resolver.locked(name).map(\.hasMoved) == [true])

        let updates = try await resolver.update(name, reference: "v1")
        #expect(updates.map(\.before.commit) == [locked.commit.description] && updates.map(\.after.commit) == [newer])
        let taken = try await trial.resolve("team/say@v1", by: resolver)
        #expect(taken.commit.description == newer && taken.warning == nil)
    }

    @Test("a tag is followed where the settings say so")
    func following() async throws {
        let trial = try SourceTrial()
        trial.state.change { $0.followsTags = true }
        let repository = try trial.repository("team/say")
        try repository.pushTag("v1")
        let resolver = trial.resolver()
        _ = try await trial.resolve("team/say@v1", by: resolver)
        let newer = try repository.push("newer")
        try repository.pushTag("v1")
        let found = try await trial.resolve("team/say@v1", by: resolver)
        #expect(found.commit.description == newer && found.warning == nil)
    }

    @Test("a tag that is gone from the server stays what it was, with a warning")
    func deleted() async throws {
        let trial = try SourceTrial()
        let repository = try trial.repository("team/say")
        try repository.pushTag("v1")
        let resolver = trial.resolver()
        let locked = try await trial.resolve("team/say@v1", by: resolver)
        try repository.git("push", "-q", "--delete", "origin", "v1")
        trial.state.advance(seconds: 3601)
        _ = try await trial.resolve("team/say@v1", by: resolver)
        await trial.state.doWaitingWork()
        let found = try await trial.resolve("team/say@v1", by: resolver)
        #expect(found.commit == locked.commit)
        #expect(found.warning?.contains("is gone from its server") == true)
    }

    @Test("a mirror that was lost does not let a moved tag in by the back door")
    func lostMirror() async throws {
        let trial = try SourceTrial()
        let repository = try trial.repository("team/say")
        try repository.pushTag("v1")
        let locked = try await trial.resolve("team/say@v1", by: trial.resolver())
        try FileManager.default.removeItem(atPath: locked.mirror)
        #expect(try await trial.resolve("team/say@v1", by: trial.resolver()).commit == locked.commit)

        try repository.git("commit", "-q", "--amend", "--allow-empty", "-m", "another first")
        try repository.git("push", "-q", "--force", "origin", "main")
        try repository.pushTag("v1")
        try FileManager.default.removeItem(atPath: locked.mirror)
        let error = await #expect(throws: SourceError.self) { try await trial.resolve("team/say@v1", by: trial.resolver()) }
        #expect(error?.kind == .unusable)
        #expect(error?.message.contains("slipway action update team/say@v1") == true)
    }

    @Test("a branch follows its newest commit; where the server is silent the last one serves, with a warning")
    func branch() async throws {
        let trial = try SourceTrial()
        let repository = try trial.repository("team/say")
        let resolver = trial.resolver()
        _ = try await trial.resolve("team/say@main", by: resolver)
        let newer = try repository.push("newer")
        #expect(try await trial.resolve("team/say@main", by: resolver).commit.description == newer)
        trial.fetcher.fail(with: .timeout)
        let kept = try await trial.resolve("team/say@main", by: resolver)
        #expect(kept.commit.description == newer)
        #expect(kept.warning?.contains("used instead: the commit \(newer.prefix(7))") == true)
        let count = trial.fetcher.addresses.count
        let known = try await trial.resolve("team/say@main", by: resolver, followsBranches: false)
        #expect(known.commit.description == newer && known.warning == nil)
        #expect(trial.fetcher.addresses.count == count)
    }

    @Test("several that need one repository at the same time fetch it once")
    func once() async throws {
        let trial = try SourceTrial()
        let repository = try trial.repository("team/say")
        try repository.pushTag("v1")
        try repository.pushTag("v2")
        let resolver = trial.resolver()
        let session = await resolver.session(followsBranches: true)
        let references = ["team/say@v1", "team/say/a@v1", "team/say@v2", "team/say@main"].compactMap { SourceReference($0) }
        let commits = try await withThrowingTaskGroup(of: ObjectID.self) { group in
            for reference in references {
                group.addTask { try await resolver.resolve(reference, for: "app", in: session).commit }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(try commits.count == 4 && Set(commits.map(\.description)) == [repository.head()])
        #expect(trial.fetcher.addresses.count == 1)
    }

    @Test("a server that is silent is asked once for everything that one run needs, and again for the next")
    func outage() async throws {
        let trial = try SourceTrial()
        trial.state.change { $0.directory = SourceDirectory(server: "https://example.org") }
        trial.fetcher.fail(with: .unreachable)
        let resolver = trial.resolver()
        let session = await resolver.session(followsBranches: true)
        for name in ["a/one@v1", "b/two@v1"] {
            let reference = try #require(SourceReference(name))
            let error = await #expect(throws: SourceError.self) {
                try await resolver.resolve(reference, for: "app", in: session)
            }
            #expect(error?.isTransient == true)
        }
        #expect(trial.fetcher.addresses == ["https://example.org/a/one.git"])
        _ = try? await trial.resolve("b/two@v1", by: resolver)
        #expect(trial.fetcher.addresses.count == 2)
    }

    @Test(
        "what can't be resolved says why",
        arguments: [
            ("team/say@v9", "neither a tag nor a branch \"v9\""), ("team/none@v1", "can't be had"),
            ("team/say@0123456789012345678901234567890123456789", "no branch or tag"), ("other/say@v1", "actions.allow"),
        ])
    func unusable(reference: String, part: String) async throws {
        let trial = try SourceTrial()
        trial.state.change { $0.allowed = ReferencePatterns(["team/*"]) }
        try trial.repository("team/say")
        let error = await #expect(throws: SourceError.self) {
            try await trial.resolve(reference, by: trial.resolver())
        }
        #expect(error?.isTransient == false)
        #expect(error?.message.contains(part) == true, "\(error?.message ?? "")")
    }

    @Test("an abbreviated commit is refused with the whole one")
    func abbreviated() async throws {
        let trial = try SourceTrial()
        let commit = try trial.repository("team/say").head()
        let error = await #expect(throws: SourceError.self) {
            try await trial.resolve("team/say@\(commit.prefix(8))", by: trial.resolver())
        }
        #expect(error?.message.contains(commit) == true)
    }

    @Test("a repository of the settings is used with its own address by those that it is shared with")
    func shared() async throws {
        let trial = try SourceTrial()
        let repository = try SampleRepository()
        try repository.push("first", ["action.yml": SourceTrial.nodeAction])
        let name = try #require(RepositoryName("team/private"))
        let address = try RemoteAddress(parsing: repository.origin)
        trial.state.change {
            $0.shared = [
                .init(name: name, address: address, credential: .none, knownHosts: .any, isSharedWith: { $0 == "app" })
            ]
        }
        let found = try await trial.resolve("team/private@main", by: trial.resolver())
        #expect(try found.commit.description == repository.head())
        await #expect(throws: SourceError.self) {
            try await trial.resolve("team/private@main", by: trial.resolver(), for: "other")
        }
    }
}

struct ReferencePatternsTests {
    @Test(
        "the last pattern that fits decides",
        arguments: [
            (["*"], "a/b@v1", true), (["actions/*"], "actions/checkout@v4", true), (["actions/*"], "other/checkout@v4", false),
            (["Actions/Checkout"], "actions/checkout/sub@v4", true), (["actions/checkout@v4"], "actions/checkout@v4", true),
            (["actions/checkout@v4"], "actions/checkout@v3", false), (["actions/check"], "actions/checkout@v4", false),
            (["*", "!bad/*"], "bad/one@v1", false), (["!bad/*", "*"], "bad/one@v1", true), ([], "a/b@v1", false),
            (["*/*@v*"], "a/b@main", false), (["team/ci/.github/workflows/*"], "team/ci/.github/workflows/x.yml@v1", true),
        ])
    func patterns(patterns: [String], reference: String, isAllowed: Bool) throws {
        #expect(ReferencePatterns(patterns).allows(try #require(SourceReference(reference))) == isAllowed)
    }

    @Test("no pattern takes long")
    func slowPattern() throws {
        let name = String(repeating: "a", count: 100)
        let reference = try #require(SourceReference("\(name)/\(name)@\(name)"))
        #expect(!ReferencePatterns([String(repeating: "*a", count: 200) + "b"]).allows(reference))
    }
}
