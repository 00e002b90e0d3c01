import Foundation
import Testing

@testable import Execution

struct ContainedFileTests {
    @Test("files below the folder are found, through links that stay below it; nothing else is")
    func containment() throws {
        let folder = try TestFolder()
        try folder.write("inside", to: "place/a/b/file")
        try folder.write("outside", to: "secret")
        let manager = FileManager.default
        for (link, target) in [
            ("place/link", "a/b/file"), ("place/a/up", "../a/b/file"), ("place/full", "/job/place/a/b/file"),
            ("place/folder", "a/b"), ("place/out", "../secret"), ("place/etc", "/etc"), ("place/a/b/far", "../../../secret"),
            ("place/loop", "loop"),
        ] {
            try manager.createSymbolicLink(atPath: "\(folder.path)/\(link)", withDestinationPath: target)
        }
        let place = WorkplaceFolders.Place(inside: "/job/place", outside: "\(folder.path)/place")
        for path in [
            "a/b/file", "./a//b/./file", "a/../a/b/file", "link", "a/up", "full", "folder/file", "/job/place/link",
            "\(folder.path)/place/link",
        ] {
            let file = try ContainedFile(path, in: place)
            #expect(try file?.text(limit: 100) == "inside", "\(path)")
            #expect(file?.path == "a/b/file")
        }
        for path in [
            "out", "etc/passwd", "a/b/far", "loop", "../secret", "a/../../secret", "a", "missing", "", "/etc/passwd",
            "/job/placebo/file", "link/more",
        ] {
            #expect(try ContainedFile(path, in: place) == nil, "\(path)")
        }
    }
}
