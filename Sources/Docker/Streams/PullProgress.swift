/// Makes few lines of the many reports of a pull.
struct PullProgress {
    private struct Layer {
        var current: Int64 = 0
        var total: Int64 = 0
    }

    private static let interval = Duration.seconds(5)
    private var layers: [String: Layer] = [:]
    private var lastLine: ContinuousClock.Instant?

    /// A line to be shown; nil where there is nothing new to say.
    mutating func take(_ message: ProgressStream.Message, at now: ContinuousClock.Instant) -> String? {
        guard let status = message.status else { return nil }
        guard let id = message.id, !status.hasPrefix("Pulling from") else {
            return status.hasPrefix("Digest:") || status.hasPrefix("Status:") ? status : nil
        }
        switch status {
        case "Downloading":
            layers[id] = Layer(current: message.progressDetail?.current ?? 0, total: message.progressDetail?.total ?? 0)
        case "Download complete", "Pull complete":
            if let total = layers[id]?.total { layers[id]?.current = total }
        default: break
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
        return "Downloaded \(Self.megabytes(current)) of \(Self.megabytes(total))"
    }

    private static func megabytes(_ bytes: Int64) -> String { "\((bytes + 500_000) / 1_000_000) MB" }
}
