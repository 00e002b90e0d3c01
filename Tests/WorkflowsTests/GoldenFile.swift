import Foundation

/// The files of `Golden`: workflows, and beside each the plan that it becomes.
enum GoldenFile {
    private static var folder: URL {
        URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden")
    }

    static var workflows: [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path())) ?? []
        return names.filter { $0.hasSuffix(".yml") }.sorted()
    }

    static func text(_ name: String) throws -> String {
        try String(contentsOf: folder.appending(path: name), encoding: .utf8)
    }

    static func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: folder.appending(path: name))
    }
}
