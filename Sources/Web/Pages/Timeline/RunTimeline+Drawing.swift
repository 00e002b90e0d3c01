internal import Plan

/// The timeline as a picture: a line a job, its parts side by side, the critical path with a line below it, and one before the names of its jobs.
extension RunTimeline {
    private static let width = 1100.0
    private static let names = 250.0
    private static let lineHeight = 34.0
    private static let head = 26.0

    var svg: String {
        let height = Self.head + Double(rows.count) * Self.lineHeight + 6
        return """
            <svg class="timeline" viewBox="0 0 \(Self.text(Self.width)) \(Self.text(height))" width="\(Self.text(Self.width))" \
            height="\(Self.text(height))" role="group" aria-labelledby="timeline-title">\
            <title id="timeline-title">When each job waited and ran; the table below has the same in numbers</title>\
            <defs><pattern id="waiting-hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">\
            <line class="timeline-hatch" x1="0" y1="0" x2="0" y2="6"/></pattern></defs>\
            \(axis(height: height))\(rows.enumerated().map { line($1, at: Self.head + Double($0) * Self.lineHeight) }.joined())</svg>
            """
    }

    private func place(_ seconds: Double) -> Double { Self.names + seconds / length * (Self.width - Self.names - 10) }

    private func axis(height: Double) -> String {
        let step = Self.tick(length)
        return stride(from: 0.0, through: length, by: step).map { second in
            let x = Self.text(place(second))
            // Its text would go past the edge.
            let edge = place(second) > Self.width - 40 ? " timeline-tick-last" : ""
            return """
                <line class="timeline-grid" x1="\(x)" x2="\(x)" y1="18" y2="\(Self.text(height))"/>\
                <text class="timeline-tick\(edge)" x="\(x)" y="12" aria-hidden="true">\(Self.tickText(second))</text>
                """
        }.joined()
    }

    private static func tickText(_ second: Double) -> String { second == 0 ? "0" : TimeText.duration(second) }

    private func line(_ row: Row, at top: Double) -> String {
        let name = HTMLText.escaped(Self.shortened(row.job.name))
        let mark =
            row.isCritical ? "<rect class=\"timeline-mark\" x=\"2\" y=\"\(Self.text(top + 15))\" width=\"11\" height=\"3\"/>" : ""
        let first = row.parts.first?.from ?? row.ready
        let under =
            row.isCritical
            ? """
            <line class="timeline-critical" x1="\(Self.text(place(first)))" x2="\(Self.text(place(row.end ?? length)))" \
            y1="\(Self.text(top + 30))" y2="\(Self.text(top + 30))"/>
            """ : ""
        return """
            \(mark)<a href="/jobs/\(row.job.id)" aria-label="\(HTMLText.escaped(label(row)))">\
            <text class="timeline-name" x="18" y="\(Self.text(top + 21))">\(name)</text></a>\
            \(row.parts.map { bar($0, of: row, top: top) }.joined())\(under)
            """
    }

    private func label(_ row: Row) -> String {
        let path = row.isCritical ? ", on the critical path" : ""
        return
            "\(row.job.name): \(row.mood.label), waited \(TimeText.duration(row.waited)), ran \(TimeText.duration(row.ran))\(path)"
    }

    private func bar(_ part: Part, of row: Row, top: Double) -> String {
        let (left, right) = (place(part.from), place(part.to))
        let mood = part.mood.map { " mood-\($0.name)" } ?? ""
        let tip = HTMLText.escaped("\(part.name): \(TimeText.duration(part.length))")
        // What took a moment is seen as well.
        let rectangle = """
            <rect class="timeline-\(part.kind.rawValue)\(mood)" x="\(Self.text(left))" y="\(Self.text(top + 6))" \
            width="\(Self.text(max(right - left, 1.5)))" height="20" rx="2"><title>\(tip)</title></rect>
            """
        guard let number = part.stepNumber else { return rectangle }
        return
            "<a href=\"/jobs/\(row.job.id)?step=\(number)#step-\(number)\" tabindex=\"-1\" aria-hidden=\"true\">\(rectangle)</a>"
    }

    private static func shortened(_ name: String) -> String { name.count > 30 ? name.prefix(29) + "…" : name }

    /// About eight marks, at round times.
    private static func tick(_ length: Double) -> Double {
        let steps: [Double] = [0.1, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400]
        return steps.first { length / $0 <= 9 } ?? (length / 8)
    }

    private static func text(_ number: Double) -> String {
        let tenths = Int((number * 10).rounded())
        return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(abs(tenths % 10))"
    }
}
