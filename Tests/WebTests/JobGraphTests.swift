import Foundation
import Plan
import Testing

@testable import Web

@Suite struct JobGraphTests {
    /// Needs by the job's number, each list as a plan could have it.
    private static func needs(seed: Int) -> [[Int]] {
        var state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 &+ 1
        func random(_ bound: Int) -> Int {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return Int(state % UInt64(bound))
        }
        return (0..<(2 + random(14))).map { node in (0..<node).filter { _ in random(4) == 0 } }
    }

    @Test("no line crosses a box, however the jobs need each other", arguments: 0..<200)
    func lines(seed: Int) {
        let needs = Self.needs(seed: seed)
        let sizes = needs.indices.map { GraphLayout.Size(width: 100 + $0 % 3 * 70, height: 40 + $0 % 2 * 60) }
        let layout = GraphLayout(sizes: sizes, needs: needs)
        #expect(layout.edges.count == needs.reduce(0) { $0 + $1.count })
        for edge in layout.edges {
            for (index, box) in layout.rectangles.enumerated() where index != edge.from && index != edge.to {
                #expect(
                    !Self.points(of: edge).contains { Self.isInside($0, box) },
                    "\(needs): \(edge.from) to \(edge.to) over \(index)")
            }
        }
    }

    @Test("no two boxes overlap, and all are within the picture", arguments: 0..<100)
    func boxes(seed: Int) {
        let needs = Self.needs(seed: seed)
        let layout = GraphLayout(sizes: needs.map { _ in GraphLayout.Size(width: 200, height: 48) }, needs: needs)
        for (index, box) in layout.rectangles.enumerated() {
            #expect(box.right <= layout.size.width && box.y + box.height <= layout.size.height && box.y >= 0)
            for other in layout.rectangles[(index + 1)...] {
                #expect(
                    box.right <= other.x || other.right <= box.x || box.y + box.height <= other.y
                        || other.y + other.height <= box.y)
            }
            #expect(needs[index].allSatisfy { layout.columns[$0] < layout.columns[index] })
        }
    }

    @Test("the graph has a column for each level of needs and one box for a matrix")
    func graph() {
        var cells = [RunningSite.job("test", needs: ["lint"]), RunningSite.job("test", needs: ["lint"], conclusion: .failure)]
        cells[1].cellIndex = 1
        let graph = JobGraph(JobTree([RunningSite.job("lint")] + cells + [RunningSite.job("deploy", needs: ["test", "lint"])]))
        #expect(graph.hasEdges)
        #expect(graph.svg.components(separatedBy: "<rect x").count - 1 == 3)
        #expect(graph.svg.components(separatedBy: "class=\"edge").count - 1 == 3)
        #expect(graph.svg.contains("node mood-failure"))
        #expect(graph.svg.contains("2 of 2 done"))
        #expect(!JobGraph(JobTree([RunningSite.job("a"), RunningSite.job("b")])).hasEdges)
    }

    @Test("needs in a circle, which no accepted plan has, end somehow")
    func circle() {
        let layout = GraphLayout(sizes: [.init(width: 9, height: 9), .init(width: 9, height: 9)], needs: [[1], [0]])
        #expect(layout.rectangles.count == 2)
    }

    private static func points(of edge: GraphLayout.Edge) -> [GraphLayout.Point] {
        var points: [GraphLayout.Point] = []
        var last = edge.start
        for bend in edge.bends {
            points += straight(last, bend.leaving)
            let half = (bend.entering.x - bend.leaving.x) / 2
            for step in 0...40 {
                let t = Double(step) / 40
                let (a, b) = (pow(1 - t, 3), 3 * t * (1 - t) * (1 - t))
                let (c, d) = (3 * t * t * (1 - t), pow(t, 3))
                let x =
                    a * Double(bend.leaving.x) + b * Double(bend.leaving.x + half) + c * Double(bend.entering.x - half) + d
                    * Double(bend.entering.x)
                let y = (a + b) * Double(bend.leaving.y) + (c + d) * Double(bend.entering.y)
                points.append(.init(x: Int(x), y: Int(y)))
            }
            last = bend.entering
        }
        return points + straight(last, edge.end)
    }

    private static func pow(_ base: Double, _ exponent: Int) -> Double { (0..<exponent).reduce(1) { result, _ in result * base } }

    private static func straight(_ from: GraphLayout.Point, _ to: GraphLayout.Point) -> [GraphLayout.Point] {
        stride(from: min(from.x, to.x), through: max(from.x, to.x), by: 3).map { .init(x: $0, y: from.y) }
    }

    private static func isInside(_ point: GraphLayout.Point, _ box: GraphLayout.Rectangle) -> Bool {
        point.x > box.x && point.x < box.right && point.y > box.y && point.y < box.y + box.height
    }

    @Test("the jobs of a called workflow are drawn in a frame, with the needs that they have among each other")
    func frames() {
        var jobs = [RunningSite.job("prepare"), RunningSite.job("build", needs: ["prepare"])]
        for index in jobs.indices { jobs[index].id = Int64(index + 1) }
        for (id, key, needs) in [(3, "build/compile", []), (4, "build/test", ["compile"])] as [(Int64, String, [String])] {
            var job = RunningSite.job(key, needs: needs)
            job.id = id
            job.callerID = 2
            jobs.append(job)
        }
        let graph = JobGraph(JobTree(jobs))
        #expect(graph.nodes.map(\.title) == ["prepare", "build"])
        #expect(graph.nodes[1].inner?.nodes.map(\.title) == ["compile", "test"])
        #expect(graph.nodes[1].inner?.layout.edges.count == 1)
        #expect(graph.svg.contains("class=\"frame\"") && graph.svg.contains("href=\"/jobs/4\""))
    }
}
