import Testing

@testable import Markdown

@Suite struct HTMLSanitizerTests {
    private static let sanitizer = HTMLSanitizer(idPrefix: "s1-")

    /// What an attacker tries, each with what must remain of it.
    static let attacks: [(html: String, left: String)] = [
        ("<script>alert(1)</script>after", "after"),
        ("<SCRIPT SRC=//evil.example/x.js></SCRIPT >after", "after"),
        ("<script>never closed <b>x</b>", ""),
        ("<scr<script>ipt>alert(1)</script>", "ipt&gt;alert(1)"),
        ("<img src=x onerror=alert(1)>", "<span class=\"image-link\">image</span>"),
        (
            "<img src=\"javascript:alert(1)\" alt=\"&quot; onload=&quot;\">",
            "<span class=\"image-link\">&quot; onload=&quot;</span>"
        ),
        ("<svg onload=alert(1)><a href=\"javascript:x\">y</a></svg>z", "z"),
        ("<svg><style><img src=x onerror=alert(1)></style></svg>", ""),
        ("<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>", ""),
        ("<a href=\"javascript:alert(1)\">x</a>", "<a>x</a>"),
        ("<a href=\" &#106;ava&#x09;script:alert(1)\">x</a>", "<a>x</a>"),
        ("<a href=\"java\tscript&colon;alert(1)\">x</a>", "<a>x</a>"),
        ("<a href='data:text/html,<script>1</script>'>x</a>", "<a>x</a>"),
        ("<a href=\"vbscript:x\" style=\"position:fixed\" class=\"button\" onclick=x>x</a>", "<a>x</a>"),
        ("<a href=\"/runs/1/cancel\">x</a>", "<a>x</a>"),
        ("<a href=\"//evil.example\">x</a>", "<a>x</a>"),
        (
            "<a href=\"https://ok.example/\" target=\"_self\" rel=\"opener\">x</a>",
            "<a href=\"https://ok.example/\" rel=\"nofollow noopener noreferrer\">x</a>"
        ),
        (
            "<a href=\"https://ok.example/&quot;onmouseover=&quot;alert(1)\">x</a>",
            "<a href=\"https://ok.example/&quot;onmouseover=&quot;alert(1)\" rel=\"nofollow noopener noreferrer\">x</a>"
        ),
        ("<iframe src=\"https://evil.example\"><b>in</b></iframe>out", "out"),
        ("<iframe srcdoc='<script>x</script>'></iframe>", ""),
        ("<style>@import 'https://evil.example/a.css'; b{}</style>text", "text"),
        (
            "<link rel=stylesheet href=https://evil.example/a.css><meta http-equiv=refresh content=0><base href=//evil.example>",
            ""
        ),
        ("<form action=\"https://evil.example\"><input name=password><button>Go</button></form>", "Go"),
        (
            "<input type=\"image\" src=\"https://evil.example\" onerror=x><input type=\"checkbox\" onclick=x autofocus>",
            "<input type=\"checkbox\" disabled aria-label=\"not done\">"
        ),
        ("<object data=x.swf><embed src=y></object>z", "z"),
        ("<template><script>alert(1)</script></template>z", "z"),
        ("<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">", "<span class=\"image-link\">image</span>\"&gt;"),
        ("<textarea><img src=x onerror=alert(1)></textarea>z", "z"),
        ("<xmp><b></xmp>z", "z"),
        ("<!--<img src=\"--><img src=x onerror=alert(1)//\">", "<span class=\"image-link\">image</span>"),
        ("<!--><script>alert(1)</script>-->z", "--&gt;z"),
        ("<![CDATA[<script>alert(1)</script>]]>", "alert(1)]]&gt;"),
        ("<?php echo '<b>' ?>z", "' ?&gt;z"),
        ("<p id=\"main\" name=\"x\" class=\"top\">x</p>", "<p id=\"s1-main\">x</p>"),
        ("<div id=\"a b\" data-events=\"/events\">x</div>", "<div>x</div>"),
        ("<b <script>alert(1)</script>>x", "<b>alert(1)&gt;x</b>"),
        ("<<b>x", "&lt;<b>x</b>"),
        ("1 < 2 & 3 &amp; 4 &copy; &bogus", "1 &lt; 2 &amp; 3 &amp; 4 &copy; &amp;bogus"),
        ("<img src=\"data:image/svg+xml;base64,PHN2Zz4=\" alt=s>", "<span class=\"image-link\">s</span>"),
        (
            "<img src=\"data:image/png;base64,iVBORw0KGgo=\" alt=\"curve\" width=300 height=\"50%\" onload=x>",
            "<img src=\"data:image/png;base64,iVBORw0KGgo=\" alt=\"curve\" height=\"50%\" width=\"300\" loading=\"lazy\">"
        ),
        (
            "<img src=\"https://img.example/badge.svg\" alt=\"build\">",
            "<a class=\"image-link\" href=\"https://img.example/badge.svg\" rel=\"nofollow noopener noreferrer\">build</a>"
        ),
        (
            "<a href=\"https://ok.example\"><img src=\"https://img.example/b.svg\"></a>",
            "<a href=\"https://ok.example\" rel=\"nofollow noopener noreferrer\"><span class=\"image-link\">image</span></a>"
        ),
        ("<td onclick=x>alone</td>", "alone"),
    ]

