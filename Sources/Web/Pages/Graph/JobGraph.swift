internal import Plan

/// The jobs of a run as a picture: columns by what they need, lines from each need to its job, the cells of a matrix in
/// one box, the jobs of a called workflow in a frame. Every box is a link.
struct JobGraph: Sendable {
    struct Node: Sendable {
        let key: String
        let title: String
        let detail: String
        let mood: Mood
        let link: String
        let needs: [String]
        /// The jobs of the workflow that it calls; nil for a box.
        var inner: JobGraph?
    }

    static let boxWidth = 178, boxHeight = 48
    /// Around and above what a frame holds.
    static let framePadding = 14, frameHead = 36

    let nodes: [Node]
    let layout: GraphLayout

    init(_ tree: JobTree) { self.init(tree.roots, of: tree, below: nil) }

    private init(_ jobs: [Job], of tree: JobTree, below caller: Job?) {
        var groups: [(key: String, jobs: [Job])] = []
        for job in jobs {
            if let index = groups.firstIndex(where: { $0.key == job.key }) {
                groups[index].jobs.append(job)
            } else {
                groups.append((job.key, [job]))
            }
        }
        let nodes = groups.map { Self.node(key: $0.key, jobs: $0.jobs, of: tree, below: caller) }
        self.nodes = nodes
        layout = GraphLayout(
            sizes: nodes.map(Self.size),
            needs: nodes.map { node in
                node.needs.compactMap { need in nodes.firstIndex { Self.isNeed(need, of: node, key: $0.key) } }
            })
    }

    /// A picture of unconnected boxes says no more than the list.
    var hasEdges: Bool { !layout.edges.isEmpty || nodes.contains { $0.inner?.hasEdges ?? false } }

    /// - Parameter jobs: the cells of a matrix, or one job.
    private static func node(key: String, jobs: [Job], of tree: JobTree, below caller: Job?) -> Node {
        let moods = jobs.map(Mood.init)
        let worst = moods.indices.max { moods[$0].gravity < moods[$1].gravity } ?? 0
        let (shown, mood) = (jobs[worst], moods[worst])
        guard jobs.count == 1 else {
            let done = jobs.filter { $0.status == .completed }.count
            let title = caller.map { key.hasPrefix("\($0.key)/") ? String(key.dropFirst($0.key.count + 1)) : key } ?? key
            return Node(
                key: key, title: title, detail: "\(done) of \(jobs.count) done", mood: mood, link: "#job-\(shown.id)",
                needs: shown.needs)
        }
        let called = tree.jobs(calledBy: shown)
        return Node(
            key: key, title: JobTree.name(of: shown, below: caller), detail: mood.label, mood: mood,
            link: called.isEmpty ? "/jobs/\(shown.id)" : "#job-\(shown.id)", needs: shown.needs,
            inner: called.isEmpty ? nil : JobGraph(called, of: tree, below: shown))
    }

    /// A job of a called workflow may name what it needs by the key that its own file has, or by the whole one.
    private static func isNeed(_ need: String, of node: Node, key: String) -> Bool {
        if need == key { return true }
        guard let slash = node.key.lastIndex(of: "/") else { return false }
        return node.key[...slash] + need == key
    }

    private static func size(of node: Node) -> GraphLayout.Size {
        guard let inner = node.inner else { return GraphLayout.Size(width: boxWidth, height: boxHeight) }
        let held = inner.layout.size
        return GraphLayout.Size(
            width: max(boxWidth, held.width + 2 * framePadding), height: frameHead + held.height + framePadding)
    }
}
