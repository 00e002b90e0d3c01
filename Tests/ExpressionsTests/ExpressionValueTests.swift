import Expressions
import Foundation
import Testing

@Suite("A value")
struct ExpressionValueTests {
    static let numberTexts: [(Double, String)] = [
        (0.0, "0"), (-0.0, "0"), (1, "1"), (-2.5, "-2.5"), (0.30000000000000004, "0.3"),
        (0.3333333333333333, "0.333333333333333"),
        (0.6666666666666666, "0.666666666666667"), (100, "100"), (123_456_789_012_345, "123456789012345"),
        (999_999_999_999_999.9, "1E+15"), (1e15, "1E+15"), (1.5e20, "1.5E+20"), (-1e100, "-1E+100"),
        (0.0001, "0.0001"), (0.00012345, "0.00012345"), (0.00001, "1E-05"), (1.25e-7, "1.25E-07"),
        (.leastNonzeroMagnitude, "4.94065645841247E-324"), (Double.nan, "NaN"), (Double.infinity, "Infinity"),
        (-Double.infinity, "-Infinity"), (9_007_199_254_740_992, "9.00719925474099E+15"),
    ]

    @Test("that is a number has at most 15 digits as text", arguments: numberTexts)
    func numberText(number: Double, text: String) {
        #expect(ExpressionValue.number(number).displayString == text)
    }

    static let textNumbers: [(String, Double?)] = [
        ("", 0), ("  ", 0), (" 12 ", 12), ("-1.5", -1.5), ("+.5", 0.5), ("5.", 5), ("1e3", 1000), ("1E-2", 0.01),
        ("0x1f", 31), ("0xFFFFFFFF", -1), ("0o17", 15), ("Infinity", Double.infinity), ("-Infinity", -Double.infinity),
        ("1e999", Double.infinity), (".", nil), ("1e", nil), ("1 2", nil), ("0x", nil), ("-0x1", nil), ("0o8", nil),
        ("0b1", nil), ("1_000", nil), ("infinity", nil), ("nan", nil), ("0x1FFFFFFFF", nil), ("0x1p3", nil), ("abc", nil),
    ]

    @Test("that is text is the number it spells, or none", arguments: textNumbers)
    func numberFromText(text: String, number: Double?) throws {
        let context = EvaluationContext(contexts: ["text": .string(text), "number": .number(number ?? 0)])
        let equals = try Expression(parsing: "text == number").evaluate(in: context)
        let hasOrder = try Expression(parsing: "text >= -Infinity").evaluate(in: context)
        #expect(equals == .boolean(number != nil))
        #expect(hasOrder == .boolean(number != nil))
    }

    @Test("is true unless it is false, zero, NaN, empty text or null")
    func truth() {
        let falsy: [ExpressionValue] = [nil, false, 0, .number(-0.0), .number(.nan), ""]
        let truthy: [ExpressionValue] = [true, 1, .number(-.infinity), " ", "0", "false", [], [:]]
        #expect(falsy.filter(\.isTruthy).isEmpty)
        #expect(truthy.filter { !$0.isTruthy }.isEmpty)
    }

    @Test("survives JSON text with its order, its numbers and its characters")
    func jsonRoundTrip() throws {
        let value: ExpressionValue = [
            "z": [1, -2.5, 1e300, 0.1, .number(.leastNonzeroMagnitude), 1e15, 9_007_199_254_740_991],
            "a": [nil, true, false, "tab\t\u{0}\u{85}é😀"],
            "": [:], "nested": ["b": [], "a": [[]]],
        ]
        #expect(try ExpressionValue(json: value.jsonText()) == value)
        #expect(try ExpressionValue(json: value.jsonText(pretty: true)) == value)
        #expect(value.jsonText().hasPrefix(#"{"z":[1,-2.5,"#))
    }

    @Test(
        "reads only JSON, and never deeper than it can",
        arguments: ["", "[1,]", "{'a':1}", "{a:1}", "// x\n1", "NaN", "\"\t\""])
    func strictJSON(text: String) {
        #expect(throws: ExpressionError.self) { try ExpressionValue(json: text) }
        let deep = String(repeating: "[", count: 100_000)
        #expect(throws: ExpressionError.self) { try ExpressionValue(json: deep) }
    }

    @Test("survives Foundation's coders as plain JSON")
    func coding() throws {
        let value: ExpressionValue = ["list": [1, 1.5, "x", nil, true], "object": ["empty": [:]]]
        let data = try JSONEncoder().encode(value)
        #expect(try JSONDecoder().decode(ExpressionValue.self, from: data).sorted == value.sorted)
        let mixed = Data(#"[true,1,0,"1"]"#.utf8)
        #expect(try JSONDecoder().decode(ExpressionValue.self, from: mixed) == [true, 1, 0, "1"])
        let ordered = JSONTextCoded(["z": 1, "y": 2, "x": 3, "w": 4])
        let copy = try JSONDecoder().decode(JSONTextCoded.self, from: JSONEncoder().encode(ordered))
        #expect(copy == ordered)
    }

    @Test("that is an object finds keys in any case, keeps their order and first spelling, and can be told not to")
    func objectKeys() {
        var object: ExpressionObject = ["Beta": 1, "alpha": 2]
        object["BETA"] = 3
        #expect(object.keys == ["Beta", "alpha"])
        #expect(object["beta"] == 3)
        object["beta"] = nil
        #expect(object.keys == ["alpha"])
        let exact = ExpressionObject([("A", 1), ("a", 2)], keyMatching: .exact)
        #expect(exact.count == 2)
        #expect(exact["a"] == 2)
    }

    @Test("that is a large object finds every key, also after one is removed")
    func largeObject() {
        var object = ExpressionObject((0..<100).map { ("Key\($0)", .number(Double($0))) })
        object["key50"] = nil
        object["é"] = 1
        #expect(object.count == 100)
        #expect(object["KEY99"] == 99)
        #expect(object["key50"] == nil)
        #expect(object["É"] == 1)
        let exact = ExpressionObject((0..<100).map { ("Key\($0)", 1) }, keyMatching: .exact)
        #expect(exact["key1"] == nil)
        #expect(exact["Key1"] == 1)
    }
}

extension ExpressionValue {
    /// Foundation's coders lose the order of keys; equality here is by order.
    fileprivate var sorted: ExpressionValue {
        switch self {
        case .array(let elements): .array(elements.map(\.sorted))
        case .object(let object):
            .object(ExpressionObject(object.pairs.sorted { $0.key < $1.key }.map { ($0.key, $0.value.sorted) }))
        default: self
        }
    }
}
