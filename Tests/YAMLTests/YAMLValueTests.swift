import Testing
import YAML

@Suite struct YAMLValueTests {
    @Test(
        "a plain scalar has the value that the core schema gives to its form",
        arguments: [
            ("", .null), ("~", .null), ("null", .null), ("NULL", .null), ("nUll", .string("nUll")),
            ("true", .boolean(true)), ("False", .boolean(false)), ("TRUE", .boolean(true)),
            ("on", .string("on")), ("off", .string("off")), ("yes", .string("yes")), ("no", .string("no")), ("y", .string("y")),
            ("0", .integer(0)), ("-12", .integer(-12)), ("+7", .integer(7)), ("010", .integer(10)),
            ("0o17", .integer(15)), ("0x1F", .integer(31)), ("0o8", .string("0o8")), ("0x", .string("0x")),
            ("-0x1F", .string("-0x1F")), ("1_000", .string("1_000")), ("0b1", .string("0b1")),
            ("1.5", .number(1.5)), (".5", .number(0.5)), ("5.", .number(5)), ("1e3", .number(1000)), ("-1.5E-1", .number(-0.15)),
            (".", .string(".")), ("-", .string("-")), ("1e", .string("1e")), ("1.2.3", .string("1.2.3")), ("e1", .string("e1")),
            (".inf", .number(.infinity)), ("-.INF", .number(-.infinity)), ("inf", .string("inf")), ("nan", .string("nan")),
            ("9223372036854775808", .number(9_223_372_036_854_775_808)),
            ("0xFFFFFFFFFFFFFFFF", .number(18_446_744_073_709_551_616)),
            ("2026-01-02", .string("2026-01-02")), ("1:30", .string("1:30")), ("text", .string("text")),
        ] as [(String, YAMLValue)])
    func form(text: String, value: YAMLValue) {
        #expect(YAMLValue(plain: text) == value)
    }

    @Test("not a number is a number", arguments: [".nan", ".NaN", ".NAN"])
    func notANumber(text: String) {
        guard case .number(let value) = YAMLValue(plain: text) else {
            Issue.record("\(text) is no number")
            return
        }
        #expect(value.isNaN)
    }
}
