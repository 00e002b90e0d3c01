import Testing

@testable import Markdown

@Suite struct MarkdownRendererTests {
    private func html(_ markdown: String) -> String {
        HTMLSanitizer(idPrefix: "s1-").sanitized(MarkdownRenderer.unsafeHTML(of: markdown))
    }

    @Test("a table has its head and the alignment of its columns")
    func tables() {
        let html = html("| Metric | Value |\n|:--|--:|\n| AUC | **0.91** |\n")
        #expect(html.contains("<th align=\"left\">Metric</th>"))
        #expect(html.contains("<td align=\"right\"><strong>0.91</strong></td>"))
        #expect(html.hasSuffix("</tbody>\n</table>\n"))
    }

    @Test("a task list has boxes that say what they show and can't be changed")
    func taskLists() {
        let html = html("- [x] lint\n- [ ] deploy\n")
        #expect(html.contains("<input checked type=\"checkbox\" disabled aria-label=\"done\"> lint"))
        #expect(html.contains("<input type=\"checkbox\" disabled aria-label=\"not done\"> deploy"))
    }

    @Test("struck-through text, addresses without marks and code are what GitHub makes of them")
    func inlines() {
        #expect(html("~~old~~") == "<p><del>old</del></p>\n")
        #expect(
            html("see https://example.org/a?b=1&c=2")
                == "<p>see <a href=\"https://example.org/a?b=1&amp;c=2\" rel=\"nofollow noopener noreferrer\">"
                + "https://example.org/a?b=1&amp;c=2</a></p>\n")
        #expect(
            html("```python\nif a < b: print(\"&lt;\")\n```")
                == "<pre tabindex=\"0\"><code>if a &lt; b: print(&quot;&amp;lt;&quot;)\n</code></pre>\n")
    }

    @Test("headings stand below those of the page and look as their author meant them")
    func headings() {
        #expect(html("# Report\n## Model") == "<h4 class=\"md-h1\">Report</h4>\n<h5 class=\"md-h2\">Model</h5>\n")
        #expect(html("###### Deep") == "<h6 class=\"md-h6\">Deep</h6>\n")
    }

    @Test("footnotes lead to each other within their own text")
    func footnotes() {
        let html = html("A claim.[^1]\n\n[^1]: The proof.\n")
        #expect(html.contains("<a href=\"#s1-fn-1\""))
        #expect(html.contains("id=\"s1-fn-1\""))
    }

    @Test("folded parts with Markdown in them stay folded, and have ids of their own")
    func details() {
        let html = html("<details><summary>Log</summary>\n\n- **a**\n\n</details>\n\n<details open>\nb\n</details>")
        #expect(html.contains("<details id=\"s1-details-1\"><summary>Log</summary>"))
        #expect(html.contains("<li><strong>a</strong></li>"))
        #expect(html.contains("<details open id=\"s1-details-2\">"))
    }

    @Test("names of emoji are shown as such, but not in code")
    func emoji() {
        #expect(html(":white_check_mark: done :nothing: 12:30:45") == "<p>✅ done :nothing: 12:30:45</p>\n")
        #expect(html("`:x:`") == "<p><code>:x:</code></p>\n")
    }

    @Test("a quotation that begins with a mark is a remark of that kind")
    func alerts() {
        #expect(
            html("> [!WARNING]\n> Low recall")
                == "<blockquote class=\"alert alert-warning\">\n<p class=\"alert-title\">Warning</p>\n<p>Low recall</p>\n</blockquote>\n"
        )
        #expect(html("> [!OTHER]\n> text").contains("[!OTHER]"))
    }

    @Test("text that is no UTF-8, and none at all, does no harm")
    func strangeText() {
        #expect(html("") == "")
        #expect(html("a\u{0}b") == "<p>a\u{FFFD}b</p>\n")
    }
}
