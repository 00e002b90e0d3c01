internal import Dispatch
internal import Synchronization

/// Threads on which files are read, so that a slow disk never holds up the cooperative pool or an event loop.
///
/// Work given under one key runs one after the other; different keys run beside each other on a few lanes.
final class FileQueue: Sendable {
    static let shared = FileQueue(lanes: 4)

    private let lanes: [DispatchQueue]

    init(lanes: Int) {
        self.lanes = (0..<lanes).map { DispatchQueue(label: "slipway.web.files.\($0)", qos: .userInitiated) }
    }

    func run<Value: Sendable>(key: Int, _ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        let lane = lanes[abs(key % lanes.count)]
        return try await withCheckedThrowingContinuation { continuation in
            lane.async { continuation.resume(with: Result(catching: body)) }
        }
    }
}
