import Execution
import Foundation
import Git
import Plan
import RemoteSources
import Settings
import Testing
import Triggers

@testable import Daemon

/// What the settings make of other repositories that jobs use.
struct SourceSettingsTests {
    private static let text = """
        actions:
          server: https://git.example.org
          mirrors: {actions: https://mirror.example.org/gh}
          allow: [actions/*]
          update: follow
          check: off
          credentials: {token: "env:ACTIONS_TOKEN", username: bot}
        repositories:
          - {name: lib, url: "https://forge.example.org/team/lib.git", shared_with: ["team/*", app]}
          - {name: app, url: "https://forge.example.org/team/app.git"}
          - {name: other, url: "https://git.example.org/team/other.git"}
        """
    private static let environment = ["ACTIONS_TOKEN": "s3cret"]
    private static let folders = StateFolders(root: "/state")

    private func settings() throws -> RunnerSettings {
        try #require(RunnerSettings.parse(Self.text, environment: Self.environment).settings)
    }

    @Test("the rules have the server, its credential, what is allowed, and who may use which repository")
    func rules() throws {
        let settings = try settings()
        let watched = try SettingsReloader.watched(settings, folders: Self.folders, environment: Self.environment)
        let rules = try SourceRules(settings, repositories: watched, environment: Self.environment)
        #expect(rules.directory.server == "https://git.example.org" && rules.directory.mirrors.keys.sorted() == ["actions"])
        #expect(rules.credential == .token(username: "bot", token: "s3cret"))
        #expect(rules.followsTags && rules.checkInterval == nil)
        #expect(try rules.allowed.allows(#require(SourceReference("actions/cache@v4"))))
        #expect(try !rules.allowed.allows(#require(SourceReference("other/cache@v4"))))
        #expect(rules.shared.map(\.name.text) == ["team/lib"])
        #expect(rules.shared.allSatisfy { $0.isSharedWith("app") && $0.isSharedWith("team/x") && !$0.isSharedWith("other") })
    }

    @Test("a job's checkouts come from its own forge, and from repositories that are shared with it, unless a stranger wrote it")
    func access() throws {
        let settings = try settings()
        let access = SourceAccess(settings, jobOf: "app", isUntrusted: false, folders: Self.folders)
        #expect(access.directory == SourceDirectory(server: "https://forge.example.org"))
        let lib = try #require(RepositoryName("team/lib"))
        #expect(access.repository(named: lib)?.mirror == "/state/mirrors/lib.git")
        #expect(try access.repository(named: #require(RepositoryName("team/other")))?.mirror == nil)
        let foreign = SourceAccess(settings, jobOf: "app", isUntrusted: true, folders: Self.folders)
        #expect(foreign.repository(named: lib)?.mirror == nil && foreign.isUntrusted)
        let other = SourceAccess(settings, jobOf: "other", isUntrusted: false, folders: Self.folders)
        #expect(other.directory.mirrors.keys.sorted() == ["actions"])
    }

    @Test("mirrors are found however deep they lie, and those that nobody uses by their last fetch")
    func mirrors() throws {
        let folder = try TestFolder()
        for name in ["host/team/a.git", "host/b.git", "host/deep/er/c.git"] {
            try FileManager.default.createDirectory(atPath: "\(folder.path)/\(name)", withIntermediateDirectories: true)
            try Data().write(to: URL(filePath: "\(folder.path)/\(name)/HEAD"))
            try Data().write(to: URL(filePath: "\(folder.path)/\(name)/slipway.lock"))
        }
        try FileManager.default.createDirectory(atPath: "\(folder.path)/host/none.git", withIntermediateDirectories: true)
        let day = Date(timeIntervalSinceNow: -86_400)
        try FileManager.default.setAttributes([.modificationDate: day], ofItemAtPath: "\(folder.path)/host/b.git/slipway.lock")
        let mirrors = SourceMirrors(folder: folder.path)
        #expect(mirrors.all() == ["host/b.git", "host/deep/er/c.git", "host/team/a.git"].map { "\(folder.path)/\($0)" })
        #expect(mirrors.unused(since: Date(timeIntervalSinceNow: -3600)) == ["\(folder.path)/host/b.git"])
        #expect(SourceMirrors(folder: "/nonexistent").all() == [])
    }
}
