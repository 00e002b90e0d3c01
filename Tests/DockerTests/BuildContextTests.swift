import Docker
import Foundation
import Glibc
import HTTPTransport
import Processes
import Testing

@Suite("Build context")
struct BuildContextTests {
    /// What `tar` makes of the archive, in a folder of its own.
    private func unpacked(_ archive: BuildContext, pieces: Int = 10_000) throws -> TrialFolder {
        let target = try TrialFolder()
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: pieces)
        while let count = piece.withUnsafeMutableBytes({ archive.read(into: $0) }), count > 0 { bytes += piece[..<count] }
        #expect(archive.failure == nil)
        try Data(bytes).write(to: URL(fileURLWithPath: "\(target.path)/archive.tar"))
        let process = try SpawnedProcess.start(
            ProcessSpecification(
                executable: "tar", arguments: ["-xf", "archive.tar"], environment: [("PATH", "/usr/bin:/bin")],
                workingDirectory: target.path))
        #expect(process.wait() == .exited(0))
        return target
    }

    private func text(_ path: String) -> String? { try? String(contentsOfFile: path, encoding: .utf8) }

    @Test("tar unpacks what was packed, in pieces of any size", arguments: [1, 511, 512, 10_000])
    func roundTrip(pieces: Int) throws {
        let long = String(repeating: "long-name-", count: 20)
        let source = try TrialFolder([
            "a": "", "b": String(repeating: "x", count: 5000), "folder/\(long)/\(long)": "deep", "ümlaut ": "text",
        ])
        try FileManager.default.createSymbolicLink(atPath: "\(source.path)/link", withDestinationPath: long)
        try FileManager.default.createSymbolicLink(
            atPath: "\(source.path)/folder/absolute", withDestinationPath: "/etc/passwd")
        try FileManager.default.setAttributes([.posixPermissions: 0o751], ofItemAtPath: "\(source.path)/a")
        let target = try unpacked(BuildContext(source.path, within: source.path), pieces: pieces)
        #expect(text("\(target.path)/a") == "")
        #expect(text("\(target.path)/b")?.count == 5000)
        #expect(text("\(target.path)/folder/\(long)/\(long)") == "deep")
        #expect(text("\(target.path)/ümlaut ") == "text")
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: "\(target.path)/link") == long)
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: "\(target.path)/folder/absolute") == "/etc/passwd")
        let mode = try FileManager.default.attributesOfItem(atPath: "\(target.path)/a")[.posixPermissions] as? Int
        #expect(mode == 0o751)
    }

    @Test("a file that became shorter is filled up, so that the rest can still be read")
    func shrunkFile() throws {
        let source = try TrialFolder(["a": String(repeating: "x", count: 100_000), "b": "after"])
        let archive = try BuildContext(source.path, within: source.path)
        var head = [UInt8](repeating: 0, count: 1024)
        #expect(head.withUnsafeMutableBytes { archive.read(into: $0) } == 1024)
        #expect(truncate("\(source.path)/a", 600) == 0)
        var rest: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 4096)
        while let count = piece.withUnsafeMutableBytes({ archive.read(into: $0) }), count > 0 { rest += piece[..<count] }
        #expect((head.count + rest.count) % 512 == 0)
        #expect(rest.count > 100_000)
    }

    @Test("what is no file, folder or link is left out")
    func pipes() throws {
        let source = try TrialFolder(["a": "text"])
        #expect(mkfifo("\(source.path)/pipe", 0o644) == 0)
        let target = try unpacked(BuildContext(source.path, within: source.path))
        #expect(text("\(target.path)/a") == "text")
        #expect(!FileManager.default.fileExists(atPath: "\(target.path)/pipe"))
    }

    @Test("a folder that leads out of where it has to lie is refused")
    func outside() throws {
        let inside = try TrialFolder(["a": "text"])
        let outside = try TrialFolder(["secret": "text"])
        try FileManager.default.createSymbolicLink(atPath: "\(inside.path)/way-out", withDestinationPath: outside.path)
        #expect(throws: DockerError.self) { _ = try BuildContext("\(inside.path)/way-out", within: inside.path) }
        #expect(throws: DockerError.self) { _ = try BuildContext("\(inside.path)/missing", within: inside.path) }
        try FileManager.default.createSymbolicLink(atPath: "\(inside.path)/same", withDestinationPath: ".")
        _ = try BuildContext("\(inside.path)/same", within: inside.path)
    }
}
