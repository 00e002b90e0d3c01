import Foundation
import Glibc
import Testing

@testable import Archives

struct ArchiveRoundTripTests {
    private func pack(_ paths: [String], of scratch: Scratch) throws -> OpenFile {
        let output = try DigestingFile(making: "\(scratch.root)/packed.tar.zst", limit: .max)
        let writer = try ArchiveWriter(.tar, to: output)
        var packer = TreePacker(try scratch.map(), to: writer)
        for path in paths { try packer.add(path) }
        try writer.finish()
        let digest = try output.finish()
        #expect(try output.file.digest() == digest)
        return output.file
    }

    private func status(_ path: String) -> stat {
        var status = stat()
        lstat(path, &status)
        return status
    }

    @Test("a tree comes back from a tar as it was: bytes, modes, times, links, names of any bytes")
    func tree() throws {
        let scratch = Scratch()
        try scratch.write("workspace/cache/bin/tool", "#!/bin/sh\n", mode: 0o755)
        try scratch.write("workspace/cache/read-only", "kept", mode: 0o444)
        try scratch.write("workspace/cache/ünïcode/naïve.txt", "text")
        try scratch.write("home/.cache/pip/wheel", String(repeating: "wheel", count: 200_000))
        try scratch.link("workspace/cache/python", to: "/usr/bin/python3")
        link("\(scratch.workspace)/cache/bin/tool", "\(scratch.workspace)/cache/bin/same")
        let odd: [CChar] = Array("\(scratch.workspace)/cache/".utf8CString.dropLast()) + [-1, -28, 0]
        close(open(odd, O_CREAT | O_WRONLY, 0o644))
        let time = timespec(tv_sec: 1_700_000_000, tv_nsec: 123_456_789)
        utimensat(AT_FDCWD, "\(scratch.workspace)/cache/bin/tool", [time, time], 0)
        utimensat(AT_FDCWD, "\(scratch.workspace)/cache/bin", [time, time], 0)
        chmod("\(scratch.workspace)/cache/bin", 0o555)
        let archive = try pack(["/job/workspace/cache", "/job/home/.cache/pip"], of: scratch)

        let target = Scratch()
        defer { chmod("\(target.workspace)/cache/bin", 0o755) }
        var unpacking = Unpacking(links: .any, keepsTimes: true)
        let report = try unpacking.unpack(ArchiveReader(archive, path: "the cache"), into: target.map())
        #expect(report.fileCount == 7)
        #expect(target.text("home/.cache/pip/wheel")?.count == 1_000_000)
        #expect(target.text("workspace/cache/ünïcode/naïve.txt") == "text")
        let tool = status("\(target.workspace)/cache/bin/tool")
        #expect(tool.st_mode & 0o777 == 0o755)
        #expect(tool.st_mtim.tv_sec == 1_700_000_000 && tool.st_mtim.tv_nsec == 123_456_789)
        #expect(tool.st_ino == status("\(target.workspace)/cache/bin/same").st_ino)
        #expect(status("\(target.workspace)/cache/bin").st_mode & 0o777 == 0o555)
        #expect(status("\(target.workspace)/cache/bin").st_mtim.tv_sec == 1_700_000_000)
        #expect(status("\(target.workspace)/cache/read-only").st_mode & 0o777 == 0o444)
        #expect(
            try FileManager.default.destinationOfSymbolicLink(atPath: "\(target.workspace)/cache/python") == "/usr/bin/python3")
        let oddThere: [CChar] = Array("\(target.workspace)/cache/".utf8CString.dropLast()) + [-1, -28, 0]
        #expect(access(oddThere, F_OK) == 0)
        chmod("\(scratch.workspace)/cache/bin", 0o755)
    }

    @Test("what is there already is replaced, and what is beside it stays")
    func replacing() throws {
        let scratch = Scratch()
        try scratch.write("workspace/a/new", "new")
        let archive = try pack(["/job/workspace/a"], of: scratch)
        let target = Scratch()
        try target.write("workspace/a/new", "a much longer old text", mode: 0o444)
        try target.write("workspace/a/other", "other")
        try target.write("outside/precious", "precious")
        try target.write("workspace/b/x")
        var unpacking = Unpacking(links: .any, keepsTimes: true)
        _ = try unpacking.unpack(ArchiveReader(archive, path: "it"), into: target.map())
        #expect(target.text("workspace/a/new") == "new")
        #expect(target.text("workspace/a/other") == "other")
        unlink("\(target.workspace)/a/new")
        try target.link("workspace/a/new", to: "../../outside/precious")
        _ = try unpacking.unpack(ArchiveReader(archive, path: "it"), into: target.map())
        #expect(target.text("workspace/a/new") == "new")
        #expect(target.text("outside/precious") == "precious")
    }

    @Test("other programs read the zip, at every level", arguments: [0, 1, 6, 9])
    func zip(level: Int) throws {
        let scratch = Scratch()
        let long = String(repeating: "line of text\n", count: 100_000)
        try scratch.write("workspace/long.txt", long)
        try scratch.write("workspace/tool", "#!", mode: 0o755)
        let output = try DigestingFile(making: "\(scratch.root)/it.zip", limit: .max)
        let writer = try ArchiveWriter(.zip(level: level), to: output)
        for name in ["long.txt", "tool"] {
            #expect(try writer.add(scratch.map().open(reading: "/job/workspace/\(name)"), as: "dir/ä/\(name)"))
        }
        try writer.finish()
        _ = try output.finish()
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        process.arguments = [
            "-c",
            """
            import zipfile
            archive = zipfile.ZipFile("\(scratch.root)/it.zip")
            assert archive.testzip() is None
            assert archive.namelist() == ["dir/ä/long.txt", "dir/ä/tool"], archive.namelist()
            assert archive.read("dir/ä/long.txt").decode() == "line of text\\n" * 100_000
            """,
        ]
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        var unpacking = Unpacking(links: .staying, keepsTimes: false)
        _ = try unpacking.unpack(ArchiveReader(output.file, path: "it"), into: OpenFolder.open(scratch.outside))
        #expect(scratch.text("outside/dir/ä/long.txt") == long)
        #expect(status("\(scratch.outside)/dir/ä/tool").st_mode & 0o777 == 0o755)
    }

    @Test("an archive that grows beyond its limit is an error, and says so")
    func limit() throws {
        let scratch = Scratch()
        try scratch.write("workspace/a", (0..<100_000).map { "\($0 &* 2_654_435_761)" }.joined())
        let writer = try ArchiveWriter(.zip(level: 0), to: DigestingFile(making: "\(scratch.root)/it.zip", limit: 1000))
        let error = #expect(throws: ArchiveError.self) {
            try writer.add(scratch.map().open(reading: "/job/workspace/a"), as: "a")
            try writer.finish()
        }
        #expect(error?.kind == .tooLarge)
    }
}
