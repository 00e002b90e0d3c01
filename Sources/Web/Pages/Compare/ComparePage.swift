internal import Expressions
internal import Hummingbird
internal import Plan
internal import Store

/// `/compare?left=12&right=15`: two runs beside each other.
struct ComparePage: Sendable {
    private let site: WebSite

    init(_ site: WebSite) { self.site = site }

    func show(_ request: WebRequest) async throws -> Response {
        let comparison = try await site.comparison(request)
        let body = site.renderer.html("compare", Self.values(comparison))
        let view = site.renderer.view(
            title: "Runs \(comparison.left.run.id) and \(comparison.right.run.id)", mood: "",
            frame: PageFrame(section: .runs), fragments: [RenderedView.Fragment(id: nil, html: body)])
        return site.renderer.response(view, request: request)
    }

    private static func values(_ comparison: RunComparison) -> PageValues {
        let (left, right) = (comparison.left, comparison.right)
        let metrics = comparison.metrics
        return [
            "repository": left.run.repository,
            "repositoryPath": RepositoryPath.encoded(left.run.repository),
            "left": side(left), "right": side(right), "leftID": left.run.id, "rightID": right.run.id,
            "isSameCommit": left.run.commit == right.run.commit, "hasMetrics": !metrics.isEmpty,
            "metrics": metrics.map { metric($0, comparison) }, "hasInputs": !comparison.inputNames.isEmpty,
            "inputs": comparison.inputNames.map { name -> PageValues in
                let (before, after) = (left.inputs[name]?.displayString, right.inputs[name]?.displayString)
                return ["name": name, "left": before ?? "–", "right": after ?? "–", "differs": before != after]
            },
            "jobs": comparison.jobNames.map { job($0, comparison) },
            "commits": [
                commits(comparison.added, "Commits that only run \(right.run.id) has"),
                commits(comparison.removed, "Commits that only run \(left.run.id) has"),
            ].compactMap(\.self),
        ]
    }

    private static func commits(_ commits: [CommitLine]?, _ title: String) -> PageValues? {
        guard let commits, !commits.isEmpty else { return nil }
        return [
            "title": title, "isCut": commits.count == RunComparison.mostCommits,
            "list": commits.map { ["id": String($0.id.prefix(8)), "subject": $0.title, "author": $0.author] as PageValues },
        ]
    }

    private static func side(_ side: RunComparison.Side) -> PageValues {
        [
            "id": side.run.id, "title": side.run.title, "badge": Mood(side.run).badge, "ref": side.run.reference.shortName,
            "shortCommit": String(side.run.commit.prefix(8)), "created": HTMLText.time(side.run.createdAt),
            "images": side.images.map { ["image": $0] as PageValues }, "hasImages": !side.images.isEmpty,
            "duration": HTMLText.duration(from: side.run.startedAt, to: side.run.finishedAt),
        ]
    }

    private static func metric(_ key: RunComparison.MetricKey, _ comparison: RunComparison) -> PageValues {
        let (before, after) = (comparison.left.value(key), comparison.right.value(key))
        let difference = Metric.difference(after, before)
        return [
            "name": Metric.title(key.name, key.slice), "gate": comparison.title(ofGate: key),
            "left": before.map(NumberText.text) ?? "–", "right": after.map(NumberText.text) ?? "–",
            "difference": difference.map(NumberText.difference) ?? "–", "differs": difference != 0,
        ]
    }

    /// What rounds to nothing has no sign.
    private static func signed(_ seconds: Double) -> String {
        guard abs(seconds) >= 0.05 else { return TimeText.duration(0) }
        return (seconds < 0 ? "-" : "+") + TimeText.duration(abs(seconds))
    }

    private static func job(_ name: String, _ comparison: RunComparison) -> PageValues {
        let (before, after) = (comparison.left.seconds(name), comparison.right.seconds(name))
        let difference = before.flatMap { before in after.map { $0 - before } }
        return [
            "name": name, "left": before.map { TimeText.duration($0) } ?? "–",
            "right": after.map { TimeText.duration($0) } ?? "–",
            "difference": difference.map(Self.signed) ?? "–",
            "leftLabel": comparison.left.conclusion(name)?.rawValue ?? "",
            "rightLabel": comparison.right.conclusion(name)?.rawValue ?? "",
        ]
    }
}
