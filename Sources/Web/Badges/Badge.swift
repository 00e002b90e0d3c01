/// A small picture that says how a pipeline stands, for a README.
struct Badge: Equatable {
    enum State: String {
        case failing, passing, running, cancelled, unknown
    }

    var label: String
    var state: State

    /// How pipelines stand together: what is broken counts before what is well, and what is decided before what runs.
    init(label: String, _ states: [(newest: State, verdict: State?)]) {
        self.label = label
        let shown = states.map { $0.verdict ?? $0.newest }
        let order: [State] = [.failing, .running, .cancelled, .passing]
        state = order.first(where: shown.contains) ?? .unknown
    }

    /// SVG with a title for those who hear it; the state is told by its word as well as by its colour.
    var svg: String {
        let (left, right) = (Self.width(of: label), Self.width(of: state.rawValue))
        let all = left + right
        let name = HTMLText.escaped("\(label): \(state.rawValue)")
        return """
            <svg xmlns="http://www.w3.org/2000/svg" width="\(all)" height="20" role="img" aria-label="\(name)"><title>\(name)</title>\
            <clipPath id="r"><rect width="\(all)" height="20" rx="4"/></clipPath><g clip-path="url(#r)">\
            <rect width="\(left)" height="20" fill="#3b424c"/><rect x="\(left)" width="\(right)" height="20" fill="\(colour)"/></g>\
            <g fill="#fff" text-anchor="middle" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">\
            <text x="\(left / 2)" y="14" textLength="\(left - 12)">\(HTMLText.escaped(label))</text>\
            <text x="\(left + right / 2)" y="14" textLength="\(right - 12)">\(state.rawValue)</text></g></svg>
            """
    }

    /// Each has a contrast of at least 4.5 to the white text.
    private var colour: String {
        switch state {
        case .passing: "#1a7f4b"
        case .failing: "#c4314b"
        case .running: "#9a5b00"
        case .cancelled, .unknown: "#68707c"
        }
    }

    private static func width(of text: String) -> Int { 12 + text.count * 7 }
}
