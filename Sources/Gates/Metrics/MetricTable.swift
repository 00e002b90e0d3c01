public import Plan
internal import YAML

/// The metrics of a run, as conditions look for them.
///
/// `recall["fraud"]` and `recall.fraud` are the same. `f1`, `f1-score` and `f1_score` are one, unless there are several of them.
public struct MetricTable: Sendable {
    public static let mostMetrics = 2000
    static let longestName = 200

    public private(set) var metrics: [Metric] = []
    private var indices: [String: Int] = [:]
    /// By what is left of a name without its spelling; nil where several share it.
    private var alike: [String: Int?] = [:]

    public init() {}

    /// - Parameter metrics: those stored of a run; of two with one name the first counts.
    public init(_ metrics: [Metric]) {
        for metric in metrics { _ = insert(metric) }
    }

    /// - Throws: `MetricProblem`, without its file and place.
    mutating func add(_ metric: Metric) throws(MetricProblem) {
        guard metric.value.isFinite else {
            throw MetricProblem(
                "\(metric.title) is \(metric.value), which is no number that a gate can judge: mend the evaluation")
        }
        guard metrics.count < Self.mostMetrics else {
            throw MetricProblem(
                "there are more than \(Self.mostMetrics) metrics: write fewer, or choose some of them by \"within\"")
        }
        guard metric.title.unicodeScalars.count <= Self.longestName else {
            throw MetricProblem("a metric's name is longer than \(Self.longestName) characters: \(metric.title.prefix(60))…")
        }
        guard !metric.name.isEmpty, metric.slice?.isEmpty != true else {
            throw MetricProblem("a metric has no name: name it")
        }
        guard insert(metric) else {
            throw MetricProblem("the metric \(metric.title) is there twice: rename one of them")
        }
    }

    private mutating func insert(_ metric: Metric) -> Bool {
        let key = Self.key(metric)
        guard indices[key] == nil else { return false }
        indices[key] = metrics.count
        let plain = Self.plain(key)
        alike[plain] = alike.keys.contains(plain) ? .some(nil) : metrics.count
        metrics.append(metric)
        return true
    }

    private static func key(_ metric: Metric) -> String { metric.slice.map { "\(metric.name).\($0)" } ?? metric.name }

    private static func plain(_ key: String) -> String {
        key.split(separator: ".", omittingEmptySubsequences: false)
            .map { $0 == "f1-score" || $0 == "f1_score" ? "f1" : $0 }.joined(separator: ".")
    }

    // MARK: - Looking

    func metric(_ path: [String]) -> Metric? {
        let key = path.joined(separator: ".")
        if let index = indices[key] { return metrics[index] }
        guard let found = alike[Self.plain(key)], let index = found else { return nil }
        return metrics[index]
    }

    /// The slices of a metric, or what is directly below a name; without averages of them.
    func group(_ path: [String]) -> [Metric] {
        let key = path.joined(separator: ".")
        let members = members { $0 == key }
        return members.isEmpty ? self.members { Self.plain($0) == Self.plain(key) } : members
    }

    private func members(_ isGroup: (String) -> Bool) -> [Metric] {
        metrics.filter { metric in
            guard !metric.isAverage else { return false }
            if metric.slice != nil { return isGroup(metric.name) }
            guard let dot = metric.name.lastIndex(of: ".") else { return false }
            return isGroup(String(metric.name[..<dot]))
        }
    }

    /// What was meant, or what there is, in words that follow a remark that there is none.
    func hint(for path: [String]) -> String {
        let names = metrics.map { Self.key($0) }
        if let close = names.closestMatch(to: path.joined(separator: ".")), let index = indices[close] {
            return "; did you mean \(metrics[index].title)?"
        }
        guard !metrics.isEmpty else { return "" }
        let shown = metrics.prefix(12).map(\.title).joined(separator: ", ")
        return "; there are: \(shown)" + (metrics.count > 12 ? " and \(metrics.count - 12) more" : "")
    }
}
