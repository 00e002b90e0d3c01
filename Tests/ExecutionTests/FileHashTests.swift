import Expressions
import Foundation
import Glibc
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

    private static func hash(_ folder: TestFolder) -> FileHash {
        FileHash(workspace: .init(inside: "/slipway/workspace", outside: folder.path))
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
            Search(patterns: ["docs/*", "app-2/*"], found: ["docs/a b.txt", "app-2/package-lock.json"]),
            Search(patterns: ["Zoo.txt", "**/big.bin"], found: ["Zoo.txt", "big.bin"]),
            Search(
                patterns: ["app/src/*", "app/*.json"], found: ["app/package-lock.json", "app/src/.hidden", "app/src/main.ts"]),
            Search(patterns: ["empty.txt/", "docs/"], found: ["docs/a b.txt"]),
            Search(patterns: ["!!Zoo.txt"], found: ["Zoo.txt"]),
            Search(patterns: ["/slipway/workspace/*.bin", "/etc/passwd"], found: ["big.bin"]),
            Search(patterns: ["nothing/**"], found: []), Search(patterns: ["!**"], found: []), Search(patterns: [""], found: []),
        ])
    func digests(_ search: Search) throws {
        let folder = try Self.folder()
        #expect(try Self.hash(folder).digest(patterns: search.patterns) == Self.expected(search.found))
    }

    @Test("the digest of one file is what the manual's recipe gives")
    func knownValue() throws {
        let folder = try TestFolder()
        try folder.write("hello\n", to: "a.txt")
        // printf 'hello\n' | sha256sum | cut -c1-64 | xxd -r -p | sha256sum
        #expect(
            try Self.hash(folder).digest(patterns: ["a.txt"])
                == "ecb65bb98f9d905b70458986c39fcbad7715e5f2fcc3b1f07767d7c83e2438cc")
    }

    @Test("a pattern may begin with the workspace's own path")
    func absolutePattern() throws {
        let folder = try Self.folder()
        #expect(try Self.hash(folder).digest(patterns: ["\(folder.path)/*.bin"]) == Self.expected(["big.bin"]))
    }

    @Test("a link to a file counts as the file, but for one that leads out; links to folders are not followed")
    func links() throws {
        let folder = try Self.folder()
        let manager = FileManager.default
        for (link, target) in [
            ("link.txt", "Zoo.txt"), ("full.txt", "/slipway/workspace/docs/../Zoo.txt"), ("up.txt", "docs/../../x"),
            ("passwd.txt", "/etc/passwd"), ("folder", "docs"), ("outside", "/etc"),
        ] {
            try manager.createSymbolicLink(atPath: "\(folder.path)/\(link)", withDestinationPath: target)
        }
        let hash = Self.hash(folder)
        #expect(try hash.digest(patterns: ["link.txt"]) == Self.expected(["Zoo.txt"]))
        #expect(try hash.digest(patterns: ["full.txt"]) == Self.expected(["Zoo.txt"]))
        #expect(try hash.digest(patterns: ["up.txt", "passwd.txt", "outside/**", "folder/**", "outside"]) == "")
    }

    @Test("a pattern that climbs is refused")
    func climbing() throws {
        let hash = Self.hash(try Self.folder())
        #expect(throws: ExpressionError.self) { try hash.digest(patterns: ["docs/../*"]) }
    }

    @Test("a huge file does not keep a cancelled step")
    func cancelling() throws {
        let folder = try TestFolder()
        try folder.write("", to: "huge")
        let file = open("\(folder.path)/huge", O_WRONLY)
        ftruncate(file, 1 << 40)
        close(file)
        let cancellation = try Cancellation()
        cancellation.request(reason: "enough")
        var hash = Self.hash(folder)
        hash.cancellation = cancellation
        let error = #expect(throws: ExpressionError.self) { try hash.digest(patterns: ["huge"]) }
        #expect(error?.message.contains("enough") == true)
    }
}
