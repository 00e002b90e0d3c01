import Testing

@testable import Expressions

struct ExpressionFlowTests {
    struct Row: Sendable {
        let source: String
        let contexts: [String]
        var serialized: [String] = []
    }

    @Test(
        "only what may be yielded is followed",
        arguments: [
            Row(source: "github.head_ref", contexts: ["github.head_ref"]),
            Row(source: "github.head_ref == 'main'", contexts: []),
            Row(source: "!github.head_ref", contexts: []),
            Row(source: "contains(github.head_ref, 'a')", contexts: []),
            Row(source: "github.head_ref && inputs.name", contexts: ["inputs.name"]),
            Row(source: "github.head_ref || inputs.name", contexts: ["github.head_ref", "inputs.name"]),
            Row(source: "format('{0}', github.head_ref)", contexts: ["github.head_ref"]),
            Row(source: "join(github.event.commits.*.message, ', ')", contexts: ["github.event.commits.*.message"]),
            Row(source: "toJSON(github.event)", contexts: [], serialized: ["github.event"]),
            Row(
                source: "case(github.a, github.b, github.c, github.d, github.e)", contexts: ["github.b", "github.d", "github.e"]),
            Row(source: "steps[github.head_ref].outputs", contexts: ["steps.?.outputs"]),
            Row(source: "fromJSON(vars.map)[github.head_ref]", contexts: ["vars.map"]),
        ])
    func onlyWhatMayBeYieldedIsFollowed(_ row: Row) throws {
        let flow = try Expression(parsing: row.source).flow
        #expect(flow.contexts.map(Self.text) == row.contexts)
        #expect(flow.serialized.map(Self.text) == row.serialized)
    }

    private static func text(_ use: ExpressionReferences.ContextUse) -> String {
        let path = use.path.map { element in
            switch element {
            case .property(let name): name
            case .everyElement: "*"
            case .computed: "?"
            }
        }
        return ([use.name] + path).joined(separator: ".")
    }
}
