internal import Glibc
internal import Processes
internal import Signing

/// The file of the key that seals the secrets: 32 bytes in hexadecimal, for the daemon's user only.
struct SecretKeyFile {
    let path: String

    /// Reads the key, and makes one where there is no file yet. The file appears with the whole key in it, or not at all: half
    /// a key would be taken for a broken one after a crash, and two daemons that begin at the same time have one key.
    func key() throws(DaemonError) -> [UInt8] {
        if let key = try existing() { return key }
        try make()
        guard let key = try existing() else { throw DaemonError("the key file \(path) vanished as soon as it was made") }
        return key
    }

    /// Nil where there is no file.
    private func existing() throws(DaemonError) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw failure("read", errno)
        }
        let file = OwnedDescriptor(descriptor)
        let text: [UInt8]
        do { text = try file.read(atMost: 4096) } catch { throw failure("read", error.code) }
        guard let key = Hexadecimal.bytes(String(decoding: text, as: UTF8.self).filter { !$0.isWhitespace }),
            key.count == AuthenticatedEncryption.keyLength
        else {
            throw DaemonError(
                "\(path) holds no key of \(AuthenticatedEncryption.keyLength) bytes in hexadecimal: restore it from a backup, "
                    + "or remove it together with the secrets that it sealed")
        }
        return key
    }

    /// One that somebody else makes meanwhile stays.
    private func make() throws(DaemonError) {
        let unfinished = "\(path).\(getpid()).new"
        unlink(unfinished)
        let descriptor = open(unfinished, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure("make", errno) }
        let file = OwnedDescriptor(descriptor)
        defer { unlink(unfinished) }
        do {
            let key = try RandomBytes.make(count: AuthenticatedEncryption.keyLength)
            try file.write(Array((Hexadecimal.text(key) + "\n").utf8))
        } catch {
            throw DaemonError("can't make the key file \(path): \(error)")
        }
        guard fsync(file.number) == 0, link(unfinished, path) == 0 || errno == EEXIST else { throw failure("make", errno) }
        syncFolder()
    }

    /// So that the name survives a power cut as the content does. Where it can't be done, the key is in the page cache still.
    private func syncFolder() {
        let folder = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }

    private func failure(_ verb: String, _ code: Int32) -> DaemonError {
        DaemonError("can't \(verb) the key file \(path): \(String(cString: strerror(code)))")
    }
}
