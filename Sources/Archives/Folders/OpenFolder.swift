internal import Glibc

/// A folder that is held open. Everything in it is reached relative to it and never through a symbolic link, so that a
/// process which swaps folders meanwhile can't lead this one out of its place.
///
/// Names are C strings, since a file's name may be any bytes.
public struct OpenFolder: Sendable {
    let file: OpenFile
    /// For messages.
    public let path: String

    private init(_ file: OpenFile, path: String) {
        self.file = file
        self.path = path
    }

    /// Opens a folder by a path whose last part may be anything, but whose other parts the caller trusts.
    public static func open(_ path: String) throws(ArchiveError) -> OpenFolder {
        let descriptor = Glibc.open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system("open the folder", path) }
        return OpenFolder(OpenFile(taking: descriptor), path: path)
    }

    /// Opens a folder in it. A symbolic link is `ENOTDIR` or `ELOOP`.
    func folder(_ name: UnsafePointer<CChar>) throws(ArchiveError) -> OpenFolder {
        let descriptor = openat(file.descriptor, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system("open the folder", shown(name)) }
        return OpenFolder(OpenFile(taking: descriptor), path: shown(name))
    }

    /// Opens a folder in it, and makes it where nothing of that name is there.
    ///
    /// - Throws: of kind `outside` where a symbolic link has the name.
    func folder(making name: UnsafePointer<CChar>, mode: mode_t = 0o755) throws(ArchiveError) -> OpenFolder {
        guard mkdirat(file.descriptor, name, mode) == 0 || errno == EEXIST else {
            throw .system("make the folder", shown(name))
        }
        do throws(ArchiveError) { return try folder(name) } catch {
            guard try kind(of: name) == .link else { throw error }
            throw ArchiveError(.outside, "\(shown(name)) is a symbolic link: nothing is written through one")
        }
    }

    /// Opens a file to read it; regular files only. Never waits, as opening a pipe would.
    func open(reading name: UnsafePointer<CChar>) throws(ArchiveError) -> OpenFile {
        let descriptor = openat(file.descriptor, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system("read", shown(name)) }
        let opened = OpenFile(taking: descriptor)
        guard FileKind(try opened.status(shown: shown(name))) == .file else {
            throw ArchiveError(.refused, "can't read \(shown(name)): it is no regular file")
        }
        return opened
    }

    /// Makes a file; what had its name, but a folder, is removed first.
    func make(file name: UnsafePointer<CChar>, mode: mode_t) throws(ArchiveError) -> OpenFile {
        try clear(name)
        let descriptor = openat(file.descriptor, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw .system("make", shown(name)) }
        return OpenFile(taking: descriptor)
    }

    /// Makes a symbolic link; what had its name, but a folder, is removed first.
    func make(link name: UnsafePointer<CChar>, target: UnsafePointer<CChar>) throws(ArchiveError) {
        try clear(name)
        guard symlinkat(target, file.descriptor, name) == 0 else { throw .system("make the link", shown(name)) }
    }

    /// Gives a file of another folder a second name in this one.
    func make(
        hardLink name: UnsafePointer<CChar>, to target: UnsafePointer<CChar>, in folder: OpenFolder
    ) throws(ArchiveError) {
        guard try folder.kind(of: target) == .file else {
            throw ArchiveError(.refused, "\(shown(name)) is a hard link to \(folder.shown(target)), which is no regular file")
        }
        try clear(name)
        guard linkat(folder.file.descriptor, target, file.descriptor, name, 0) == 0 else {
            throw .system("make the hard link", shown(name))
        }
    }

    private func clear(_ name: UnsafePointer<CChar>) throws(ArchiveError) {
        if unlinkat(file.descriptor, name, 0) == 0 || errno == ENOENT { return }
        if errno == EISDIR || errno == EPERM, try kind(of: name) == .folder {
            throw ArchiveError(.refused, "can't write \(shown(name)): a folder has that name")
        }
        throw .system("replace", shown(name))
    }

    /// Nil where there is nothing of that name.
    func kind(of name: UnsafePointer<CChar>) throws(ArchiveError) -> FileKind? {
        do throws(ArchiveError) { return FileKind(try status(of: name)) } catch {
            if error.isMissing { return nil }
            throw error
        }
    }

    /// Of the name itself, where it is a link.
    func status(of name: UnsafePointer<CChar>) throws(ArchiveError) -> stat {
        var status = stat()
        guard fstatat(file.descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { throw .system("look at", shown(name)) }
        return status
    }

    /// What a symbolic link holds.
    func target(ofLink name: UnsafePointer<CChar>) throws(ArchiveError) -> FileName {
        var buffer = FileName(repeating: 0, count: 4097)
        let count = readlinkat(file.descriptor, name, &buffer, buffer.count - 1)
        guard count >= 0 else { throw .system("read the link", shown(name)) }
        return Array(buffer[..<count]) + [0]
    }

    func setModified(_ name: UnsafePointer<CChar>, _ seconds: Int, _ nanoseconds: Int) {
        let time = timespec(tv_sec: seconds, tv_nsec: nanoseconds)
        // A time that the file system can't hold is no reason to lose the file.
        _ = utimensat(file.descriptor, name, [time, time], AT_SYMLINK_NOFOLLOW)
    }

    func setPermissions(_ mode: mode_t) throws(ArchiveError) {
        guard fchmod(file.descriptor, mode & 0o777) == 0 else { throw .system("set the mode of", path) }
    }

    /// The names in it, without `.` and `..`, in the order of their bytes.
    func names() throws(ArchiveError) -> [FileName] {
        // A descriptor of its own, since closing the stream closes it.
        let own = openat(file.descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard own >= 0, let stream = fdopendir(own) else { throw .system("read the folder", path) }
        defer { closedir(stream) }
        var names: [FileName] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
                tuple.withMemoryRebound(to: CChar.self, capacity: 256) {
                    Array(UnsafeBufferPointer(start: $0, count: strlen($0) + 1))
                }
            }
            if name != [46, 0] && name != [46, 46, 0] { names.append(name) }
        }
        return names.sorted { left, right in strcmp(left, right) < 0 }
    }

    func shown(_ name: UnsafePointer<CChar>) -> String { "\(path)/\(String(cString: name))" }
}

