internal import Plan

/// The jobs of a run as a picture: columns by what they need, lines from each need to its job, the cells of a matrix in
/// one box. Every box is a link.
struct JobGraph: Sendable {
    private struct Node {
        let key: String
        let title: String
        let detail: String
        let mood: Mood
        let link: String
        let needs: [String]
        var column = 0
        var row = 0
    }

    private static let boxWidth = 200, boxHeight = 48, columnGap = 64, rowGap = 16, margin = 6
    private static let titleLength = 24

    private let nodes: [Node]

    /// - Parameter jobs: of one attempt, in the plan's order.
    init(jobs: [Job]) {
        var groups: [(key: String, jobs: [Job])] = []
        for job in jobs {
            if let index = groups.firstIndex(where: { $0.key == job.key }) {
                groups[index].jobs.append(job)
            } else {
                groups.append((job.key, [job]))
            }
        }
        nodes = Self.placed(groups.compactMap { Self.node(key: $0.key, jobs: $0.jobs) })
    }

    /// A picture of unconnected boxes says no more than the list.
    var hasEdges: Bool { nodes.contains { $0.column > 0 } }

    private static func node(key: String, jobs: [Job]) -> Node? {
        guard let first = jobs.first else { return nil }
        let worst = jobs.map(Mood.init).max { $0.gravity < $1.gravity } ?? Mood(first)
        let shown = jobs.first { Mood($0) == worst } ?? first
        let isMatrix = jobs.count > 1
        let done = jobs.filter { $0.status == .completed }.count
        return Node(
            key: key, title: isMatrix ? key : first.name,
            detail: isMatrix ? "\(done) of \(jobs.count) done" : worst.label, mood: worst,
            link: isMatrix ? "#job-\(shown.id)" : "/jobs/\(shown.id)", needs: first.needs)
    }

    /// The column of a job is one behind the last of its needs.
    private static func placed(_ nodes: [Node]) -> [Node] {
        var nodes = nodes
        var columns: [String: Int] = [:]
        // A plan has no cycles; the bound keeps a damaged one from looping.
        for _ in nodes.indices {
            var isChanged = false
            for node in nodes {
                let column = node.needs.compactMap { columns[$0].map { $0 + 1 } }.max() ?? 0
                if columns[node.key] != column, column < nodes.count {
                    columns[node.key] = column
                    isChanged = true
                }
            }
            if !isChanged { break }
        }
        var rows: [Int: Int] = [:]
        for index in nodes.indices {
            nodes[index].column = columns[nodes[index].key] ?? 0
            nodes[index].row = rows[nodes[index].column, default: 0]
            rows[nodes[index].column] = nodes[index].row + 1
        }
        return nodes
    }

    var svg: String {
        let width = ((nodes.map(\.column).max() ?? 0) + 1) * (Self.boxWidth + Self.columnGap) - Self.columnGap + 2 * Self.margin
        let height = ((nodes.map(\.row).max() ?? 0) + 1) * (Self.boxHeight + Self.rowGap) - Self.rowGap + 2 * Self.margin
        let byKey = Dictionary(nodes.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
        var edges = ""
        for node in nodes {
            for need in node.needs.compactMap({ byKey[$0] }) { edges += edge(from: need, to: node) }
        }
        return "<svg class=\"graph\" width=\"\(width)\" height=\"\(height)\" viewBox=\"0 0 \(width) \(height)\" "
            + "role=\"group\" aria-label=\"Jobs and what they need\">\(edges)\(nodes.map(box).joined())</svg>"
    }

    private func left(_ node: Node) -> Int { Self.margin + node.column * (Self.boxWidth + Self.columnGap) }
    private func top(_ node: Node) -> Int { Self.margin + node.row * (Self.boxHeight + Self.rowGap) }

    private func edge(from need: Node, to node: Node) -> String {
        let (x1, y1) = (left(need) + Self.boxWidth, top(need) + Self.boxHeight / 2)
        let (x2, y2) = (left(node), top(node) + Self.boxHeight / 2)
        let bend = Self.columnGap / 2
        return
            "<path class=\"edge edge-\(need.mood.name)\" d=\"M\(x1) \(y1)C\(x1 + bend) \(y1) \(x2 - bend) \(y2) \(x2) \(y2)\"/>"
    }

    private func box(_ node: Node) -> String {
        let (x, y) = (left(node), top(node))
        let short = node.title.count > Self.titleLength ? node.title.prefix(Self.titleLength - 1) + "…" : node.title[...]
        let name = HTMLText.escaped("\(node.title): \(node.mood.label), \(node.detail)")
        return """
            <a class="node mood-\(node.mood.name)" href="\(node.link)" aria-label="\(name)"><title>\(name)</title>\
            <rect x="\(x)" y="\(y)" width="\(Self.boxWidth)" height="\(Self.boxHeight)" rx="10"/>\
            <use href="#i-\(node.mood.name)" x="\(x + 13)" y="\(y + 15)" width="18" height="18"/>\
            <text class="node-title" x="\(x + 42)" y="\(y + 21)">\(HTMLText.escaped(String(short)))</text>\
            <text class="node-detail" x="\(x + 42)" y="\(y + 37)">\(HTMLText.escaped(node.detail))</text></a>
            """
    }
}
