/// Which elements and attributes of others' HTML may stand in a page. What is not here is left out.
enum HTMLElements {
    /// Allowed elements with their own attributes; `align` and `id` may stand on those of `aligned` and `named`.
    static let attributes: [String: Set<String>] = {
        var table: [String: Set<String>] = [
            "a": ["href", "title"], "img": ["src", "alt", "title", "width", "height"],
            "details": ["open"], "ol": ["start", "reversed"], "li": ["value"], "abbr": ["title"],
            "input": ["type", "checked"], "td": ["colspan", "rowspan"], "th": ["colspan", "rowspan", "scope"],
        ]
        let plain = """
            b strong i em u s del ins strike mark small sub sup kbd samp var code tt cite q dfn span bdi bdo ruby rt rp time br wbr hr \
            p div blockquote pre ul dl dt dd h1 h2 h3 h4 h5 h6 summary figure figcaption section \
            table caption thead tbody tfoot tr
            """
        for name in plain.split(separator: " ") { table[String(name)] = [] }
        return table
    }()

    /// Other names of an allowed element.
    static let synonyms = ["center": "div", "article": "section", "big": "span", "font": "span", "strike": "s", "tt": "code"]

    static let void: Set<String> = ["br", "wbr", "hr", "img", "input"]
    static let aligned: Set<String> = ["p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "td", "th", "table", "tr", "img"]
    static let named: Set<String> = ["a", "p", "div", "span", "li", "sup", "section", "h1", "h2", "h3", "h4", "h5", "h6"]

    /// What is in these is no text for people: it goes with them. Browsers don't look for tags in it.
    static let opaque: Set<String> = [
        "script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes", "noscript", "plaintext",
    ]
    /// The same, but with elements in it.
    static let foreign: Set<String> = ["svg", "math", "template", "head", "object", "select", "audio", "video", "canvas", "map"]

    static let headings: Set<String> = ["h1", "h2", "h3", "h4", "h5", "h6"]
    static let cells: Set<String> = ["td", "th"]
    static let rowGroups: Set<String> = ["thead", "tbody", "tfoot"]
    /// What the page scrolls by itself where it is too wide.
    static let scrolled: Set<String> = ["table", "pre"]
    /// Elements that may hold only certain others.
    static let tableFrames: Set<String> = ["table", "thead", "tbody", "tfoot", "tr"]

    /// What ends a paragraph that is still open.
    static let blocks: Set<String> = [
        "p", "div", "blockquote", "pre", "ul", "ol", "dl", "h1", "h2", "h3", "h4", "h5", "h6", "details", "summary", "figure",
        "figcaption", "section", "table", "hr",
    ]

    /// Whether an element may stand right in another; nil: at the top.
    static func mayStand(_ name: String, in parent: String?) -> Bool {
        switch name {
        case "td", "th": parent == "tr"
        case "tr": parent == "table" || rowGroups.contains(parent ?? "")
        case "thead", "tbody", "tfoot", "caption": parent == "table"
        case "summary": parent == "details"
        case "dt", "dd": parent == "dl"
        default: !tableFrames.contains(parent ?? "")
        }
    }
}
