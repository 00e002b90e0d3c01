import LogText
import Testing

@Suite("Workflow command")
struct WorkflowCommandTests {
    @Test(
        "is read in both forms",
        arguments: [
            ("::debug::text", WorkflowCommand(command: "debug", data: "text")),
            ("::group::", WorkflowCommand(command: "group")),
            (
                "  \t::notice file=a.py,line=3::look",
                .init(command: "notice", orderedProperties: [("file", "a.py"), ("line", "3")], data: "look")
            ),
            (
                "::error title=50%25%2C done%3A::100%25%0Anext%3A",
                .init(command: "error", orderedProperties: [("title", "50%, done:")], data: "100%\nnext%3A")
            ),
            ("::warning file=,line=2,col::x::y", .init(command: "warning", orderedProperties: [("line", "2")], data: "x::y")),
            ("::set-output name=a=b::c", .init(command: "set-output", orderedProperties: [("name", "a=b")], data: "c")),
            ("::a %3b=%3b::%0a", .init(command: "a", orderedProperties: [("%3b", "%3b")], data: "%0a")),
            ("##[group]Build", .init(form: .brackets, command: "group", data: "Build")),
            (
                "noise ##[error code=%5D%3B;x=1;]bad%0Dend",
                .init(form: .brackets, command: "error", orderedProperties: [("code", "];"), ("x", "1")], data: "bad\rend")
            ),
            ("::a::%250A", WorkflowCommand(command: "a", data: "%0A")),
        ])
    func parsed(line: String, expected: WorkflowCommand) {
        #expect(WorkflowCommand.parse(line) == expected)
    }

    @Test(
        "other lines are none",
        arguments: ["", "text", "x ::debug::y", "::debug", "::", "::::x", ":: name::x", "##[group", "##[]x", "#[a]b"])
    func others(line: String) {
        #expect(WorkflowCommand.parse(line) == nil)
    }

    @Test("a property is found whatever its case, and the last of two counts")
    func properties() throws {
        let command = try #require(WorkflowCommand.parse("::error File=a,LINE=1,file=b::"))
        #expect(command.property("file") == "b")
        #expect(command.property("line") == "1")
        #expect(command.properties == ["File": "b", "LINE": "1"])
    }
}
