/// `> [!NOTE]` at the start of a quotation makes it a remark of that kind.
enum HTMLAlerts {
    private static let kinds = [
        ("NOTE", "note", "Note"), ("TIP", "tip", "Tip"), ("IMPORTANT", "important", "Important"),
        ("WARNING", "warning", "Warning"), ("CAUTION", "caution", "Caution"),
    ]

    /// - Parameter html: sanitised: the mark can only be text there.
    static func marked(_ html: String) -> String {
        guard html.contains("<p>[!") else { return html }
        var html = html
        for (mark, name, title) in kinds {
            let head = "<blockquote class=\"alert alert-\(name)\">\n<p class=\"alert-title\">\(title)</p>\n"
            html = html.replacing("<blockquote>\n<p>[!\(mark)]\n", with: head + "<p>")
                .replacing("<blockquote>\n<p>[!\(mark)]<br>\n", with: head + "<p>")
                .replacing("<blockquote>\n<p>[!\(mark)]</p>\n", with: head)
        }
        return html
    }
}
