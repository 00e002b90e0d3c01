import Foundation
import Testing
import WakeUps

@testable import Daemon

struct FolderWatchTests {
    @Test("a change in a folder is told, also where the kernel watches nothing more", arguments: [true, false])
    func change(isWatched: Bool) async throws {
        let folder = try TestFolder()
        let watch = isWatched ? FolderWatch() : FolderWatch(inotify: -1)
        let changed = WakeUp()
        let watching = watch.watch(folder.path) { changed.signal() }
        try Data("x".utf8).write(to: URL(fileURLWithPath: "\(folder.path)/file"))
        await changed.wait()
        watching.end()
    }
}
