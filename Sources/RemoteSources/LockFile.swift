internal import FoundationEssentials
internal import Glibc
public import Plan

/// The lock as a file, for a machine without a daemon. Several processes may use one file at the same time.
public struct LockFile: ReferenceLock {
    public struct Failure: Error, CustomStringConvertible, Sendable {
        public let description: String
    }

    private struct Contents: Codable {
        var locked: [LockedReference] = []
    }

    public let path: String

    /// - Parameter path: in a folder that exists; the file is made with its first entry.
    public init(path: String) { self.path = path }

    public func entry(for repository: RepositoryName, reference: String) async throws -> LockedReference? {
        try read().locked.first { $0.repository == repository.key && $0.reference == reference }
    }

    public func entries(of repository: RepositoryName?) async throws -> [LockedReference] {
        try read().locked.filter { repository == nil || $0.repository == repository?.key }
    }

    public func keep(_ entry: LockedReference) async throws {
        try exclusively {
            var contents = try read()
            contents.locked.removeAll { $0.repository == entry.repository && $0.reference == entry.reference }
            contents.locked.append(entry)
            contents.locked.sort { ($0.repository, $0.reference) < ($1.repository, $1.reference) }
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            encoder.dateEncodingStrategy = .iso8601
            try encoder.encode(contents).write(to: URL(filePath: path), options: .atomic)
        }
    }

    private func read() throws -> Contents {
        guard access(path, F_OK) == 0 else { return Contents() }
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        do { return try decoder.decode(Contents.self, from: Data(contentsOf: URL(filePath: path))) } catch {
            throw Failure(description: "\(path) is not what Slipway wrote; remove it, and the next run locks anew (\(error))")
        }
    }

    /// While another process writes, this one waits: for the time of one small file.
    private func exclusively(_ body: () throws -> Void) throws {
        let descriptor = open("\(path).writing", O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw Failure(description: "can't make \(path): \(String(cString: strerror(errno)))") }
        defer { close(descriptor) }
        while flock(descriptor, LOCK_EX) != 0 {
            guard errno == EINTR else {
                throw Failure(description: "can't lock \(path): \(String(cString: strerror(errno)))")
            }
        }
        try body()
    }
}
