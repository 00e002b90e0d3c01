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
}
