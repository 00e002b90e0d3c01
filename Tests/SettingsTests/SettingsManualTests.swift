import Diagnostics
import Foundation
import Settings
import Testing

@Suite struct SettingsManualTests {
    private static let repository = "repositories:\n  - name: demo\n    url: ssh://git@example.org/srv/demo.git\n"

    private func settings(_ text: String) throws -> RunnerSettings {
        let loaded = RunnerSettings.parse(text)
        #expect(loaded.diagnostics.filter { $0.severity == .error } == [])
        return try #require(loaded.settings)
    }

    /// A file that has one key only, besides what a repository needs.
    private func file(with key: SettingKey) -> String {
        guard key.sections.first == "repositories" else {
            var text = ""
            for (depth, section) in key.sections.enumerated() { text += String(repeating: "  ", count: depth) + "\(section):\n" }
            return text + String(repeating: "  ", count: key.sections.count) + "\(key.name): \(key.sample)\n"
        }
        let others = Self.repository.split(separator: "\n").dropFirst().map { $0.drop { $0 == " " || $0 == "-" } }
        var lines = others.filter { !$0.hasPrefix("\(key.name):") }.map { "    \($0)" }
        lines += key.sections.dropFirst().map { "    \($0):" }
        lines.append(String(repeating: "  ", count: key.sections.count + 1) + "\(key.name): \(key.sample)")
        lines[0] = "  - " + lines[0].dropFirst(4)
        return "repositories:\n" + lines.joined(separator: "\n") + "\n"
    }

    @Test("the example file is the one that the table gives")
    func exampleFile() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let file = root.appending(path: "runner.conf.example")
        if ProcessInfo.processInfo.environment["UPDATE_EXAMPLES"] != nil {
            try SettingsManual.example.write(to: file, atomically: false, encoding: .utf8)
        }
        #expect(try String(contentsOf: file, encoding: .utf8) == SettingsManual.example)
    }

    @Test("the example as it stands gives the defaults")
    func exampleIsDefaults() throws {
        #expect(try settings(SettingsManual.example) == settings(""))
    }

    @Test("every key stands in the example, and is valid there once the # before it is taken away")
    func exampleWithoutNumberSigns() throws {
        var isInRepositories = false
        let lines = SettingsManual.example.split(separator: "\n", omittingEmptySubsequences: false).map { line -> String in
            isInRepositories = isInRepositories || line == "#repositories:"
            let line = isInRepositories ? line.dropFirst() : line
            let indent = line.prefix { $0 == " " }
            let rest = line.dropFirst(indent.count)
            return rest.hasPrefix("#") && !rest.hasPrefix("# ") && rest != "#" ? String(indent + rest.dropFirst()) : String(line)
        }
        let full = try settings(lines.joined(separator: "\n"))
        #expect(full.repositories.map(\.name) == ["team/model-service"])
        #expect(full.web.url == "https://ci.example.org")
        for key in SettingsManual.keys {
            let stands = lines.contains { line in
                let content = line.drop { $0 == " " || $0 == "-" }
                return content.hasPrefix("\(key.name): ")
            }
            #expect(stands, "\(key.path)")
        }
        #expect(SettingsManual.example.split(separator: "\n").allSatisfy { $0.count <= 130 })
    }

    @Test("every key of the table is read, and its sample differs from the default", arguments: SettingsManual.keys.map(\.path))
    func keyIsRead(path: String) throws {
        let key = try #require(SettingsManual.key(path))
        let usual = try settings(key.sections.first == "repositories" ? Self.repository : "")
        let changed = try settings(file(with: key))
        #expect(changed != usual)
        let restarts = changed.keysNeedingRestart(changedFrom: usual)
        #expect(restarts.contains(path) == (key.effect == .restart))
        #expect(usual.keysNeedingRestart(changedFrom: usual) == [])
    }

    @Test("every key is explained in sentences and stands in the table once")
    func explained() {
        for key in SettingsManual.keys {
            #expect(key.meaning.count > 20 && [".", "?"].contains(key.meaning.last), "\(key.path)")
            #expect(!key.defaultText.isEmpty, "\(key.path)")
        }
        #expect(Set(SettingsManual.keys.map(\.path)).count == SettingsManual.keys.count)
    }
}