    @Test("nothing of an attack is left but its text", arguments: attacks)
    func attack(html: String, left: String) {
        #expect(Self.sanitizer.sanitized(html) == left)
    }

    /// What would break the page around it, each with the same, closed.
    static let unbalanced: [(html: String, closed: String)] = [
        ("</div></article></main><b>x", "<b>x</b>"),
        ("<div><p>a<p>b</div>c", "<div><p>a</p><p>b</p></div>c"),
        ("<p>a<div>b</div>c</p>", "<p>a</p><div>b</div>c"),
        ("<ul><li>a<li>b</ul>", "<ul><li>a</li><li>b</li></ul>"),
        ("<b><i>x</b>y</i>", "<b><i>x</i></b>y"),
        (
            "<a href=#a>x<a href=#b>y</a>",
            "<a href=\"#s1-a\" rel=\"nofollow noopener noreferrer\">x</a>"
                + "<a href=\"#s1-b\" rel=\"nofollow noopener noreferrer\">y</a>"
        ),
        (
            "<table><tr><td>a<td>b<tr><td>c</table>d",
            "<table tabindex=\"0\"><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>d"
        ),
        ("<div><table><tr><td></div>x</td></tr></table></div>", "<div><table tabindex=\"0\"><tr><td>x</td></tr></table></div>"),
        ("<table><div><tr><td>x", "<table tabindex=\"0\"><tr><td>x</td></tr></table>"),
        ("<summary>x</summary><details><summary>y</summary>z", "x<details id=\"s1-details-1\"><summary>y</summary>z</details>"),
        ("<details><summary>a", "<details id=\"s1-details-1\"><summary>a</summary></details>"),
        ("<br/><hr/></br>", "<br><hr>"),
        ("<center>x</center>", "<div align=\"center\">x</div>"),
    ]

    @Test("what is opened is closed, where a browser would close it, and nothing else is", arguments: unbalanced)
    func balance(html: String, closed: String) {
        #expect(Self.sanitizer.sanitized(html) == closed)
    }

    @Test("what is nested too deeply loses its tags, not its text")
    func depth() {
        let html = String(repeating: "<div>", count: 5000) + "x" + String(repeating: "</div>", count: 5000)
        let found = Self.sanitizer.sanitized(html)
        #expect(found.contains("x"))
        #expect(found.ranges(of: "<div>").count == HTMLSanitizer.deepest)
        #expect(found.ranges(of: "</div>").count == HTMLSanitizer.deepest)
    }

    @Test(
        "whatever the bytes are, tags are balanced and allowed, and sanitising again changes nothing that matters",
        arguments: 0..<300)
    func arbitrary(seed: Int) {
        var state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 &+ 1
        func random(_ bound: Int) -> Int {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return Int(state % UInt64(bound))
        }
        let pieces = [
            "<", ">", "</", "/>", "\"", "'", "=", " ", "&", ";", "<!--", "-->", "<script", "</script>", "<svg>", "</svg>", "<p>",
            "<div", "</div>", "<table>", "<tr>", "<td>", "</td>", "</table>", "<a href=", "javascript:", "https://x/", "onload=",
            "<li>", "<ul>", "</ul>", "<b>", "</b>", "text", "\u{0}", "é", "<img src=x", "<style>", "`", "<summary>", "<details>",
        ]
        let html = (0..<60).map { _ in pieces[random(pieces.count)] }.joined()
        var tokens = HTMLTokenizer(Self.sanitizer.sanitized(html))
        var open: [String] = []
        while let token = tokens.next() {
            switch token {
            case .text: break
            case .start(let name, let attributes):
                #expect(HTMLElements.attributes[name] != nil, "\(html)")
                #expect(!attributes.keys.contains { $0.hasPrefix("on") || $0 == "style" }, "\(html)")
                #expect(attributes["href"].map { $0.hasPrefix("https://") || $0.hasPrefix("#s1-") } ?? true, "\(html)")
                if !HTMLElements.void.contains(name) { open.append(name) }
            case .end(let name):
                #expect(open.popLast() == name, "\(html)")
            }
        }
        #expect(open.isEmpty, "\(html)")
    }

    @Test("a megabyte of open tags takes no longer than a megabyte of text")
    func linear() {
        for piece in ["<a href='", "<b>", "<", "&", "<!--", "<script>", "</p>", "<td>", ":x", "<svg>"] {
            let html = String(repeating: piece, count: (1 << 20) / piece.utf8.count)
            // It ends: what is quadratic here would not, within the patience of any test run.
            #expect(Self.sanitizer.sanitized(html).utf8.count < 8 << 20)
        }
    }
}
