internal import FoundationEssentials
internal import Git
internal import Glibc
internal import Processes

extension ForkServerClient {
    /// Has a forked process do one thing: it gets the request, and what it writes until it ends is the answer. It is killed where
    /// the task is cancelled.
    ///
    /// - Returns: nil where it ended without a word, as one does that the deadline ends.
    /// - Throws: `CancellationError` too.
    func exchange<Answer: Decodable>(
        role: String, request: some Encodable, deadline: Duration, as answer: Answer.Type
    ) async throws -> Answer? {
        let order = try OwnedDescriptor.inMemory([UInt8](try JSONEncoder().encode(request)))
        let (reading, writing) = try OwnedDescriptor.pipe()
        let process = try await fork(role: role, descriptors: [order.number, writing.number], deadline: deadline)
        writing.close()
        // On a thread of its own: many may hang at a time.
        let bytes = try await withTaskCancellationHandler {
            try await BlockingQueue(label: "slipway.\(role)").run { () throws(ProcessError) in try reading.readToEnd() }
        } onCancel: {
            process.signal(SIGKILL)
        }
        try Task.checkCancellation()
        return bytes.isEmpty ? nil : try JSONDecoder().decode(Answer.self, from: Data(bytes))
    }
}

/// The other side: what a forked process does with its request.
enum ForkedExchange {
    /// Reads the request, answers it and ends.
    static func serve<Request: Decodable, Answer: Encodable>(
        _ descriptors: [OwnedDescriptor], _ work: (Request) -> Answer
    ) -> Never {
        guard descriptors.count == 2, let bytes = try? descriptors[0].readToEnd(),
            let request = try? JSONDecoder().decode(Request.self, from: Data(bytes))
        else { exit(1) }
        let answer = work(request)
        if let bytes = try? JSONEncoder().encode(answer) { try? descriptors[1].write([UInt8](bytes)) }
        // What a program does at its end takes a while in one that shares its parent's memory, and there is nothing to be done.
        _exit(0)
    }
}
