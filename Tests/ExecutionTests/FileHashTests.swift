import Foundation
import Signing
import Testing

@testable import Execution

struct FileHashTests {
    private static let files = [
        "package-lock.json": "lock", "app/package-lock.json": "inner", "app/src/main.ts": "code", "app/src/.hidden": "dot",
        "app-2/package-lock.json": "second", "empty.txt": "", "Zoo.txt": "zoo", "docs/a b.txt": "blank",
        "big.bin": String(repeating: "x", count: 600_000),
    ]

    private static func folder() throws -> TestFolder {
        let folder = try TestFolder()
        for (name, text) in files { try folder.write(text, to: name) }
        return folder
    }

    /// The digest over the digests of files, computed apart from the product's way.
    private static func expected(_ names: [String]) -> String {
        let digests = names.flatMap { SHA256.digest(Array((files[$0] ?? "?").utf8)) }
        return names.isEmpty ? "" : SHA256.hexadecimal(digests)
    }

    struct Search: Sendable {
        var patterns: [String]
        var found: [String]
    }

    @Test(
        "the digest is that of the matching files' digests, in the order of a walk",
        arguments: [
            Search(patterns: ["package-lock.json"], found: ["package-lock.json"]),
            Search(
                patterns: ["**/package-lock.json"],
                found: ["app/package-lock.json", "app-2/package-lock.json", "package-lock.json"]),
            Search(patterns: ["app/**"], found: ["app/package-lock.json", "app/src/.hidden", "app/src/main.ts"]),
            Search(patterns: ["app"], found: ["app/package-lock.json", "app/src/.hidden", "app/src/main.ts"]),
            Search(patterns: ["*.txt"], found: ["Zoo.txt", "empty.txt"]),
            Search(patterns: ["?oo.txt", "[ab]ig.bin"], found: ["Zoo.txt", "big.bin"]),
            Search(patterns: ["**/*.txt", "!docs/**"], found: ["Zoo.txt", "empty.txt"]),
            Search(patterns: ["!docs/**", "**/*.txt"], found: ["Zoo.txt", "docs/a b.txt", "empty.txt"]),
            Search(patterns: ["docs/**\n!**/a*\n# a remark\n"], found: []),
            Search(patterns: ["./docs/a b.txt"], found: ["docs/a b.txt"]),
            Search(patterns: ["nothing/**"], found: []), Search(patterns: ["!**"], found: []), Search(patterns: [""], found: []),
        ])
    func digests(_ search: Search) throws {
        let folder = try Self.folder()
        #expect(try FileHash(workspace: folder.path).digest(patterns: search.patterns) == Self.expected(search.found))
    }

    @Test("the digest of one file is what the manual's recipe gives")
    func knownValue() throws {
        let folder = try TestFolder()
        try folder.write("hello\n", to: "a.txt")
        // printf 'hello\n' | sha256sum | cut -c1-64 | xxd -r -p | sha256sum
        #expect(
            try FileHash(workspace: folder.path).digest(patterns: ["a.txt"])
                == "ecb65bb98f9d905b70458986c39fcbad7715e5f2fcc3b1f07767d7c83e2438cc")
    }

    @Test("a pattern may begin with the workspace's own path")
    func absolutePattern() throws {
        let folder = try Self.folder()
        #expect(try FileHash(workspace: folder.path).digest(patterns: ["\(folder.path)/*.bin"]) == Self.expected(["big.bin"]))
    }

    @Test("links are not followed out of the workspace")
    func links() throws {
        let folder = try Self.folder()
        let manager = FileManager.default
        try manager.createSymbolicLink(atPath: "\(folder.path)/link.txt", withDestinationPath: "Zoo.txt")
        try manager.createSymbolicLink(atPath: "\(folder.path)/outside", withDestinationPath: "/etc")
        #expect(try FileHash(workspace: folder.path).digest(patterns: ["link.txt", "outside/**"]) == "")
    }
}
