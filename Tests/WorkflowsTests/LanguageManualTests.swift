import Foundation
import Testing

@testable import Workflows

struct LanguageManualTests {
    /// Set UPDATE_EXAMPLES=1 to write the page anew.
    @Test("the page about compatibility is the one that the tables give")
    func thePageIsTheOneOfTheTables() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let file = root.appending(path: "docs/compatibility.md")
        if ProcessInfo.processInfo.environment["UPDATE_EXAMPLES"] != nil {
            try Data(LanguageManual.markdown.utf8).write(to: file)
        }
        #expect(try String(contentsOf: file, encoding: .utf8) == LanguageManual.markdown)
    }

    @Test("every key is on the page, with its reason where it is refused or without effect")
    func everyKeyIsOnThePage() {
        let page = LanguageManual.markdown
        for entry in LanguageSupport.table + LanguageSupport.actionTable where !entry.key.hasPrefix("on.") {
            guard let reason = entry.status.reason else {
                #expect(page.contains("| `\(entry.key)` |"), "\(entry.key)")
                continue
            }
            #expect(page.contains("| `\(entry.key)` | \(entry.status.word) | \(reason) |"), "\(entry.key)")
        }
        for event in EventCatalog.names { #expect(page.contains("| `on.\(event)` |"), "\(event)") }
    }
}