extension OpenFolder {
    /// Copies a file into it, from where it was read last; what had the name, but a folder, is replaced.
    public func copy(
        _ source: OpenFile, as name: String, isCancelled: () -> Bool = { false }
    ) throws(ArchiveError) {
        guard !name.contains("/"), name != "..", name != "." else {
            throw ArchiveError(.refused, "a file can't be named \"\(name)\"")
        }
        let target = try make(file: name, mode: 0o644)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
        defer { buffer.deallocate() }
        while true {
            if isCancelled() { throw ArchiveError(.cancelled, "copying a file was cancelled") }
            let count = try source.read(into: buffer, shown: name)
            if count == 0 { return }
            try target.write(UnsafeRawBufferPointer(rebasing: buffer[..<count]), shown: shown(name))
        }
    }
}

extension OpenFolder {
    /// Makes a file from what `fill` writes. What had the name, but a folder, is replaced once all of it is there.
    ///
    /// - Parameters:
    ///   - modified: the file's time, in seconds since 1970.
    ///   - fill: false where nothing of it is to be kept.
    public func replace(_ name: String, modified: Int? = nil, fill: (OpenFile) -> Bool) throws(ArchiveError) {
        let unfinished = ".slipway-\(UInt64.random(in: 0 ... .max))"
        let target = try make(file: unfinished, mode: 0o644)
        guard fill(target) else {
            unlinkat(file.descriptor, unfinished, 0)
            return
        }
        if let modified { setModified(unfinished, modified, 0) }
        guard renameat(file.descriptor, unfinished, file.descriptor, name) == 0 else {
            let code = errno
            unlinkat(file.descriptor, unfinished, 0)
            throw .system("make", shown(name), code: code)
        }
    }

    /// Removes a file or a link. One that is not there is no error.
    public func remove(file name: String) throws(ArchiveError) {
        guard unlinkat(file.descriptor, name, 0) == 0 || errno == ENOENT else { throw .system("remove", shown(name)) }
    }
}
