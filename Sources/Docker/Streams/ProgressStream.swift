internal import FoundationEssentials

/// What the engine reports of a pull or a build: one JSON object after the other.
struct ProgressStream {
    /// One report.
    struct Message: Decodable {
        struct Detail: Decodable {
            var current: Int64?
            var total: Int64?
        }

        struct Failure: Decodable {
            var message: String?
        }

        struct Result: Decodable {
            /// Of a built image.
            var id: String?
            /// Of a pushed one.
            var digest: String?

            enum CodingKeys: String, CodingKey {
                case id = "ID"
                case digest = "Digest"
            }
        }

        var status: String?
        var id: String?
        var progressDetail: Detail?
        /// Of a build: text as it was printed.
        var stream: String?
        var error: String?
        var errorDetail: Failure?
        var aux: Result?
    }

    private static let longestLine = 16 << 20
    private let stream: EngineStream
    private var pending: [UInt8] = []
    private var lines: [[UInt8]] = []

    init(_ stream: EngineStream) { self.stream = stream }

    /// The next report, nil after the last one.
    mutating func next(_ patience: Patience) throws(DockerError) -> Message? {
        while lines.isEmpty {
            guard let bytes = try stream.bytes(patience) else {
                guard !pending.isEmpty else { return nil }
                lines = [pending]
                pending = []
                break
            }
            pending += bytes
            guard pending.count <= Self.longestLine else {
                throw DockerError(.failed, stream.action, "the engine's report has no end")
            }
            guard let end = pending.lastIndex(of: UInt8(ascii: "\n")) else { continue }
            lines = pending[..<end].split(separator: UInt8(ascii: "\n")).map(Array.init).reversed()
            pending.removeSubrange(...end)
        }
        guard let line = lines.popLast() else { return nil }
        do { return try JSONDecoder().decode(Message.self, from: Data(line)) } catch {
            throw DockerError(.failed, stream.action, "the engine's report is not what its API promises: \(error)")
        }
    }
}
