internal import Archives
internal import Glibc

/// What all jobs share: the last id that was given to an artifact or a cached file, and how much all artifacts take.
///
/// Two numbers in a file. One that is lost or unreadable is begun anew at an id that is higher than any before: the
/// milliseconds since 1970. The size is put right by the janitor.
public struct Ledger: Sendable {
    struct State: Equatable {
        var lastID: Int64
        var artifactBytes: Int64
    }

    private let path: String
    private let milliseconds: @Sendable () -> Int64

    /// - Parameter milliseconds: since 1970, for a ledger that has to begin anew.
    public init(path: String, milliseconds: @escaping @Sendable () -> Int64) {
        self.path = path
        self.milliseconds = milliseconds
    }

    /// Looks at it and changes it, alone among all processes; what throws changes nothing.
    func update<Value>(_ body: (inout State) throws(StorageError) -> Value) throws(StorageError) -> Value {
        try LockFile(path: path).with { file throws(StorageError) in
            let before = read(file)
            var state = before
            let value = try body(&state)
            if state != before { try write(state, to: file) }
            return value
        }
    }

    public func nextID() throws(StorageError) -> Int64 {
        try update { state throws(StorageError) in
            state.lastID += 1
            return state.lastID
        }
    }

    /// The newest id that was given.
    public func lastID() throws(StorageError) -> Int64 {
        try update { state throws(StorageError) in state.lastID }
    }

    private func read(_ file: OpenFile) -> State {
        var buffer = [UInt8](repeating: 0, count: 64)
        let count = pread(file.descriptor, &buffer, buffer.count, 0)
        if count == 0 { return State(lastID: 0, artifactBytes: 0) }
        let words = String(decoding: buffer[..<max(0, count)], as: UTF8.self).split { $0 == " " || $0 == "\n" }
        guard words.count == 2, let id = Int64(words[0]), let bytes = Int64(words[1]) else {
            return State(lastID: milliseconds(), artifactBytes: 0)
        }
        return State(lastID: id, artifactBytes: bytes)
    }

    private func write(_ state: State, to file: OpenFile) throws(StorageError) {
        // Of one length, so that none is left over from a longer one.
        let text = Self.padded(state.lastID) + " " + Self.padded(state.artifactBytes) + "\n"
        let written = Array(text.utf8).withUnsafeBytes { pwrite(file.descriptor, $0.baseAddress, $0.count, 0) }
        guard written == text.utf8.count, fdatasync(file.descriptor) == 0 else {
            throw StorageError(
                errno == ENOSPC ? .full : .system, "can't write \(path): \(String(cString: strerror(errno)))")
        }
    }

    private static func padded(_ number: Int64) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, 19 - text.count)) + text
    }
}
