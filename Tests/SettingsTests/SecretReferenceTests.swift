import Diagnostics
import Foundation
import Settings
import Testing

@Suite struct SecretReferenceTests {
    @Test("a literal is neither printed nor dumped")
    func literalIsHidden() {
        let secret = SecretReference.literal("hunter2")
        var dumped = ""
        dump(secret, to: &dumped)
        #expect(!"\(secret) \(String(reflecting: [secret])) \(dumped)".contains("hunter2"))
    }

    @Test("a secret is looked up in the environment")
    func environment() throws {
        #expect(try SecretReference.environment("A").resolve(environment: ["A": "x"]) == "x")
        #expect(throws: SettingsError.self) { try SecretReference.environment("A").resolve(environment: ["A": ""]) }
        #expect(throws: SettingsError.self) { try SecretReference.environment("A").resolve(environment: [:]) }
    }

    @Test("a secret is a file's content without the line end at its end", arguments: ["x y", "x y\n", "x y\r\n"])
    func file(content: String) throws {
        try withFolder { folder in
            let path = try write(content, "secret", in: folder)
            #expect(try SecretReference.file(path).resolve(environment: [:]) == "x y")
        }
    }

    @Test("a file that is missing, empty, too large or no text gives an error that names it")
    func unusableFiles() throws {
        try withFolder { folder in
            _ = try write("\n", "empty", in: folder)
            _ = try write(String(repeating: "x", count: 70_000), "large", in: folder)
            try Data([0xFF, 0xFE, 0x41]).write(to: URL(filePath: folder + "/binary"))
            for name in ["missing", "empty", "large", "binary"] {
                let error = #expect(throws: SettingsError.self) {
                    try SecretReference.file("\(folder)/\(name)").resolve(environment: [:])
                }
                #expect(error?.message.contains("\(folder)/\(name)") == true)
            }
        }
    }
}

@Suite struct LoadedSettingsTests {
    private func remarks(_ loaded: LoadedSettings) -> [String] {
        loaded.diagnostics.map { "\($0.line):\($0.column) \($0.severity) \($0.rule)" }
    }

    @Test("a file that cannot be read is an error that names it")
    func missingFile() {
        let loaded = RunnerSettings.load(path: "/nowhere/runner.conf", environment: [:])
        #expect(loaded.settings == nil)
        #expect(loaded.diagnostics.first?.rule == "unreadable-file")
        #expect(loaded.diagnostics.first?.message.contains("/nowhere/runner.conf") == true)
    }

    @Test("a file is read with its secrets checked at their places")
    func secrets() throws {
        try withFolder { folder in
            _ = try write("s", "hook", in: folder)
            _ = try write("s", "open", in: folder, permissions: 0o644)
            let path = try write(
                """
                repositories:
                  - {name: a, url: /a, webhook_secret: "env:HOOK"}
                  - {name: b, url: /b, webhook_secret: "file:hook"}
                  - {name: c, url: /c, webhook_secret: "file:open"}
                  - {name: d, url: /d, webhook_secret: "file:missing"}
                  - {name: e, url: "ssh://h/e", credentials: {ssh_key: missing, known_hosts: hook}}
                  - {name: f, url: /f, webhook_secret: literal}

                """, "runner.conf", in: folder)
            let loaded = RunnerSettings.load(path: path, environment: [:])
            #expect(
                remarks(loaded) == [
                    "2:40 error unusable-secret", "4:40 warning open-secret", "5:40 error unusable-secret",
                    "6:56 error missing-file",
                ])
            #expect(loaded.source.hasPrefix("repositories:"))
        }
    }

    @Test("a literal secret in a file that everybody can read is warned about")
    func openFile() throws {
        try withFolder { folder in
            let text = "repositories:\n  - {name: a, url: a, webhook_secret: literal}\n"
            let path = try write(text, "runner.conf", in: folder, permissions: 0o644)
            let loaded = RunnerSettings.load(path: path, environment: [:])
            #expect(remarks(loaded) == ["2:39 warning open-secret"])
            #expect(loaded.settings?.repositories.first?.url == "\(folder)/a")
        }
    }

    @Test("a time zone has to be known on the host")
    func timeZone() {
        let loaded = RunnerSettings.parse("schedules: {timezone: Europe/Nowhere}\n", checkingHost: true)
        let hasZones = FileManager.default.fileExists(atPath: "/usr/share/zoneinfo")
        #expect(loaded.diagnostics.map(\.rule) == (hasZones ? ["invalid-timezone"] : []))
    }
}

private func withFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "settings-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
}

private func write(_ text: String, _ name: String, in folder: String, permissions: Int = 0o600) throws -> String {
    let path = "\(folder)/\(name)"
    try text.write(toFile: path, atomically: false, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: permissions], ofItemAtPath: path)
    return path
}
