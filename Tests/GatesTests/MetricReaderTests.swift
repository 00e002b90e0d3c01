import Plan
import Testing

@testable import Gates

/// Files of metrics, good and bad.
struct MetricReaderTests {
    private static func read(
        _ text: String, _ file: String = "metrics.json", within: [String] = []
    ) throws(MetricProblem) -> [String: Double] {
        var table = MetricTable()
        try MetricReader.read(Array(text.utf8), file: file, within: within, into: &table)
        return Dictionary(uniqueKeysWithValues: table.metrics.map { ($0.title, $0.value) })
    }

    @Test(arguments: [
        (#"{"f1": 0.9}"#, ["f1": 0.9]), (#"{"f1": 1, "auc": 2e-1}"#, ["f1": 1, "auc": 0.2]),
        (#"{"test": {"f1": 0.9, "auc": -1.5E+1}}"#, ["test.f1": 0.9, "test.auc": -15]),
        (
            #"{"recall": {"class a": 0.5, "b.c": 0.6, "d": 0.7}}"#,
            ["recall[\"class a\"]": 0.5, "recall[\"b.c\"]": 0.6, "recall.d": 0.7]
        ),
        (#"{"recall": {"0": 0.5, "1": 0.6}}"#, ["recall[\"0\"]": 0.5, "recall[\"1\"]": 0.6]),
        ("\u{FEFF}{\"f1\": 0}", ["f1": 0]), ("\n\t {\n \"f1\" :\r\n 0.25 }\n", ["f1": 0.25]),
        (#"{"caf\u00e9": 1, "\ud83d\ude00": 2}"#, ["café": 1, "😀": 2]), (#"{"a": {"b": {"c": 1}}}"#, ["a.b.c": 1]),
        (#"{"latency (p95)": 12}"#, ["latency (p95)": 12]),
    ])
    func jsonIsReadAsItIsWritten(_ text: String, _ expected: [String: Double]) throws {
        #expect(try Self.read(text) == expected)
    }

    @Test func aClassificationReportIsTurnedAround() throws {
        let text = """
            {"legit": {"precision": 0.99, "recall": 0.98, "f1-score": 0.985, "support": 90.0},
             "fraud": {"precision": 0.8, "recall": 0.7, "f1-score": 0.75, "support": 10.0},
             "accuracy": 0.97,
             "macro avg": {"precision": 0.9, "recall": 0.84, "f1-score": 0.87, "support": 100.0},
             "weighted avg": {"precision": 0.97, "recall": 0.95, "f1-score": 0.96, "support": 100.0}}
            """
        let metrics = try Self.read(text)
        #expect(metrics.count == 17)
        #expect(metrics["recall[\"fraud\"]"] == 0.7)
        #expect(metrics["f1-score[\"macro avg\"]"] == 0.87)
        #expect(metrics["accuracy"] == 0.97)
        var table = MetricTable()
        try MetricReader.read(Array(text.utf8), file: "report.json", into: &table)
        #expect(table.metric(["f1", "macro avg"])?.value == 0.87)
        #expect(table.group(["f1"]).map(\.value) == [0.985, 0.75], "averages are no slices")
        #expect(try Self.read("{\"test\": \(text)}")["test.recall[\"fraud\"]"] == 0.7)
        #expect(try Self.read("{\"name\": \"x\", \"report\": \(text)}", within: ["report"]) == metrics)
    }

    /// As `DataFrame(report)` has it, written by `to_json()`, `T.to_json()` and `T.to_csv()`.
    @Test(arguments: [
        (
            "r.json",
            """
            {"0":{"precision":0.9,"recall":0.88,"f1-score":0.89,"support":90.0},
             "1":{"precision":0.7,"recall":0.8,"f1-score":0.75,"support":10.0},
             "accuracy":{"precision":0.95,"recall":0.95,"f1-score":0.95,"support":0.95},
             "macro avg":{"precision":0.8,"recall":0.84,"f1-score":0.82,"support":100.0}}
            """
        ),
        (
            "r.json",
            """
            {"precision":{"0":0.9,"1":0.7,"accuracy":0.95,"macro avg":0.8},"recall":{"0":0.88,"1":0.8,"accuracy":0.95,"macro avg":0.84},
             "f1-score":{"0":0.89,"1":0.75,"accuracy":0.95,"macro avg":0.82},
             "support":{"0":90.0,"1":10.0,"accuracy":0.95,"macro avg":100.0}}
            """
        ),
        (
            "r.csv",
            """
            ,precision,recall,f1-score,support
            0,0.9,0.88,0.89,90.0
            1,0.7,0.8,0.75,10.0
            accuracy,0.95,0.95,0.95,0.95
            macro avg,0.8,0.84,0.82,100.0
            """
        ),
    ])
    func theAccuracyOfAReportIsNoClass(_ file: String, _ text: String) throws {
        var table = MetricTable()
        try MetricReader.read(Array(text.utf8), file: file, into: &table)
        #expect(table.metrics.count == 13)
        #expect(table.metric(["accuracy"]) == Metric("accuracy", 0.95))
        #expect(table.group(["recall"]).map(\.value) == [0.88, 0.8])
        #expect(table.metric(["recall", "macro avg"])?.value == 0.84)
        let (conditions, _) = GateCondition.read("mean(recall) >= 0.85\nmean(recall) >= 0.84\naccuracy > 0.9")
        let decision = GateDecision(required: conditions, investigated: [], metrics: table, baseline: nil)
        #expect(decision.checks.map(\.verdict) == [.failed, .passed, .passed])
    }

    @Test func aClassMayBeCalledAccuracy() throws {
        let text = ",precision,recall,f1-score,support\na,0.9,0.8,0.85,5\naccuracy,0.7,0.6,0.65,5\n"
        #expect(try Self.read(text, "r.csv")["recall[\"accuracy\"]"] == 0.6)
    }

    @Test(arguments: [
        ("", "metrics.json: it is empty"), (" \n ", "metrics.json: it is empty"),
        ("{}", "metrics.json:1: it has no metric"),
        ("[1]", "metrics.json:1:1: expected an object of names and numbers, found a list"),
        ("0.9", "metrics.json:1:1: expected an object of names and numbers, found a number"),
        ("f1=0.9", "metrics.json:1:1: this is not JSON: found \"f\""),
        (#"{"f1": 0.9"#, "metrics.json:1:11: the JSON ends too early"),
        (
            "{\n  \"f1\": \"0.9\"\n}",
            "metrics.json:2:9: f1: expected a number, found the text \"0.9\"; write it without the quotes"
        ),
        (#"{"f1": "good"}"#, #"metrics.json:1:8: f1: expected a number, found the text "good"; leave it out"#),
        (#"{"a": {"f1": NaN}}"#, "metrics.json:1:14: a.f1: expected a number, found NaN; the evaluation could not"),
        (#"{"f1": Infinity}"#, "metrics.json:1:8: f1: expected a number, found Infinity"),
        (#"{"f1": -Infinity}"#, "metrics.json:1:8: f1: expected a number, found -Infinity"),
        (#"{"f1": 1e999}"#, "metrics.json:1:8: f1: expected a number, found 1e999"),
        (#"{"f1": null}"#, "metrics.json:1:8: f1: expected a number, found null"),
        (#"{"f1": true}"#, "metrics.json:1:8: f1: expected a number, found true"),
        (#"{"f1": [0.9]}"#, "metrics.json:1:8: f1: expected a number, found a list"),
        (#"{"f1": 0.9, "f1": 0.8}"#, "metrics.json:1:13: f1: the name is there twice"),
        (#"{"a": {"b": 1}, "a.b": 2}"#, "metrics.json:1:24: a.b: the metric a.b is there twice"),
        (#"{"f1": 0.9,}"#, "metrics.json:1:12: this is not JSON: found \"}\", expected a name in double quotes"),
        (#"{'f1': 0.9}"#, "metrics.json:1:2: this is not JSON: found \"'\", expected a name in double quotes"),
        (#"{"f1": .9}"#, "metrics.json:1:8: this is not JSON"), (#"{"f1": 01}"#, "metrics.json:1:8: \"01\" is no JSON number"),
        (#"{"f1": 1.}"#, "metrics.json:1:8: \"1.\" is no JSON number"), (#"{"f1": 0x10}"#, "metrics.json:1:9: this is not JSON"),
        (#"{"f1" 0.9}"#, "metrics.json:1:7: this is not JSON: found \"0\", expected \":\""),
        (#"{"f1": 0.9} {"auc": 1}"#, "metrics.json:1:13: the JSON is over, and more follows"),
        (#"{"": 1}"#, "metrics.json:1:6: a metric has no name"), ("<html>", "metrics.json:1:1: this is not JSON"),
        (#"{"f1": --1}"#, "metrics.json:1:8: \"--1\" is no JSON number"),
        ("{\"f1\": 1\n", "metrics.json:2:1: the JSON ends too early"),
        (#"{"f\x1": 1}"#, "metrics.json:1:5: this is not JSON: an escape"),
    ])
    func aBadJSONFileSaysWhere(_ text: String, _ message: String) {
        let problem = #expect(throws: MetricProblem.self) { try Self.read(text) }
        #expect(problem?.description.hasPrefix(message) == true, "\(problem?.description ?? "")")
    }

    @Test func whatIsTooMuchIsAProblem() {
        let many = "{" + (0...2000).map { "\"m\($0)\": 1" }.joined(separator: ",") + "}"
        #expect(throws: MetricProblem.self) { try Self.read(many) }
        #expect(throws: MetricProblem.self) { try Self.read(String(repeating: "{\"a\":", count: 100) + "1") }
        #expect(throws: MetricProblem.self) { try Self.read("{\"\(String(repeating: "x", count: 300))\": 1}") }
        #expect(throws: MetricProblem.self) { try Self.read("{\"f1\": 1}" + String(repeating: " ", count: 5 << 20)) }
        var table = MetricTable()
        #expect(throws: MetricProblem.self) {
            try MetricReader.read([0x7B, 0xFF, 0x7D], file: "x.json", into: &table)
        }
    }

    @Test func whatWithinNamesHasToBeThere() {
        let problem = #expect(throws: MetricProblem.self) { try Self.read(#"{"a": {"b": 1}}"#, within: ["a", "c"]) }
        #expect(problem?.description == "metrics.json:1:7: there is no \"a.c\", which \"within\" names")
    }

    // MARK: - CSV

    @Test(arguments: [
        ("f1,auc\n0.9,0.95\n", ["f1": 0.9, "auc": 0.95]), ("\u{FEFF}f1;auc\r\n0.9;0.95", ["f1": 0.9, "auc": 0.95]),
        ("metric,value\nf1,0.9\nauc,0.95\n", ["f1": 0.9, "auc": 0.95]), ("f1\n0.5", ["f1": 0.5]),
        ("value\tname\n0.9\tf1\n", ["f1": 0.9]),
        ("metric,slice,value\nrecall,fraud,0.7\nrecall,legit,0.9", ["recall[\"fraud\"]": 0.7, "recall[\"legit\"]": 0.9]),
        (
            "class,recall,f1\nfraud,0.7,0.75\nlegit,0.9,0.95\n",
            [
                "recall[\"fraud\"]": 0.7, "f1[\"fraud\"]": 0.75, "recall[\"legit\"]": 0.9, "f1[\"legit\"]": 0.95,
            ]
        ),
        ("country,recall\nde,0.7\nfr,0.9\n", ["recall[\"de\"]": 0.7, "recall[\"fr\"]": 0.9]),
        ("slice,recall\n0,0.7\n", ["recall[\"0\"]": 0.7]), ("f1 , auc\n 0.9 , 1 \n\n", ["f1": 0.9, "auc": 1]),
        ("\"latency, \"\"p95\"\"\"\n12\n", ["latency, \"p95\"": 12]),
    ])
    func aTableIsReadAsItIsWritten(_ text: String, _ expected: [String: Double]) throws {
        #expect(try Self.read(text, "metrics.csv") == expected)
    }

    @Test(arguments: [
        ("", "m.csv: it is empty"), ("f1,auc\n", "m.csv:1: it has a header and no row"),
        ("f1,auc\n0.9\n", "m.csv:2: the row has 1 values, and the header 2"),
        ("f1,f1\n1,2\n", "m.csv:1:4: the column \"f1\" is there twice"),
        ("f1,auc\n0.9,high\n", "m.csv:2:5: auc: expected a number, found \"high\""),
        ("f1,auc\nhigh,0.9\n", "m.csv:2:1: f1: expected a number, found \"high\""),
        ("f1,auc\n0.9,\n", "m.csv:2:5: auc: the value is missing"), ("f1\nnan\n", "m.csv:2:1: f1: f1 is nan, which is no number"),
        ("f1\ninf\n", "m.csv:2:1: f1: f1 is inf, which is no number"), ("f1\n1e999\n", "m.csv:2:1: f1: f1 is inf"),
        ("f1,auc\n1,2\n3,4\n", "m.csv:3: it has several rows, and no column says which slice"),
        ("class,f1\na,1\na,2\n", "m.csv:3:3: f1[\"a\"]: the metric f1[\"a\"] is there twice"),
        ("metric,value\nf1,x\n", "m.csv:2:4: f1: expected a number"), ("f1\n0x10\n", "m.csv:2:1: f1: expected a number"),
        ("metric,value\nf1,1\nf1,2\n", "m.csv:3:4: f1: the metric f1 is there twice"),
        ("f1\n\"1\n", "m.csv:2:1: the quote is not closed"), ("f1\n\"1\"2\n", "m.csv:2:4: text follows a quote"),
        ("f1;auc\n0,9;1\n", "m.csv:2:1: f1: expected a number, found \"0,9\""),
        ("class,f1\n,1\n", "m.csv:2:2: f1[\"\"]: a metric has no name"),
    ])
    func aBadTableSaysWhere(_ text: String, _ message: String) {
        let problem = #expect(throws: MetricProblem.self) { try Self.read(text, "m.csv") }
        #expect(problem?.description.hasPrefix(message) == true, "\(problem?.description ?? "")")
    }

    // MARK: - JUnit

    @Test func aTestReportIsCounted() throws {
        let text = """
            <testsuites><testsuite name="a"><testcase name="1" time="0.5"/><testcase name="2" time="1"><failure/></testcase>
            <testcase name="3" time="1,234.5"><error/></testcase><testcase name="4"><skipped/></testcase></testsuite>
            <testsuite><testcase name="5" time="0.25"/></testsuite></testsuites>
            """
        #expect(
            try Self.read(text, "junit.xml") == [
                "tests": 5, "passed": 2, "failures": 1, "errors": 1, "skipped": 1, "time": 1236.25, "pass_rate": 0.5,
            ])
        #expect(try Self.read("<testsuite><testcase/></testsuite>", "report")["pass_rate"] == 1)
        #expect(try Self.read("<testsuite><testcase><skipped/></testcase></testsuite>", "x.xml")["pass_rate"] == nil)
        let disabled = #"<testsuite><testcase time="1"/><testcase status="notrun"/></testsuite>"#
        #expect(try Self.read(disabled, "x.xml")["skipped"] == 1)
        let breaks = #"<testsuite errors="1"><testcase><skipped/><error/></testcase></testsuite>"#
        #expect(try Self.read(breaks, "x.xml")["errors"] == 1, "a test that was skipped broke when it cleaned up")
    }

    @Test func timesThatAddUpToNoNumberAreSaid() {
        let problem = #expect(throws: MetricProblem.self) {
            try Self.read("<testsuite>\n<testcase time=\"1e308\"/>\n<testcase time=\"1e308\"/></testsuite>", "x.xml")
        }
        #expect(problem?.line == 3 && problem?.message.contains("add up") == true)
    }

    @Test func whatFailsOutsideOfATestCountsAsOne() throws {
        let text = """
            <testsuites><testsuite><testcase time="1"/></testsuite>
            <testsuite name="b" tests="0" errors="1"><error message="the class can't be set up"/></testsuite>
            <testsuite><failure/></testsuite></testsuites>
            """
        #expect(
            try Self.read(text, "junit.xml") == [
                "tests": 3, "passed": 1, "failures": 1, "errors": 1, "skipped": 0, "time": 1, "pass_rate": 1.0 / 3,
            ])
    }

    @Test func aTimeThatATestLacksIsNoZero() throws {
        let some = try Self.read(#"<testsuite><testcase time="1"/><testcase/></testsuite>"#, "x.xml")
        #expect(some["tests"] == 2 && some["time"] == nil)
        #expect(try Self.read(#"<testsuite><testcase time=""/></testsuite>"#, "x.xml")["time"] == nil)
        let skipped = #"<testsuite><testcase time="1"/><testcase><skipped/></testcase></testsuite>"#
        #expect(try Self.read(skipped, "x.xml")["time"] == 1, "what was skipped took none")
    }

    @Test(arguments: [
        ("<testsuite/>", "x.xml: it has no test"), ("<html/>", "x.xml:1: the XML can't be read: found <html>"),
        ("<testsuite>\n<testcase time=\"fast\"/></testsuite>", "x.xml:2: time: expected a number, found \"fast\""),
        ("<testsuite><testcase time=\"NaN\"/></testsuite>", "x.xml:1: time: expected a number, found \"NaN\""),
        ("<testsuite><testcase time=\"inf\"/></testsuite>", "x.xml:1: time: expected a number"),
        ("<testsuite><testcase time=\"0x10\"/></testsuite>", "x.xml:1: time: expected a number"),
        ("<testsuite><testcase time=\"-1\"/></testsuite>", "x.xml:1: time: expected a number"),
        ("<testsuite><testcase time=\"0,5\"/></testsuite>", "x.xml:1: time: expected a number, found \"0,5\""),
        ("<testsuite><testcase time=\"1,23\"/></testsuite>", "x.xml:1: time: expected a number"),
        ("<testsuite errors=\"two\"><testcase/></testsuite>", "x.xml:1: errors: expected a number, found \"two\""),
        ("<testsuites>\n<testsuite errors=\"1\"><testcase/></testsuite></testsuites>", "x.xml:2: a suite says that it has"),
        ("<testsuite><testcase>", "x.xml:1: the XML can't be read"), ("{}", "x.xml:1: the XML can't be read"),
    ])
    func aBadTestReportSaysWhere(_ text: String, _ message: String) {
        let problem = #expect(throws: MetricProblem.self) { try Self.read(text, "x.xml") }
        #expect(problem?.description.hasPrefix(message) == true, "\(problem?.description ?? "")")
    }

    /// Predictions beside the metrics, as `json.dump` writes them. To count each value's column from the line's start takes minutes.
    @Test(.timeLimit(.minutes(10))) func oneLongLineOfJSONIsReadInOnePass() {
        let predictions = String(repeating: "0.5,", count: 120_000)
        let problem = #expect(throws: MetricProblem.self) {
            try Self.read("{\"é\": [\(predictions)1], \"metrics\": {\"f1\": NaN}}", within: ["metrics"])
        }
        #expect(
            problem?.description
                == "metrics.json:1:480030: f1: expected a number, found NaN; the evaluation could not work it out: mend it there")
    }

    @Test func filesAreAddedToEachOtherAndMayShareNoName() throws {
        var table = MetricTable()
        try MetricReader.read(Array(#"{"f1": 0.9}"#.utf8), file: "a.json", into: &table)
        try MetricReader.read(Array("auc\n0.8".utf8), file: "b.csv", into: &table)
        #expect(table.metrics.map(\.title) == ["f1", "auc"])
        let problem = #expect(throws: MetricProblem.self) {
            try MetricReader.read(Array(#"{"f1": 0.7}"#.utf8), file: "c.json", into: &table)
        }
        #expect(problem?.description == "c.json:1:8: f1: the metric f1 is there twice: rename one of them")
    }
}
