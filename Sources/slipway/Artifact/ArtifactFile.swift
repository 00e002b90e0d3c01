internal import Archives
internal import Execution
internal import Glibc
internal import HTTPTransport
internal import Signing
internal import Web

/// One artifact on its way from the daemon into a folder.
struct ArtifactFile {
    private static let attempts = 3

    let client: DaemonClient
    let artifact: ArtifactRepresentation
    let folder: String

    /// The name of a file or folder that nothing can climb out by: what the daemon says is not trusted for more.
    private var name: String {
        let safe = artifact.name.map { $0 == "/" || $0 == "\0" ? "_" : $0 }
        return [".", ".."].contains(String(safe)) || safe.isEmpty ? "artifact-\(artifact.id)" : String(safe)
    }

    /// - Returns: where it is.
    func fetch(unpacking: Bool) async throws -> String {
        let unpacks = unpacking && artifact.archive
        let target = "\(folder)/\(name)\(artifact.archive && !unpacks ? ".zip" : "")"
        guard access(target, F_OK) != 0 else {
            throw CommandFailure(.rejected, "\(target) exists already; remove it, or choose another folder with --into")
        }
        do throws(ExecutionError) { try Folder.make(folder) } catch { throw CommandFailure(.rejected, error.message) }
        let file = unpacks ? "\(target).zip.part" : "\(target).part"
        defer { unlink(file) }
        try await download(to: file)
        if unpacks {
            try unpack(file, into: target)
        } else if rename(file, target) != 0 {
            throw Self.failure("write", target)
        }
        return target
    }

    private func download(to path: String) async throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw Self.failure("write", path) }
        defer { close(descriptor) }
        let hash = SHA256()
        var size: Int64 = 0
        var failures = 0
        while true {
            do {
                let headers = size == 0 ? [] : [("Range", "bytes=\(size)-")]
                let stream = try await client.stream("/api/v1/artifacts/\(artifact.id)/zip", headers: headers, idle: .seconds(60))
                for try await chunk in stream.body {
                    guard Self.write(chunk, to: descriptor) else { throw Self.failure("write", path) }
                    hash.update(chunk)
                    size += Int64(chunk.count)
                }
                break
            } catch let error as HTTPTransportError {
                failures += 1
                // A download that broke in its middle goes on there.
                guard error.isTransient, size > 0, size < artifact.size, failures < Self.attempts else {
                    throw client.failure(error)
                }
            }
        }
        guard size == artifact.size, hash.finishHexadecimal() == artifact.digest else {
            throw CommandFailure(
                .rejected, "what came of the artifact \"\(artifact.name)\" is not what was stored: its SHA-256 differs")
        }
    }

    private func unpack(_ file: String, into target: String) throws(CommandFailure) {
        guard mkdir(target, 0o755) == 0 else { throw Self.failure("make the folder", target) }
        do throws(ArchiveError) {
            var unpacking = Unpacking(links: .staying, keepsTimes: false)
            let reader = try ArchiveReader(try OpenFile.open(reading: file), path: "the artifact \"\(artifact.name)\"")
            _ = try unpacking.unpack(reader, into: try OpenFolder.open("\(target)/."))
        } catch {
            throw CommandFailure(.rejected, "\(error.message); what came before is in \(target)")
        }
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno != EINTR { return false }
            rest = rest.dropFirst(max(0, count))
        }
        return true
    }

    private static func failure(_ verb: String, _ path: String) -> CommandFailure {
        CommandFailure(.rejected, "can't \(verb) \(path): \(String(cString: strerror(errno)))")
    }
}
