import Foundation
import Testing

@testable import Diagnoses

struct TroubleshootingManualTests {
    /// Set UPDATE_EXAMPLES=1 to write the page anew.
    @Test("the page about failures is the one that the rules give")
    func thePageIsTheOneOfTheRules() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let file = root.appending(path: "docs/troubleshooting.md")
        if ProcessInfo.processInfo.environment["UPDATE_EXAMPLES"] != nil {
            try Data(TroubleshootingManual.markdown.utf8).write(to: file)
        }
        #expect(try String(contentsOf: file, encoding: .utf8) == TroubleshootingManual.markdown)
    }
}
