import Expressions
import Plan
import Testing

struct MatrixExpansionTests {
    /// A matrix and its cells, both as JSON.
    struct Expansion: Sendable, CustomTestStringConvertible {
        var title: String
        var matrix: String
        var cells: [String]

        init(_ title: String, _ matrix: String, _ cells: String...) {
            self.title = title
            self.matrix = matrix
            self.cells = cells
        }

        var testDescription: String { title }
    }

    private static let fruit = """
        {"fruit": ["apple", "pear"], "animal": ["cat", "dog"], "include": [{"color": "green"}, \
        {"color": "pink", "animal": "cat"}, {"fruit": "apple", "shape": "circle"}, {"fruit": "banana"}, \
        {"fruit": "banana", "animal": "cat"}]}
        """

    @Test(
        "a matrix yields the cells that GitHub makes of it, in its order",
        arguments: [
            Expansion("one axis", #"{"os": ["a", "b"]}"#, #"{"os":"a"}"#, #"{"os":"b"}"#),
            Expansion(
                "the first axis varies slowest", #"{"a": [1, 2], "b": ["x", "y"]}"#, #"{"a":1,"b":"x"}"#, #"{"a":1,"b":"y"}"#,
                #"{"a":2,"b":"x"}"#, #"{"a":2,"b":"y"}"#),
            Expansion(
                "values of any kind", #"{"v": [null, true, 1.5, {"x": [1]}]}"#, #"{"v":null}"#, #"{"v":true}"#, #"{"v":1.5}"#,
                #"{"v":{"x":[1]}}"#),
            Expansion(
                "exclude of one value", #"{"a": [1, 2], "b": [1, 2], "exclude": [{"a": 2}]}"#, #"{"a":1,"b":1}"#,
                #"{"a":1,"b":2}"#),
            Expansion(
                "exclude of a combination", #"{"a": [1, 2], "b": [1, 2], "exclude": [{"a": 2, "b": 1}]}"#, #"{"a":1,"b":1}"#,
                #"{"a":1,"b":2}"#, #"{"a":2,"b":2}"#),
            Expansion("exclude that names an unknown axis", #"{"a": [1], "exclude": [{"a": 1, "z": 1}]}"#, #"{"a":1}"#),
            Expansion("exclude that is empty", #"{"a": [1], "exclude": [{}]}"#, #"{"a":1}"#),
            Expansion(
                "exclude by a member of an object", #"{"a": [{"n": 1, "m": 1}, {"n": 2, "m": 1}], "exclude": [{"a": {"n": 2}}]}"#,
                #"{"a":{"n":1,"m":1}}"#),
            Expansion("a number is excluded by its text", #"{"a": [1, 2], "exclude": [{"a": "2"}]}"#, #"{"a":1}"#),
            Expansion(
                "include adds to the cells that it fits", #"{"a": [1, 2], "include": [{"a": 2, "b": 9}]}"#, #"{"a":1}"#,
                #"{"a":2,"b":9}"#),
            Expansion("include that fits none is a cell", #"{"a": [1], "include": [{"a": 3}]}"#, #"{"a":1}"#, #"{"a":3}"#),
            Expansion("include without axes", #"{"include": [{"a": 1}, {"a": 2, "b": 3}]}"#, #"{"a":1}"#, #"{"a":2,"b":3}"#),
            Expansion(
                "include comes after exclude", #"{"a": [1, 2], "exclude": [{"a": 2}], "include": [{"a": 2, "b": 1}]}"#,
                #"{"a":1}"#, #"{"a":2,"b":1}"#),
            Expansion(
                "include without an axis goes everywhere", #"{"a": [1, 2], "include": [{"b": 1}]}"#, #"{"a":1,"b":1}"#,
                #"{"a":2,"b":1}"#),
            Expansion(
                "a later include overwrites an earlier one", #"{"a": [1], "include": [{"b": 1}, {"b": 2}]}"#, #"{"a":1,"b":2}"#),
            Expansion("empty include and exclude", #"{"a": [1], "include": [], "exclude": null}"#, #"{"a":1}"#),
            Expansion(
                "the example of GitHub's manual", fruit, #"{"fruit":"apple","animal":"cat","color":"pink","shape":"circle"}"#,
                #"{"fruit":"apple","animal":"dog","color":"green","shape":"circle"}"#,
                #"{"fruit":"pear","animal":"cat","color":"pink"}"#, #"{"fruit":"pear","animal":"dog","color":"green"}"#,
                #"{"fruit":"banana"}"#, #"{"fruit":"banana","animal":"cat"}"#),
        ])
    func expansion(_ expansion: Expansion) throws {
        let cells = try MatrixExpansion.cells(of: ExpressionValue(json: expansion.matrix))
        #expect(cells.map { ExpressionValue.object($0).jsonText() } == expansion.cells)
    }

    @Test(
        "what is no matrix is refused, and the message names what was found",
        arguments: [
            (#""text""#, "String"), (#"[1]"#, "Array"), (#"{"os": "linux"}"#, "\"os\""), (#"{"os": []}"#, "no values"),
            (#"{}"#, "no combination"), (#"{"a": [1], "exclude": [{"a": 1}]}"#, "no combination"),
            (#"{"a": [1], "include": [1]}"#, "\"include\""), (#"{"a": [1], "exclude": {"a": 1}}"#, "\"exclude\""),
        ])
    func mistakes(matrix: String, part: String) throws {
        let value = try ExpressionValue(json: matrix)
        let failure = #expect(throws: MatrixExpansion.Failure.self) { try MatrixExpansion.cells(of: value) }
        #expect(failure?.message.contains(part) == true)
    }

    @Test("256 cells are allowed, and one more is not")
    func limit() throws {
        func axis(_ count: Int) -> ExpressionValue { .array((0..<count).map { .number(Double($0)) }) }
        #expect(try MatrixExpansion.cells(of: ["a": axis(16), "b": axis(16)]).count == 256)
        #expect(throws: MatrixExpansion.Failure.self) { try MatrixExpansion.cells(of: ["a": axis(257)]) }
        let tooMany: ExpressionValue = ["a": axis(16), "b": axis(16), "include": [["a": 99]]]
        #expect(throws: MatrixExpansion.Failure.self) { try MatrixExpansion.cells(of: tooMany) }
    }

    @Test("a product of astronomic size is refused before it is built")
    func hugeProduct() {
        let axis = ExpressionValue.array((0..<100).map { .number(Double($0)) })
        let axes = (0..<12).map { ("axis\($0)", axis) }
        #expect(throws: MatrixExpansion.Failure.self) {
            try MatrixExpansion.cells(of: .object(ExpressionObject(axes)))
        }
    }
}
