import Foundation
import Glibc
import Synchronization
import Testing

@testable import Archives

struct HostileArchiveTests {
    private func unpack(
        _ archive: OpenFile, into scratch: Scratch, links: Unpacking.Links = .any
    ) throws -> Unpacking.Report {
        var unpacking = Unpacking(links: links, keepsTimes: true)
        return try unpacking.unpack(ArchiveReader(archive, path: "the archive"), into: scratch.map())
    }

    @Test(
        "a tar that climbs, lies or brings devices is refused with a reason, and writes nothing outside",
        arguments: [
            ("entry('workspace/../../outside/x')", "climbs"),
            ("entry('../outside/x')", "climbs"),
            ("entry('/outside/x')", "absolute"),
            ("entry('workspace/a/../../../outside/x')", "climbs"),
            ("entry('elsewhere/x')", "no folder \"elsewhere\""),
            ("entry('workspace')", "has no name"),
            ("entry('workspace/l', type=tarfile.SYMTYPE, linkname='../outside'); entry('workspace/l/x')", "symbolic link"),
            ("entry('workspace/l', type=tarfile.SYMTYPE, linkname='/'); entry('workspace/l/tmp/x')", "symbolic link"),
            ("entry('workspace/h', type=tarfile.LNKTYPE, linkname='../outside/precious')", "climbs"),
            ("entry('workspace/h', type=tarfile.LNKTYPE, linkname='/etc/passwd')", "absolute"),
            (
                "entry('workspace/l', type=tarfile.SYMTYPE, linkname='../outside/precious');"
                    + "entry('workspace/h', type=tarfile.LNKTYPE, linkname='workspace/l')", "no regular file"
            ),
            ("entry('workspace/d', type=tarfile.CHRTYPE, devmajor=1, devminor=3)", "device"),
            ("entry('workspace/p', type=tarfile.FIFOTYPE)", "pipe"),
        ])
    func tar(script: String, reason: String) throws {
        let scratch = Scratch()
        try scratch.write("outside/precious", "precious")
        let archive = try scratch.archive("it.tar.gz", python: script)
        let error = #expect(throws: ArchiveError.self) { try unpack(archive, into: scratch) }
        #expect(error?.message.contains(reason) == true, "\(error?.message ?? "")")
        #expect(scratch.contents(of: "outside") == ["precious"])
        #expect(scratch.text("outside/precious") == "precious")
    }

    @Test("a file after a link of the same name replaces the link, and is not written through it")
    func linkThenFile() throws {
        let scratch = Scratch()
        try scratch.write("outside/precious", "precious")
        let archive = try scratch.archive(
            "it.tar.gz",
            python: "entry('workspace/l', type=tarfile.SYMTYPE, linkname='../outside/precious'); entry('workspace/l', 'evil')")
        _ = try unpack(archive, into: scratch)
        #expect(scratch.text("workspace/l") == "evil")
        #expect(scratch.text("outside/precious") == "precious")
    }

    @Test(
        "links of an artifact must stay in it",
        arguments: [
            ("../../../x", false), ("../../x", true), ("/etc/passwd", false), ("../b", true), ("c/../../b", true),
            ("../../../etc", false),
        ])
    func artifactLinks(target: String, isAllowed: Bool) throws {
        let scratch = Scratch()
        let archive = try scratch.archive("it.zip", python: "entry('workspace/a/l', '\(target)', 0o120777)")
        var unpacking = Unpacking(links: .staying, keepsTimes: false)
        let folder = try OpenFolder.open(scratch.home)
        let reader = try ArchiveReader(archive, path: "it")
        if isAllowed {
            _ = try unpacking.unpack(reader, into: folder)
        } else {
            #expect(throws: ArchiveError.self) { try unpacking.unpack(reader, into: folder) }
        }
        #expect(scratch.exists("home/workspace/a/l") == isAllowed)
    }

    @Test("a zip that climbs is refused", arguments: ["../x", "/x", "a/../../x", "..", "a/.."])
    func zip(name: String) throws {
        let scratch = Scratch()
        let archive = try scratch.archive("it.zip", python: "entry('\(name)')")
        var unpacking = Unpacking(links: .staying, keepsTimes: false)
        #expect(throws: ArchiveError.self) {
            try unpacking.unpack(ArchiveReader(archive, path: "it"), into: OpenFolder.open(scratch.workspace))
        }
        #expect(!scratch.exists("x"))
    }

    @Test("bits that change who executes a file are dropped")
    func modes() throws {
        let scratch = Scratch()
        _ = try unpack(try scratch.archive("it.tar.gz", python: "entry('workspace/s', mode=0o6777)"), into: scratch)
        var status = stat()
        lstat("\(scratch.workspace)/s", &status)
        #expect(status.st_mode & 0o7777 == 0o777)
    }

    @Test("bytes that are no archive, or half of one, are an error that says so")
    func damage() throws {
        let scratch = Scratch()
        let archive = try scratch.archive("it.zip", python: "entry('workspace/a', 'text' * 10000)")
        truncate("\(scratch.root)/it.zip", 5000)
        let error = #expect(throws: ArchiveError.self) { try unpack(archive, into: scratch) }
        #expect(error?.kind == .damaged)
        try scratch.write("text", "this is no archive")
        #expect(throws: ArchiveError.self) {
            try unpack(OpenFile.open(reading: "\(scratch.root)/text"), into: scratch)
        }
        _ = try scratch.archive("it.tar.gz", python: "for n in range(500): entry(f'workspace/{n}', 'x' * 1000 + str(n))")
        truncate("\(scratch.root)/it.tar.gz", 3000)
        #expect(throws: ArchiveError.self) {
            try unpack(OpenFile.open(reading: "\(scratch.root)/it.tar.gz"), into: scratch)
        }
    }

    @Test("a process that swaps folders for links while it is unpacked gets nothing written outside")
    func swapping() throws {
        let scratch = Scratch()
        let archive = try scratch.archive(
            "it.tar.gz", python: "for n in range(3000): entry(f'workspace/a/b/{n}', 'x')")
        let isOver = Atomic(false)
        let (workspace, outside) = (scratch.workspace, scratch.outside)
        mkdir("\(workspace)/a", 0o755)
        let swapper = Thread {
            symlink(outside, "\(workspace)/link")
            while !isOver.load(ordering: .relaxed) {
                rename("\(workspace)/a", "\(workspace)/real")
                rename("\(workspace)/link", "\(workspace)/a")
                rename("\(workspace)/a", "\(workspace)/link")
                rename("\(workspace)/real", "\(workspace)/a")
            }
        }
        swapper.start()
        for _ in 0..<5 { _ = try? unpack(archive, into: scratch) }
        isOver.store(true, ordering: .relaxed)
        while !swapper.isFinished { sched_yield() }
        #expect(scratch.contents(of: "outside").isEmpty)
    }
}
