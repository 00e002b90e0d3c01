internal import CLibCMark
internal import Glibc

/// GitHub's Markdown as HTML: tables, task lists, struck-through text, links by themselves, footnotes, raw HTML as it stands.
///
/// What comes out is what the author wished, and not fit for a page: pass it through `HTMLSanitizer`. The parser is C, and
/// some inputs cost it time and memory out of all proportion: text from strangers belongs into a process that can be ended.
public enum MarkdownRenderer {
    private static let options = CMARK_OPT_UNSAFE | CMARK_OPT_VALIDATE_UTF8 | CMARK_OPT_FOOTNOTES
    private static let extensions = ["table", "strikethrough", "autolink", "tasklist"]

    /// Blocks as long as it takes.
    public static func unsafeHTML(of text: String) -> String {
        // Safe to call again: it registers at the first call only.
        cmark_gfm_core_extensions_ensure_registered()
        // The library ends the process where memory does, as Swift's own allocations do.
        guard let parser = cmark_parser_new(options) else { return "" }
        defer { cmark_parser_free(parser) }
        for name in extensions {
            guard let found = cmark_find_syntax_extension(name) else { continue }
            cmark_parser_attach_syntax_extension(parser, found)
        }
        var text = text
        text.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) { cmark_parser_feed(parser, $0.baseAddress, $0.count) }
        }
        guard let document = cmark_parser_finish(parser) else { return "" }
        defer { cmark_node_free(document) }
        guard let html = cmark_render_html(document, options, cmark_parser_get_syntax_extensions(parser)) else { return "" }
        defer { free(html) }
        return String(cString: html)
    }
}
