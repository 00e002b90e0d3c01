import Testing

@testable import slipway

struct TextTableTests {
    @Test("columns are as wide as their widest cell, and lines end without blanks")
    func alignment() {
        var table = TextTable(["RUN", "STATUS"])
        table.add(["1", "✓ success", ""])
        table.add(["100000", "● running"])
        #expect(table.text(isColored: false) == "RUN     STATUS\n1       ✓ success\n100000  ● running\n")
    }

    @Test("colours do not count as width")
    func colors() {
        var table = TextTable()
        table.add([TextTable.Cell("a", .red), "b"])
        table.add(["aaa", "b"])
        #expect(table.text(isColored: true) == "\u{1B}[31ma\u{1B}[0m    b\naaa  b\n")
    }

    @Test("what others wrote can't command the terminal")
    func controlCharacters() {
        var table = TextTable()
        table.add([TextTable.Cell("a\u{1B}]0;title\u{7}\nb")])
        #expect(table.text(isColored: false) == "a ]0;title  b\n")
    }
}
