internal import CLibArchive
internal import Glibc

/// Reads one archive, entry by entry: a zip, or a tar that is plain or compressed by Zstandard or gzip. No other form is
/// tried, since each is code that meets bytes which a stranger may have written.
public final class ArchiveReader {
    private let handle: OpaquePointer
    private let file: OpenFile
    private let path: String

    /// - Parameters:
    ///   - file: a regular file; read from its beginning.
    ///   - path: what to call it in messages.
    public init(_ file: OpenFile, path: String) throws(ArchiveError) {
        guard let handle = archive_read_new() else {
            throw ArchiveError(.system(ENOMEM), "libarchive has no memory for an archive")
        }
        self.handle = handle
        self.file = file
        self.path = path
        archive_read_support_format_tar(handle)
        archive_read_support_format_zip_seekable(handle)
        archive_read_support_filter_gzip(handle)
        archive_read_support_filter_zstd(handle)
        guard lseek(file.descriptor, 0, SEEK_SET) == 0 else { throw .system("read", path) }
        try check(UTF8Locale.with { archive_read_open_fd(handle, file.descriptor, 1 << 18) })
    }

    deinit { archive_read_free(handle) }

    /// The next entry; nil after the last.
    public func next() throws(ArchiveError) -> ArchiveEntry? {
        var pointer: OpaquePointer?
        let status = UTF8Locale.with { archive_read_next_header(handle, &pointer) }
        if status == ARCHIVE_EOF { return nil }
        try check(status)
        return try UTF8Locale.with { () throws(ArchiveError) in try entry(pointer) }
    }

    private func entry(_ entry: OpaquePointer?) throws(ArchiveError) -> ArchiveEntry {
        guard let entry, let name = archive_entry_pathname(entry) else {
            throw ArchiveError(.damaged, "\(path) holds an entry whose name can't be read")
        }
        let kind: ArchiveEntry.Kind
        if let original = archive_entry_hardlink(entry) {
            kind = .hardLink(original: Self.bytes(original))
        } else {
            switch mode_t(archive_entry_filetype(entry)) {
            case S_IFREG: kind = .file
            case S_IFDIR: kind = .folder
            case S_IFLNK: kind = .link(target: archive_entry_symlink(entry).map(Self.bytes) ?? [0])
            default: kind = .other
            }
        }
        let isTimed = archive_entry_mtime_is_set(entry) != 0
        return ArchiveEntry(
            name: Self.bytes(name), kind: kind,
            size: archive_entry_size_is_set(entry) != 0 ? archive_entry_size(entry) : nil,
            permissions: archive_entry_perm(entry) & 0o777,
            modified: isTimed ? (archive_entry_mtime(entry), archive_entry_mtime_nsec(entry)) : nil)
    }

    private static func bytes(_ text: UnsafePointer<CChar>) -> FileName {
        Array(UnsafeBufferPointer(start: text, count: strlen(text) + 1))
    }

    /// The next bytes of the entry; 0 at its end.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(ArchiveError) -> Int {
        let count = archive_read_data(handle, buffer.baseAddress, buffer.count)
        guard count >= 0 else { throw problem() }
        return count
    }

    private func check(_ status: Int32) throws(ArchiveError) {
        guard status < ARCHIVE_WARN else { return }
        throw problem()
    }

    private func problem() -> ArchiveError {
        let reason = archive_error_string(handle).map { String(cString: $0) } ?? "libarchive does not say why"
        return ArchiveError(.damaged, "\(path) can't be read as an archive: \(reason)")
    }
}
