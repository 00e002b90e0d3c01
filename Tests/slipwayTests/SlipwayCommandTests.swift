import ArgumentParser
import Foundation
import Testing

@testable import slipway

struct SlipwayCommandTests {
    @Test(
        "a command that is used wrongly ends with status 2",
        arguments: [
            ["bogus"], ["eval"], ["check", "--kind", "buildspec", "x"], ["check", "/nowhere/ci.yml"], ["logs"],
            ["logs", "abc"], ["show", "0"], ["runs", "--limit", "0"], ["plan", "--structure", "--event", "push", "x.yml"],
            ["debug", "filter", "--kind", "ref"], ["debug", "cron", "--from", "soon", "--", "* * * * *"],
            ["cache", "delete", "app"], ["cache", "delete", "app", "1", "--all"], ["artifact", "download", "x"],
            ["rerun", "1", "--failed", "--job", "a"], ["trigger", "a", "--workflow", "w", "--input", "=x"],
        ])
    func wrongUsage(arguments: [String]) async {
        #expect(await SlipwayCommand.execute(arguments) == .usage)
    }

    @Test(
        "an answer of no ends with status 1",
        arguments: [
            ["eval", "--", "1 +"], ["debug", "cron", "--", "61 * * * *"], ["debug", "filter", "--kind", "ref", "--pattern="],
        ])
    func rejected(arguments: [String]) async {
        #expect(await SlipwayCommand.execute(arguments) == .rejected)
    }

    @Test(
        "without a daemon a command ends with status 3",
        arguments: [
            ["runs"], ["show", "1"], ["logs", "1"], ["logs", "--job", "1"], ["cancel", "1"], ["poll", "a/b"], ["reload"],
        ])
    func noDaemon(arguments: [String]) async {
        #expect(await SlipwayCommand.execute(arguments + ["--socket", "/nowhere/slipway.sock"]) == .unreachable)
    }

    @Test("the daemon's socket is found in settings that have mistakes elsewhere; a file that was named must be readable")
    func socketOfBrokenSettings() async throws {
        let path = NSTemporaryDirectory() + "slipway-\(UUID().uuidString).conf"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try "capacity: many\nsocket: /nowhere/own.sock\n".write(toFile: path, atomically: true, encoding: .utf8)
        #expect(try ConnectionOptions.parse(["--config", path]).socketPath() == "/nowhere/own.sock")
        try "socket: [".write(toFile: path, atomically: true, encoding: .utf8)
        #expect(try ConnectionOptions.parse(["--config", path]).socketPath() == ConnectionOptions.defaultSocket)
        #expect(await SlipwayCommand.execute(["runs", "--config", "/nowhere/runner.conf"]) == .usage)
    }

    @Test("help and the version are answers", arguments: [["--help"], ["--version"], ["help", "logs"], ["completion", "bash"]])
    func help(arguments: [String]) async {
        #expect(await SlipwayCommand.execute(arguments) == .success)
    }

    @Test("an option with an empty value keeps it, and what stands after -- is left alone")
    func emptyValues() {
        let arguments = ["debug", "--pattern=", "--x=1", "--", "--y="]
        #expect(SlipwayCommand.separatingEmptyValues(arguments) == ["debug", "--pattern", "", "--x=1", "--", "--y="])
    }
}
