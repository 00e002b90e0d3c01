import Foundation
import Testing

@testable import Buildspecs

struct BuildspecManualTests {
    /// Set UPDATE_EXAMPLES=1 to write the page anew.
    @Test("the page about buildspecs is the one that the tables give")
    func thePageIsTheOneOfTheTables() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let file = root.appending(path: "docs/buildspec.md")
        if ProcessInfo.processInfo.environment["UPDATE_EXAMPLES"] != nil {
            try Data(BuildspecManual.markdown.utf8).write(to: file)
        }
        #expect(try String(contentsOf: file, encoding: .utf8) == BuildspecManual.markdown)
    }

    @Test("every key is in the table once")
    func everyKeyIsListedOnce() {
        let keys = BuildspecSupport.table.map(\.key)
        #expect(Set(keys).count == keys.count)
        #expect(BuildspecSupport.keys(under: "phases.*") == ["run-as", "on-failure", "commands", "finally", "steps"])
    }
}
