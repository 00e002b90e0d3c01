import Glibc
import Testing

@testable import Archives

struct FolderMapTests {
    @Test("a file is opened by the path that the job knows")
    func opens() throws {
        let scratch = Scratch()
        try scratch.write("workspace/a/b.txt", "here")
        #expect(try scratch.map().text(of: "/job/workspace/a/b.txt", limit: 100) == "here")
        #expect(try scratch.map().text(of: "/job/workspace/a/../a/./b.txt", limit: 100) == "here")
        #expect(try scratch.map().text(of: "/job/workspace/none", limit: 100) == nil)
    }

    @Test("links are followed as the job sees them, from one of its folders to another")
    func links() throws {
        let scratch = Scratch()
        try scratch.write("home/data/file", "here")
        try scratch.link("workspace/absolute", to: "/job/home/data")
        try scratch.link("workspace/relative", to: "../home/data")
        try scratch.link("workspace/chain", to: "relative/file")
        for path in ["absolute/file", "relative/file", "chain", "relative/../data/file"] {
            #expect(try scratch.map().text(of: "/job/workspace/\(path)", limit: 100) == "here", "\(path)")
        }
    }

    @Test(
        "a link out of the job's folders is refused, whatever way it goes",
        arguments: ["/etc", "../../../../etc", "../../outside", "/job/workspace/../../etc", "/job/other"])
    func leaving(target: String) throws {
        let scratch = Scratch()
        try scratch.write("outside/passwd", "not here")
        try scratch.link("workspace/out", to: target)
        let error = #expect(throws: ArchiveError.self) {
            try scratch.map().text(of: "/job/workspace/out/passwd", limit: 1 << 20)
        }
        #expect(error?.kind == .outside)
    }

    @Test("links in a circle end")
    func circle() throws {
        let scratch = Scratch()
        try scratch.link("workspace/a", to: "b")
        try scratch.link("workspace/b", to: "a")
        let error = #expect(throws: ArchiveError.self) { try scratch.map().text(of: "/job/workspace/a", limit: 10) }
        #expect(error?.message.contains("too many symbolic links") == true)
    }

    @Test("folders are made where they are missing, and never outside")
    func making() throws {
        let scratch = Scratch()
        _ = try scratch.map().folder(making: "/job/workspace/a/b/c")
        #expect(scratch.exists("workspace/a/b/c"))
        for path in ["/elsewhere/a", "/job/workspace/../x", "/job"] {
            #expect(throws: ArchiveError.self) { try scratch.map().folder(making: path) }
        }
        #expect(scratch.contents(of: "outside").isEmpty)
    }

    @Test("a pipe in a file's place does not hold anything up")
    func pipe() throws {
        let scratch = Scratch()
        mkfifo("\(scratch.workspace)/pipe", 0o600)
        #expect(throws: ArchiveError.self) { try scratch.map().open(reading: "/job/workspace/pipe") }
    }
}
