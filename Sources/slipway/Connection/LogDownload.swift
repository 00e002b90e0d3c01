internal import HTTPTransport

/// Prints a job's log as it is, or a range of its bytes.
struct LogDownload: Sendable {
    private static let attempts = 3

    let client: DaemonClient
    let job: String

    /// - Parameter end: after the last byte; nil: to where the log ends now.
    func run(from start: Int64 = 0, to end: Int64? = nil) async throws {
        var offset = start
        var failures = 0
        while end.map({ offset < $0 }) ?? true {
            do {
                try await readConnection(&offset, end: end)
                return
            } catch let error as HTTPTransportError {
                failures += 1
                // Only a download that broke in its middle goes on; one that never began is an error at once.
                guard error.isTransient, offset > start, failures < Self.attempts else { throw client.failure(error) }
            }
        }
    }

    private func readConnection(_ offset: inout Int64, end: Int64?) async throws {
        let range = "bytes=\(offset)-\(end.map { String($0 - 1) } ?? "")"
        let isWhole = offset == 0 && end == nil
        let stream = try await client.stream(
            "/api/v1/jobs/\(job)/log", headers: isWhole ? [] : [("Range", range)], idle: .seconds(30))
        for try await chunk in stream.body {
            Terminal.write(bytes: chunk)
            offset += Int64(chunk.count)
        }
    }
}
