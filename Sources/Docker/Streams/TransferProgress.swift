/// Makes few lines of the many reports of a pull or a push.
struct TransferProgress {
    enum Direction {
        case pull
        case push

        var layerIsMoving: String { self == .pull ? "Downloading" : "Pushing" }
        var layerIsThere: [String] {
            self == .pull ? ["Download complete", "Pull complete"] : ["Pushed", "Layer already exists"]
        }
        var word: String { self == .pull ? "Downloaded" : "Pushed" }
    }

    private struct Layer {
        var current: Int64 = 0
        var total: Int64 = 0
    }

    private static let interval = Duration.seconds(5)
    private let direction: Direction
    private var layers: [String: Layer] = [:]
    private var lastLine: ContinuousClock.Instant?

    init(_ direction: Direction) { self.direction = direction }

    /// A line to be shown; nil where there is nothing new to say.
    mutating func take(_ message: ProgressStream.Message, at now: ContinuousClock.Instant) -> String? {
        guard let status = message.status else { return nil }
        guard let id = message.id, !status.hasPrefix("Pulling from") else {
            // The last line of a push: the tag, the digest and the size.
            let isResult = ["Digest:", "Status:"].contains { status.hasPrefix($0) } || status.contains(": digest: ")
            return isResult ? status : nil
        }
        if status == direction.layerIsMoving {
            let total = message.progressDetail?.total ?? 0
            let current = message.progressDetail?.current ?? 0
            // What is packed while it is sent may become more than was foreseen.
            layers[id] = Layer(current: current, total: max(total, current))
        } else if direction.layerIsThere.contains(status), let total = layers[id]?.total {
            layers[id]?.current = total
        }
        return line(at: now)
    }

    private mutating func line(at now: ContinuousClock.Instant) -> String? {
        let last = lastLine ?? now
        lastLine = last
        let total = layers.values.reduce(0) { $0 + $1.total }
        guard now - last >= Self.interval, total > 0 else { return nil }
        lastLine = now
        let current = layers.values.reduce(0) { $0 + $1.current }
        return "\(direction.word) \(Self.megabytes(current)) of \(Self.megabytes(total))"
    }

    private static func megabytes(_ bytes: Int64) -> String { "\((bytes + 500_000) / 1_000_000) MB" }
}
