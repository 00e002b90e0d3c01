import Foundation
import Testing

@testable import Execution

struct FolderHandleTests {
    @Test("a folder that is there already, or a link in its place, is not taken")
    func occupied() throws {
        let folder = try TestFolder()
        #expect(try FolderHandle(making: "\(folder.path)/new") != nil)
        #expect(try FolderHandle(making: "\(folder.path)/new") == nil)
        try FileManager.default.createSymbolicLink(atPath: "\(folder.path)/link", withDestinationPath: folder.path)
        #expect(try FolderHandle(making: "\(folder.path)/link") == nil)
    }

    @Test("what is put in the folder's place later is not written to, nor are links in it followed")
    func replaced() throws {
        let folder = try TestFolder()
        try folder.write("secret", to: "outside/file")
        let handle = try #require(try FolderHandle(making: "\(folder.path)/step"))
        try handle.make("file", text: "mine")
        try FileManager.default.moveItem(atPath: "\(folder.path)/step", toPath: "\(folder.path)/moved")
        try FileManager.default.createSymbolicLink(atPath: "\(folder.path)/step", withDestinationPath: "outside")
        #expect(try handle.read("file", limit: 100) == "mine")
        try handle.make("script", text: "run")
        #expect(try folder.text(of: "moved/script") == "run")
        try FileManager.default.createSymbolicLink(atPath: "\(folder.path)/moved/link", withDestinationPath: "../outside/file")
        #expect(throws: ExecutionError.self) { try handle.read("link", limit: 100) }
        #expect(throws: ExecutionError.self) { try handle.make("link", text: "no") }
        #expect(try folder.text(of: "outside/file") == "secret")
    }

    @Test("a file that is too large, a pipe and a missing file are told apart")
    func reading() throws {
        let folder = try TestFolder()
        let handle = try #require(try FolderHandle(making: "\(folder.path)/step"))
        try handle.make("large", text: "12345")
        #expect(try handle.read("large", limit: 5) == "12345")
        #expect(throws: ExecutionError.self) { try handle.read("large", limit: 4) }
        #expect(mkfifo("\(folder.path)/step/pipe", 0o600) == 0)
        #expect(throws: ExecutionError.self) { try handle.read("pipe", limit: 4) }
        #expect(try handle.read("missing", limit: 4) == "")
    }

    @Test("a file that nobody else can reach is used again under another name, with another text")
    func reused() throws {
        let folder = try TestFolder()
        let handle = try #require(try FolderHandle(making: "\(folder.path)/step"))
        try handle.make("old", text: "a longer text")
        #expect(try handle.reuse("old", as: "new", text: "short"))
        #expect(try folder.text(of: "step/new") == "short")
        #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/step/old"))
    }

    @Test(
        "a file that somebody holds open, linked, closed to others, replaced or took away is not used again",
        arguments: ["held", "linked", "closed", "replaced", "gone"])
    func notReused(_ what: String) throws {
        let folder = try TestFolder()
        let handle = try #require(try FolderHandle(making: "\(folder.path)/step"))
        let path = "\(folder.path)/step/old"
        try handle.make("old", text: "text")
        try folder.write("secret", to: "outside")
        var writer: FileHandle?
        switch what {
        case "held": writer = FileHandle(forWritingAtPath: path)
        case "linked": try FileManager.default.linkItem(atPath: path, toPath: "\(folder.path)/link")
        case "closed": chmod(path, 0o600)
        case "replaced":
            try FileManager.default.removeItem(atPath: path)
            try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "../outside")
        default: try FileManager.default.removeItem(atPath: path)
        }
        #expect(try handle.reuse("old", as: "new", text: "mine") == false)
        #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/step/new"))
        #expect(try folder.text(of: "outside") == "secret")
        if what == "linked" { #expect(try folder.text(of: "link") == "text") }
        try writer?.close()
    }
}
