/// Places the nodes of a directed graph in columns, each behind all that it needs, and leads the edges between them.
///
/// An edge that spans several columns has a lane of its own through those between, in the order of the nodes there, so that
/// no edge ever crosses a node. Edges that leave one node share their lanes.
struct GraphLayout: Sendable {
    struct Size: Sendable, Equatable {
        var width: Int
        var height: Int
    }

    struct Point: Sendable, Equatable {
        var x: Int
        var y: Int
    }

    struct Rectangle: Sendable, Equatable {
        var x: Int
        var y: Int
        var width: Int
        var height: Int

        var middle: Int { y + height / 2 }
        var right: Int { x + width }
    }

    /// A way from one node to another: straight in a column, bent between two.
    struct Edge: Sendable, Equatable {
        var from: Int
        var to: Int
        /// Pairs: where it enters and leaves the gap before each column.
        var bends: [(leaving: Point, entering: Point)]
        var start: Point
        var end: Point

        static func == (left: Edge, right: Edge) -> Bool {
            left.from == right.from && left.to == right.to && left.start == right.start && left.end == right.end
                && left.bends.elementsEqual(right.bends) { $0 == $1 }
        }
    }

    static let columnGap = 48
    static let rowGap = 16
    private static let laneHeight = 10

    /// By the node's index.
    private(set) var rectangles: [Rectangle]
    private(set) var edges: [Edge] = []
    private(set) var size = Size(width: 0, height: 0)
    /// By the node's index; 0 for what needs nothing.
    let columns: [Int]

    /// - Parameters:
    ///   - sizes: of the nodes; where there is a choice, they stand in this order.
    ///   - needs: by the node's index: the nodes from which edges lead to it. Cycles are no graph of jobs, but do no harm.
    init(sizes: [Size], needs: [[Int]]) {
        columns = Self.columns(needs)
        rectangles = sizes.map { Rectangle(x: 0, y: 0, width: $0.width, height: $0.height) }
        let order = GraphOrder(columns: columns, needs: needs)
        place(order)
    }

    /// The column of a node is one behind the last of its needs.
    private static func columns(_ needs: [[Int]]) -> [Int] {
        var columns = [Int](repeating: 0, count: needs.count)
        // A plan has no cycles; the bound keeps a damaged one from looping.
        for _ in needs.indices {
            var isChanged = false
            for node in needs.indices {
                let column = needs[node].map { columns[$0] + 1 }.max() ?? 0
                if columns[node] != column, column < needs.count {
                    columns[node] = column
                    isChanged = true
                }
            }
            if !isChanged { break }
        }
        return columns
    }

    private mutating func place(_ order: GraphOrder) {
        var left = 0
        var lefts: [Int] = []
        var rights: [Int] = []
        /// Where each item's edges pass, by column and by the item.
        var middles: [[GraphOrder.Item: Int]] = []
        for (column, items) in order.columns.enumerated() {
            let before = column > 0 ? middles[column - 1] : [:]
            var cursor = 0
            var own: [GraphOrder.Item: Int] = [:]
            for item in items {
                let extent = height(of: item)
                let wished = order.sources(of: item, in: column).compactMap { before[$0] }
                let top = wished.isEmpty ? cursor : max(cursor, wished.reduce(0, +) / wished.count - extent / 2)
                if case .node(let index) = item {
                    rectangles[index].x = left
                    rectangles[index].y = top
                }
                own[item] = top + extent / 2
                cursor = top + extent + Self.rowGap
                size.height = max(size.height, top + extent)
            }
            let widest = items.map { width(of: $0) }.max() ?? 0
            middles.append(own)
            lefts.append(left)
            rights.append(left + widest)
            size.width = left + widest
            left += widest + Self.columnGap
        }
        for edge in order.edges { edges.append(lead(edge, lefts: lefts, rights: rights, middles: middles)) }
    }

    private func lead(
        _ edge: GraphOrder.Edge, lefts: [Int], rights: [Int], middles: [[GraphOrder.Item: Int]]
    ) -> Edge {
        let (from, to) = (rectangles[edge.from], rectangles[edge.to])
        var bends: [(leaving: Point, entering: Point)] = []
        var y = from.middle
        let first = columns[edge.from]
        let last = columns[edge.to]
        for column in stride(from: first + 1, through: last, by: 1) {
            let item: GraphOrder.Item = column == last ? .node(edge.to) : .lane(from: edge.from)
            let next = middles[column][item] ?? y
            bends.append((Point(x: rights[column - 1], y: y), Point(x: lefts[column], y: next)))
            y = next
        }
        return Edge(
            from: edge.from, to: edge.to, bends: bends, start: Point(x: from.right, y: from.middle),
            end: Point(x: to.x, y: to.middle))
    }

    private func height(of item: GraphOrder.Item) -> Int {
        if case .node(let index) = item { rectangles[index].height } else { Self.laneHeight }
    }

    private func width(of item: GraphOrder.Item) -> Int {
        if case .node(let index) = item { rectangles[index].width } else { 0 }
    }
}
