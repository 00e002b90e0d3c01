extension JobGraph {
    private static let margin = 6
    private static let titleLength = 18

    var svg: String {
        let (width, height) = (layout.size.width + 2 * Self.margin, layout.size.height + 2 * Self.margin)
        return "<svg class=\"graph\" width=\"\(width)\" height=\"\(height)\" viewBox=\"0 0 \(width) \(height)\" "
            + "role=\"group\" aria-label=\"Jobs and what they need\">\(drawing(x: Self.margin, y: Self.margin))</svg>"
    }

    /// Lines first, so that boxes lie on their ends.
    private func drawing(x: Int, y: Int) -> String {
        layout.edges.map { line($0, x: x, y: y) }.joined()
            + nodes.indices.map { index in
                let place = layout.rectangles[index]
                let moved = GraphLayout.Rectangle(
                    x: place.x + x, y: place.y + y, width: place.width, height: place.height)
                return nodes[index].inner.map { frame(nodes[index], around: $0, at: moved) } ?? box(nodes[index], at: moved)
            }.joined()
    }

    private func line(_ edge: GraphLayout.Edge, x: Int, y: Int) -> String {
        var path = "M\(edge.start.x + x) \(edge.start.y + y)"
        for bend in edge.bends {
            let (from, to) = (bend.leaving, bend.entering)
            path += "H\(from.x + x)"
            if from.y == to.y {
                path += "H\(to.x + x)"
            } else {
                let half = (to.x - from.x) / 2
                path += "C\(from.x + half + x) \(from.y + y) \(to.x - half + x) \(to.y + y) \(to.x + x) \(to.y + y)"
            }
        }
        path += "H\(edge.end.x + x)"
        return "<path class=\"edge edge-\(nodes[edge.from].mood.name)\" d=\"\(path)\"/>"
    }

    private func box(_ node: Node, at place: GraphLayout.Rectangle) -> String {
        let (x, y) = (place.x, place.y)
        return """
            \(link(to: node))<rect x="\(x)" y="\(y)" width="\(place.width)" height="\(place.height)" rx="10"/>\
            <use href="#i-\(node.mood.name)" x="\(x + 13)" y="\(y + 15)" width="18" height="18"/>\
            <text class="node-title" x="\(x + 42)" y="\(y + 21)">\(title(of: node, length: Self.titleLength))</text>\
            <text class="node-detail" x="\(x + 42)" y="\(y + 37)">\(HTMLText.escaped(node.detail))</text></a>
            """
    }

    private func frame(_ node: Node, around inner: JobGraph, at place: GraphLayout.Rectangle) -> String {
        let (x, y) = (place.x, place.y)
        // A character of the title is about 7 wide.
        let length = max(Self.titleLength, (place.width - 50) / 8)
        return """
            <rect class="frame" x="\(x)" y="\(y)" width="\(place.width)" height="\(place.height)" rx="14"/>\
            \(link(to: node, also: "node-frame"))\
            <rect class="frame-head" x="\(x + 4)" y="\(y + 4)" width="\(place.width - 8)" height="26" rx="10"/>\
            <use href="#i-\(node.mood.name)" x="\(x + 13)" y="\(y + 8)" width="18" height="18"/>\
            <text class="node-title" x="\(x + 39)" y="\(y + 22)">\(title(of: node, length: length))</text></a>\
            \(inner.drawing(x: x + Self.framePadding, y: y + Self.frameHead))
            """
    }

    private func link(to node: Node, also other: String = "") -> String {
        let name = HTMLText.escaped("\(node.title): \(node.mood.label), \(node.detail)")
        let classes = ["node", "mood-\(node.mood.name)", other].filter { !$0.isEmpty }.joined(separator: " ")
        return "<a class=\"\(classes)\" href=\"\(node.link)\" aria-label=\"\(name)\"><title>\(name)</title>"
    }

    private func title(of node: Node, length: Int) -> String {
        HTMLText.escaped(node.title.count > length ? node.title.prefix(length - 1) + "…" : node.title)
    }
}
