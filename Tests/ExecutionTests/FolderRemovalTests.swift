import Glibc
import Testing

@testable import Execution

struct FolderRemovalTests {
    @Test("a folder is removed with files whose names are no text, links, and folders that nobody may enter")
    func removal() throws {
        let folder = try TestFolder()
        let target = "\(folder.path)/target"
        let outside = "\(folder.path)/outside"
        try Folder.make("\(target)/closed/inner")
        try Folder.write("kept", to: outside)
        symlink(outside, "\(target)/link")
        let name: [CChar] = Array("\(target)/closed/".utf8CString.dropLast()) + [-1, -2, 0]
        close(creat(name, 0o644))
        chmod("\(target)/closed/inner", 0)
        chmod("\(target)/closed", 0)
        try Folder.remove(target)
        #expect(!Folder.exists(target))
        #expect(try Folder.read(outside, limit: 10) == "kept")
    }

    @Test("what is removed below a folder is not looked for behind a link that stands in its way")
    func removalBelow() throws {
        let folder = try TestFolder()
        try folder.write("kept", to: "outside/.git/config")
        try folder.write("gone", to: "actions/owner/name/.git/config")
        try Folder.remove("owner/name/.git", below: "\(folder.path)/actions")
        #expect(!Folder.exists("\(folder.path)/actions/owner/name/.git"))
        try Folder.remove("owner/other/.git", below: "\(folder.path)/actions")
        symlink("\(folder.path)/outside", "\(folder.path)/actions/planted")
        #expect(throws: ExecutionError.self) { try Folder.remove("planted/.git", below: "\(folder.path)/actions") }
        #expect(try folder.text(of: "outside/.git/config") == "kept")
    }

    @Test("a mode is changed of what is there, never of what a link leads to")
    func modes() throws {
        let folder = try TestFolder()
        try folder.write("text", to: "file")
        symlink("\(folder.path)/file", "\(folder.path)/link")
        #expect(throws: ExecutionError.self) { try Folder.setMode(of: "\(folder.path)/link", to: 0o777) }
        try Folder.setMode(of: "\(folder.path)/file", to: 0o640)
        var status = stat()
        #expect(lstat("\(folder.path)/file", &status) == 0 && status.st_mode & 0o777 == 0o640)
    }
}
