internal import CProcesses
internal import Dispatch
internal import Glibc
internal import Synchronization

/// Tells when a file in a job's folder grew (inotify(7)): one descriptor for all folders, no wake-up while nothing grows.
///
/// Where the user's other programs have used up what the kernel allows (`fs.inotify.max_user_watches` and `max_user_instances`), those
/// folders that it can't watch are looked at four times a second instead, until it can.
///
/// Any number may watch one folder. What is told is only "look again": several growths may come as one.
final class FolderWatch: Sendable {
    private struct Folder {
        /// Of its watch; below 0: there is none.
        var descriptor: Int32
        var watchers: [Int: @Sendable () -> Void] = [:]
    }

    private struct State {
        var nextID = 0
        var folders: [String: Folder] = [:]
        var paths: [Int32: String] = [:]
    }

    private let state = Mutex(State())
    private let inotify: Int32
    // Only activated and cancelled, which Dispatch allows from every thread.
    private nonisolated(unsafe) let source: (any DispatchSourceRead)?
    // Only activated, scheduled and cancelled, which Dispatch allows from every thread.
    private nonisolated(unsafe) let timer: any DispatchSourceTimer
    private static let pause = DispatchTimeInterval.milliseconds(250)

    /// - Parameter inotify: the descriptor for all watches; below 0: the kernel gives none.
    init(inotify: Int32 = inotify_init1(Int32(IN_CLOEXEC) | Int32(IN_NONBLOCK))) {
        self.inotify = inotify
        let queue = DispatchQueue(label: "slipway.watch")
        source = inotify < 0 ? nil : DispatchSource.makeReadSource(fileDescriptor: inotify, queue: queue)
        timer = DispatchSource.makeTimerSource(queue: queue)
        source?.setEventHandler { [weak self] in self?.readEvents() }
        timer.setEventHandler { [weak self] in self?.lookAtUnwatched() }
        timer.schedule(deadline: .distantFuture)
        source?.activate()
        timer.activate()
    }

    deinit {
        source?.cancel()
        timer.cancel()
        if inotify >= 0 { close(inotify) }
    }

    /// One watcher's interest in a folder.
    struct Watching: Sendable {
        let end: @Sendable () -> Void
    }

    /// Calls `changed`, on a thread of its own and never for long, whenever a file of the folder was written, made or removed.
    /// The folder must exist; what happened before the call is not told.
    func watch(_ path: String, changed: @escaping @Sendable () -> Void) -> Watching {
        let id = state.withLock { state -> Int in
            state.nextID += 1
            var folder = state.folders[path] ?? Folder(descriptor: addWatch(path))
            folder.watchers[state.nextID] = changed
            state.folders[path] = folder
            if folder.descriptor >= 0 {
                state.paths[folder.descriptor] = path
            } else {
                timer.schedule(deadline: .now() + Self.pause)
            }
            return state.nextID
        }
        return Watching { [weak self] in self?.forget(id, of: path) }
    }

    private func addWatch(_ path: String) -> Int32 {
        inotify_add_watch(inotify, path, UInt32(IN_MODIFY | IN_CREATE | IN_DELETE | IN_CLOSE_WRITE))
    }

    private func forget(_ id: Int, of path: String) {
        state.withLock { state in
            guard var folder = state.folders[path] else { return }
            folder.watchers[id] = nil
            if folder.watchers.isEmpty {
                if folder.descriptor >= 0 { inotify_rm_watch(inotify, folder.descriptor) }
                state.folders[path] = nil
                state.paths[folder.descriptor] = nil
            } else {
                state.folders[path] = folder
            }
        }
    }

    /// Has those look whose folders the kernel does not watch, and asks it once more to.
    private func lookAtUnwatched() {
        let watchers = state.withLock { state -> [@Sendable () -> Void] in
            var watchers: [@Sendable () -> Void] = []
            var areLeft = false
            for (path, folder) in state.folders where folder.descriptor < 0 {
                let descriptor = addWatch(path)
                if descriptor >= 0 {
                    state.folders[path]?.descriptor = descriptor
                    state.paths[descriptor] = path
                } else {
                    areLeft = true
                }
                watchers += folder.watchers.values
            }
            timer.schedule(deadline: areLeft ? .now() + Self.pause : .distantFuture)
            return watchers
        }
        for changed in watchers { changed() }
    }

    private func readEvents() {
        var changed: Set<Int32> = []
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 16 * 1024, alignment: 8)
        defer { buffer.deallocate() }
        while true {
            let count = read(inotify, buffer.baseAddress, buffer.count)
            guard count > 0 else { break }
            var offset = 0
            while offset + MemoryLayout<inotify_event>.size <= count {
                let event = buffer.loadUnaligned(fromByteOffset: offset, as: inotify_event.self)
                changed.insert(event.wd)
                offset += MemoryLayout<inotify_event>.size + Int(event.len)
            }
        }
        let watchers = state.withLock { state -> [@Sendable () -> Void] in
            // An overflow says nothing about where: everybody looks.
            let paths = changed.contains(-1) ? Array(state.folders.keys) : changed.compactMap { state.paths[$0] }
            return paths.flatMap { state.folders[$0].map { Array($0.watchers.values) } ?? [] }
        }
        for changed in watchers { changed() }
    }
}
