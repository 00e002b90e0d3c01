import LogText
import Testing

@Suite("ANSI renderer")
struct ANSIRendererTests {
    @Test(
        "styles become classes",
        arguments: [
            ("\u{1B}[31mred\u{1B}[0m plain", #"<span class="ansi-fg-1">red</span> plain"#),
            (
                "\u{1B}[1;4;92mx\u{1B}[22;39my",
                #"<span class="ansi-bold ansi-underline ansi-fg-10">x</span><span class="ansi-underline">y</span>"#
            ),
            ("\u{1B}[2;3;9mx\u{1B}[m.", #"<span class="ansi-dim ansi-italic ansi-strike">x</span>."#),
            ("\u{1B}[38;5;208;48;5;17mx", #"<span class="ansi-fg-208 ansi-bg-17">x</span>"#),
            ("\u{1B}[38;2;255;135;0mx", #"<span class="ansi-fg-208">x</span>"#),
            ("\u{1B}[38:2::255:135:0mx", #"<span class="ansi-fg-208">x</span>"#),
            ("\u{1B}[7mx", #"<span class="ansi-fg-background ansi-bg-foreground">x</span>"#),
            (
                "\u{1B}[31;42;7mx\u{1B}[27my",
                #"<span class="ansi-fg-2 ansi-bg-1">x</span><span class="ansi-fg-1 ansi-bg-2">y</span>"#
            ),
            ("\u{1B}[31m\u{1B}[0mx", "x"), ("\u{1B}[38;5;300mx", "x"), ("\u{1B}[999mx", "x"),
        ])
    func styles(line: String, expected: String) {
        var renderer = ANSIRenderer()
        #expect(renderer.html(line: line) == expected)
    }

    @Test(
        "other sequences and control characters are dropped, text is escaped",
        arguments: [
            ("<b>&\"'", "&lt;b&gt;&amp;&quot;&#39;"), ("a\u{1B}[2Kb\u{1B}[10;20Hc\u{1B}(Bd\u{1B}7e", "abcde"),
            ("a\u{7}b\u{8}c\td\0", "abc\td"), ("\u{1B}]0;title\u{7}x", "x"), ("\u{1B}]0;title\u{1B}\\x", "x"),
            ("\u{1B}Pq#0\u{1B}\\x", "x"), ("x\u{1B}[", "x"), ("x\u{1B}", "x"), ("x\u{1B}]8;;http://never-ends", "x"),
            ("\u{1B}[?25lx\u{1B}[>4;1my", "xy"), ("grüße 🎉", "grüße 🎉"),
        ])
    func dropped(line: String, expected: String) {
        var renderer = ANSIRenderer()
        #expect(renderer.html(line: line) == expected)
    }

    @Test("a link leads to the web or nowhere")
    func links() {
        var renderer = ANSIRenderer()
        let web = renderer.html(line: "\u{1B}]8;id=1;https://example.org/?a=1&b=\"2\u{1B}\\log\u{1B}]8;;\u{1B}\\ end")
        #expect(
            web
                == #"<a class="ansi-link" rel="noopener noreferrer nofollow" "#
                + #"href="https://example.org/?a=1&amp;b=&quot;2">log</a> end"#
        )
        #expect(renderer.html(line: "\u{1B}]8;;javascript:alert(1)\u{7}x\u{1B}]8;;\u{7}") == "x")
        #expect(renderer.html(line: "\u{1B}]8;;file:///etc/passwd\u{7}x\u{1B}]8;;\u{7}") == "x")
    }

    @Test("a style holds on in the next line until it is reset")
    func state() {
        var renderer = ANSIRenderer()
        #expect(renderer.html(line: "\u{1B}[32mone") == #"<span class="ansi-fg-2">one</span>"#)
        #expect(renderer.html(line: "two\u{1B}[0m") == #"<span class="ansi-fg-2">two</span>"#)
        #expect(renderer.html(line: "three") == "three")
    }

    @Test("a progress bar shows its last state")
    func progress() {
        var renderer = ANSIRenderer()
        #expect(renderer.html(line: "\u{1B}[32m10%\r20%\r30%\u{1B}[0m\r") == #"<span class="ansi-fg-2">30%</span>"#)
    }

    @Test("the style sheet has a rule for every class")
    func styleSheet() {
        for number in 0..<256 {
            #expect(ANSIPalette.styleSheet.contains(".ansi-fg-\(number){"))
            #expect(ANSIPalette.styleSheet.contains(".ansi-bg-\(number){"))
        }
        #expect(ANSIPalette.nearest(to: .init(red: 128, green: 128, blue: 128)) == 244)
        #expect(ANSIPalette.styleSheet.contains(".ansi-fg-208{color:#ff8700}"))
    }
}
