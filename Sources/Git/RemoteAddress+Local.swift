internal import Glibc

extension RemoteAddress {
    /// The address itself, or the one without `.git` at its end where it is of this machine and only that one is there: a
    /// repository's folder may have either name.
    public var existing: RemoteAddress {
        guard isLocal, path.hasSuffix(".git"), access(path, F_OK) != 0 else { return self }
        let shorter = String(path.dropLast(".git".count))
        guard access(shorter, F_OK) == 0 else { return self }
        return RemoteAddress(text: scheme == .file ? "file://\(shorter)" : shorter, scheme: scheme, path: shorter)
    }
}
