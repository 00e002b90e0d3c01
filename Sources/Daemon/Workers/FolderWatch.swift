internal import CProcesses
internal import Dispatch
internal import Glibc
internal import Synchronization

/// Tells when a file in a job's folder grew (inotify(7)): one descriptor for all folders, no wake-up while nothing grows.
///
/// Any number may watch one folder. What is told is only "look again": several growths may come as one.
final class FolderWatch: Sendable {
    private struct Folder {
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
    private nonisolated(unsafe) let source: any DispatchSourceRead

    init() throws(DaemonError) {
        inotify = inotify_init1(Int32(IN_CLOEXEC) | Int32(IN_NONBLOCK))
        guard inotify >= 0 else {
            throw DaemonError(
                "can't watch files: \(String(cString: strerror(errno))); raise fs.inotify.max_user_instances")
        }
        source = DispatchSource.makeReadSource(fileDescriptor: inotify, queue: DispatchQueue(label: "slipway.watch"))
        source.setEventHandler { [weak self] in self?.readEvents() }
        source.activate()
    }

    deinit {
        source.cancel()
        close(inotify)
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
            if folder.descriptor >= 0 { state.paths[folder.descriptor] = path }
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
                inotify_rm_watch(inotify, folder.descriptor)
                state.folders[path] = nil
                state.paths[folder.descriptor] = nil
            } else {
                state.folders[path] = folder
            }
        }
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
