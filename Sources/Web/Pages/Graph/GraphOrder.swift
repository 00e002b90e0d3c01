/// What stands in each column of a graph, from the top: its nodes, and the lanes of edges that pass.
///
/// Neighbours are brought near each other by sorting each column by the mean place of what its items are joined to, to and
/// fro some times, as layered drawings of graphs do it.
struct GraphOrder: Sendable {
    enum Item: Hashable, Sendable {
        case node(Int)
        /// Of the edges that left this node in an earlier column.
        case lane(from: Int)
    }

    struct Edge: Sendable, Equatable {
        var from: Int
        var to: Int
    }

    private static let sweeps = 4

    private(set) var columns: [[Item]]
    let edges: [Edge]
    private let columnOf: [Int]
    private let needs: [[Int]]

    init(columns columnOf: [Int], needs: [[Int]]) {
        self.columnOf = columnOf
        self.needs = needs
        // An edge of a cycle leads back: it is left out.
        edges = needs.indices.flatMap { node in
            needs[node].filter { columnOf[$0] < columnOf[node] }.map { Edge(from: $0, to: node) }
        }
        columns = Array(repeating: [], count: (columnOf.max() ?? -1) + 1)
        for node in columnOf.indices { columns[columnOf[node]].append(.node(node)) }
        for column in columns.indices {
            let passing = edges.filter { columnOf[$0.from] < column && columnOf[$0.to] > column }.map(\.from)
            columns[column] += Set(passing).sorted().map { .lane(from: $0) }
        }
        for _ in 0..<Self.sweeps {
            for column in columns.indices.dropFirst() { sort(column, beside: column - 1, by: sources) }
            for column in columns.indices.dropLast().reversed() { sort(column, beside: column + 1, by: targets) }
        }
        for column in columns.indices.dropFirst() { sort(column, beside: column - 1, by: sources) }
    }

    /// What an item is joined to in the column before it.
    func sources(of item: Item, in column: Int) -> [Item] {
        guard column > 0 else { return [] }
        switch item {
        case .node(let node):
            return needs[node].filter { columnOf[$0] < column }.map { passage(of: $0, in: column - 1) }
        case .lane(let from):
            return [passage(of: from, in: column - 1)]
        }
    }

    private func targets(of item: Item, in column: Int) -> [Item] {
        let from =
            switch item {
            case .node(let node): node
            case .lane(let node): node
            }
        var found = edges.filter { $0.from == from && columnOf[$0.to] == column + 1 }.map { Item.node($0.to) }
        if edges.contains(where: { $0.from == from && columnOf[$0.to] > column + 1 }) { found.append(.lane(from: from)) }
        return found
    }

    /// Where edges that leave a node pass a column: the node itself, or their lane.
    private func passage(of node: Int, in column: Int) -> Item {
        columnOf[node] == column ? .node(node) : .lane(from: node)
    }

    /// - Parameter other: the column that the neighbours stand in.
    private mutating func sort(_ column: Int, beside other: Int, by neighbours: (Item, Int) -> [Item]) {
        let places = Dictionary(uniqueKeysWithValues: columns[other].enumerated().map { ($1, Double($0)) })
        let weighted = columns[column].enumerated().map { place, item -> (weight: Double, place: Int, item: Item) in
            let found = neighbours(item, column).compactMap { places[$0] }
            return (found.isEmpty ? Double(place) : found.reduce(0, +) / Double(found.count), place, item)
        }
        columns[column] = weighted.sorted { ($0.weight, $0.place) < ($1.weight, $1.place) }.map(\.item)
    }
}
