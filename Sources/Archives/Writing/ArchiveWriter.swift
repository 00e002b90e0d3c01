internal import CLibArchive
internal import Glibc

/// Writes one archive, entry by entry.
public final class ArchiveWriter {
    public enum Form: Equatable, Sendable {
        /// - Parameter level: 0 (none) to 9 (best).
        case zip(level: Int)
        /// tar(5) in POSIX form, compressed by Zstandard.
        case tar
    }

    /// What is known of a file beside its bytes.
    struct Attributes {
        var kind: FileKind
        var size: Int64 = 0
        var permissions: mode_t
        var modified: (seconds: Int, nanoseconds: Int)
        /// Of a symbolic link.
        var target: FileName?
        /// The entry that a hard link shares its bytes with.
        var original: FileName?
    }

    public let output: DigestingFile
    private let handle: OpaquePointer
    private let entry: OpaquePointer
    private var failure: ArchiveError?
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
    private let isCancelled: () -> Bool

    public init(
        _ form: Form, to output: DigestingFile, isCancelled: @escaping () -> Bool = { false }
    ) throws(ArchiveError) {
        guard let handle = archive_write_new(), let entry = archive_entry_new() else {
            throw ArchiveError(.system(ENOMEM), "libarchive has no memory for an archive")
        }
        self.handle = handle
        self.entry = entry
        self.output = output
        self.isCancelled = isCancelled
        try UTF8Locale.with { () throws(ArchiveError) in try open(form) }
    }

    deinit {
        archive_write_free(handle)
        archive_entry_free(entry)
        buffer.deallocate()
    }

    private func open(_ form: Form) throws(ArchiveError) {
        switch form {
        case .zip(let level):
            try check(archive_write_set_format_zip(handle))
            try set(level == 0 ? "zip:compression=store" : "zip:compression-level=\(level)")
            try set("hdrcharset=UTF-8")
        case .tar:
            try check(archive_write_set_format_pax(handle))
            // Names are bytes, whatever they mean.
            try set("hdrcharset=BINARY")
            try check(archive_write_add_filter_zstd(handle))
        }
        archive_write_set_bytes_per_block(handle, Int32(buffer.count))
        archive_write_set_bytes_in_last_block(handle, 1)
        let context = Unmanaged.passUnretained(self).toOpaque()
        let status = archive_write_open2(
            handle, context, nil,
            { _, context, bytes, count in
                guard let context else { return -1 }
                let writer = Unmanaged<ArchiveWriter>.fromOpaque(context).takeUnretainedValue()
                return writer.take(UnsafeRawBufferPointer(start: bytes, count: count)) ? count : -1
            }, nil, nil)
        try check(status)
    }

    private func set(_ options: String) throws(ArchiveError) { try check(archive_write_set_options(handle, options)) }

    /// libarchive's output; called while one of its functions runs.
    private func take(_ bytes: UnsafeRawBufferPointer) -> Bool {
        do throws(ArchiveError) {
            try output.write(bytes)
            return true
        } catch {
            failure = failure ?? error
            return false
        }
    }

    // MARK: Entries

    /// Adds a regular file; its bytes are read from where it was read last.
    ///
    /// - Returns: whether it had the size that it was announced with. One that grew is cut there, one that shrank is filled up
    ///   in a tar, and shorter in a zip.
    @discardableResult
    public func add(_ file: OpenFile, as name: String) throws(ArchiveError) -> Bool {
        let status = try file.status(shown: name)
        return try add(
            Attributes(
                kind: .file, size: Int64(status.st_size), permissions: status.permissions, modified: status.modified),
            as: Array(name.utf8CString), file: file)
    }

    /// Adds a symbolic link.
    ///
    /// - Parameter target: what it holds, as it is written.
    public func add(linkTo target: String, as name: String) throws(ArchiveError) {
        let attributes = Attributes(
            kind: .link, permissions: 0o777, modified: (seconds: 0, nanoseconds: 0), target: Array(target.utf8CString))
        try add(attributes, as: Array(name.utf8CString))
    }

    /// - Parameter file: of a regular file without `original`, its bytes.
    @discardableResult
    func add(_ attributes: Attributes, as name: FileName, file: OpenFile? = nil) throws(ArchiveError) -> Bool {
        archive_entry_clear(entry)
        archive_entry_copy_pathname(entry, name)
        archive_entry_set_filetype(entry, attributes.kind.libarchiveType)
        archive_entry_set_perm(entry, attributes.permissions)
        archive_entry_set_mtime(entry, attributes.modified.seconds, attributes.modified.nanoseconds)
        archive_entry_set_size(entry, file == nil ? 0 : attributes.size)
        if let target = attributes.target { archive_entry_copy_symlink(entry, target) }
        if let original = attributes.original { archive_entry_copy_hardlink(entry, original) }
        try check(UTF8Locale.with { archive_write_header(handle, entry) })
        guard let file else { return true }
        let written = try copy(file, size: attributes.size, shown: name.text)
        try check(archive_write_finish_entry(handle))
        return written
    }

    private func copy(_ file: OpenFile, size: Int64, shown name: String) throws(ArchiveError) -> Bool {
        var left = size
        while left > 0 {
            if isCancelled() { throw ArchiveError(.cancelled, "packing was cancelled") }
            let part = UnsafeMutableRawBufferPointer(rebasing: buffer[..<Int(min(left, Int64(buffer.count)))])
            let count = try file.read(into: part, shown: name)
            if count == 0 { return false }
            guard archive_write_data(handle, part.baseAddress, count) >= 0 else { throw problem() }
            left -= Int64(count)
        }
        return try file.size() == size
    }

    /// Writes the archive's end; to be called once, after the last entry.
    public func finish() throws(ArchiveError) {
        try check(UTF8Locale.with { archive_write_close(handle) })
    }

    // MARK: Errors

    private func check(_ status: Int32) throws(ArchiveError) {
        // A warning says that something could not be kept as it was: nothing here that matters.
        guard status < ARCHIVE_WARN else { return }
        throw problem()
    }

    private func problem() -> ArchiveError {
        if let failure { return failure }
        let reason = archive_error_string(handle).map { String(cString: $0) } ?? "libarchive does not say why"
        return ArchiveError(.system(archive_errno(handle)), "can't pack: \(reason)")
    }
}

extension FileKind {
    var libarchiveType: UInt32 {
        switch self {
        case .file: UInt32(Glibc.S_IFREG)
        case .folder: UInt32(Glibc.S_IFDIR)
        case .link: UInt32(Glibc.S_IFLNK)
        case .other: 0
        }
    }
}
