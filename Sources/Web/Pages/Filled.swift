internal import Mustache

/// A text whose section is left out of a page where it is empty: `{{#reason}}because {{reason}}{{/reason}}`.
struct Filled: MustacheCustomRenderable, Sendable {
    let text: String

    init(_ text: String?) { self.text = text ?? "" }

    var renderText: String { text }
    var isNull: Bool { text.isEmpty }
}
