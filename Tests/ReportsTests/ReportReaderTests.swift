import Foundation
import Plan
import Testing

@testable import Reports

@Suite struct ReportReaderTests {
    static func read(
        _ text: String, as format: ReportPlan.Format, limits: ReportBuilder.Limits = .init(),
        masked: @escaping (String) -> String = { $0 }
    ) throws -> (report: Report, content: ReportContent) {
        var builder = ReportBuilder(format, limits: limits, masked: masked)
        try ReportReader.read(Array(text.utf8), into: &builder)
        return builder.finish(number: 1, name: "unit", at: Date(timeIntervalSince1970: 0))
    }

    private func tests(_ text: String, as format: ReportPlan.Format) throws -> [TestCase] {
        try Self.read(text, as: format).content.cases
    }

    private func problem(_ text: String, as format: ReportPlan.Format) -> ReportProblem? {
        do {
            _ = try Self.read(text, as: format)
            return nil
        } catch {
            return error as? ReportProblem
        }
    }

    @Test("JUnit: suites, times, messages, traces and what tests printed")
    func junit() throws {
        let text = """
            <?xml version="1.0" encoding="utf-8"?>
            <testsuites><testsuite name="models" tests="5">
              <testcase classname="tests.test_model" name="test_shape" time="0.25"/>
              <testcase classname="tests.test_model" name="test_accuracy[wine]" time="1,001.5">
                <failure message="assert 0.71 &gt;= 0.9" type="AssertionError">tests/test_model.py:12: AssertionError</failure>
                <system-out>epoch 1</system-out>
              </testcase>
              <testcase classname="tests.test_model" name="test_load" time="0">
                <error message="no model.pkl">Traceback</error></testcase>
              <testcase name="test_gpu"><skipped message="no GPU"/></testcase>
              <testcase name="test_old" status="notrun"/>
              <properties><property name="seed" value="1"/></properties>
            </testsuite></testsuites>
            """
        let (report, content) = try Self.read(text, as: .junit)
        #expect(report.tests == TestCounts(passed: 1, failed: 1, errors: 1, skipped: 2, seconds: 1001.75))
        #expect(content.cases.map(\.suite) == ["tests.test_model", "tests.test_model", "tests.test_model", "models", "models"])
        #expect(content.cases[1].message == "assert 0.71 >= 0.9")
        #expect(content.cases[1].output == "tests/test_model.py:12: AssertionError\nepoch 1")
        #expect(content.cases[3].message == "no GPU")
        #expect(report.failures.map(\.name) == ["test_accuracy[wine]", "test_load"])
    }

    @Test("a document whose outermost element is a single suite is one of JUnit, too")
    func junitSuite() throws {
        let found = try tests(
            "<testsuite name='s'><testcase name='a'><failure>first line\nsecond</failure></testcase></testsuite>", as: .junit)
        #expect(found == [TestCase(suite: "s", name: "a", status: .failed, message: "first line", output: "first line\nsecond")])
    }

    @Test("Cucumber: the worst step is what a scenario ends with, the steps of a background included")
    func cucumber() throws {
        let text = """
            [{"uri": "features/predict.feature", "name": "Prediction", "elements": [
              {"type": "background", "name": "", "steps": [{"keyword": "Given ", "name": "a model", "result": {"status": "passed", "duration": 1000000}}]},
              {"type": "scenario", "name": "a known flower", "steps": [
                {"keyword": "When ", "name": "it is asked", "result": {"status": "passed", "duration": 2000000}},
                {"keyword": "Then ", "name": "it says iris", "result": {"status": "failed", "duration": 500000000, "error_message": "expected iris\\n at line 4"}},
                {"keyword": "And ", "name": "it is quick", "result": {"status": "skipped"}}]},
              {"type": "scenario", "name": "not written yet", "steps": [{"keyword": "Given ", "name": "nothing", "result": {"status": "undefined"}}]},
              {"type": "scenario", "name": "later", "steps": [{"keyword": "Given ", "name": "x", "result": {"status": "pending"}}]},
              {"type": "scenario", "name": "fine", "steps": [{"name": "x", "result": {"status": "passed"}}]}]},
             {"uri": "features/empty.feature", "name": "Empty"}]
            """
        let found = try tests(text, as: .cucumber)
        #expect(found.map(\.status) == [.failed, .error, .skipped, .passed])
        #expect(found[0].seconds == 0.503)
        #expect(found[0].message == "expected iris")
        #expect(found[0].output?.contains("Given a model: passed") == true)
        #expect(found[1].message == "undefined: Given nothing")
        #expect(found.allSatisfy { $0.suite == "Prediction" })
    }

    @Test("NUnit 2 and 3: results, reasons and traces")
    func nunit() throws {
        let second = """
            <test-results name="m.dll"><test-suite name="M"><results>
              <test-case name="M.Tests.Adds" executed="True" result="Success" success="True" time="0.016"/>
              <test-case name="M.Tests.Divides(1.5,0)" executed="True" result="Failure" time="0.003"><failure><message>Expected: 1</message><stack-trace>at M.Tests</stack-trace></failure></test-case>
              <test-case name="M.Tests.Waits" executed="False" result="Ignored"><reason><message>slow</message></reason></test-case>
              <test-case name="M.Tests.Breaks" result="Error"/><test-case name="Odd" result="Inconclusive"/>
            </results></test-suite></test-results>
            """
        let old = try tests(second, as: .nunit2)
        #expect(old.map(\.status) == [.passed, .failed, .skipped, .error, .unknown])
        #expect(old.map(\.name) == ["Adds", "Divides(1.5,0)", "Waits", "Breaks", "Odd"])
        #expect(old.map(\.suite) == ["M.Tests", "M.Tests", "M.Tests", "M.Tests", "M"])
        #expect(old[1].message == "Expected: 1")
        #expect(old[1].output == "at M.Tests")
        let third = """
            <test-run id="2"><test-suite type="Assembly" fullname="M"><test-suite type="TestFixture" fullname="M.Tests">
              <test-case name="Adds" classname="M.Tests" result="Passed" duration="0.5"/>
              <test-case name="Breaks" classname="M.Tests" result="Failed" label="Error"><failure><message><![CDATA[null]]></message><stack-trace>at X</stack-trace></failure><output>printed</output></test-case>
              <test-case name="Waits" result="Skipped" label="Ignored"><reason><message>slow</message></reason></test-case>
              <test-case name="Odd" result="Inconclusive"/>
            </test-suite></test-suite></test-run>
            """
        let new = try tests(third, as: .nunit3)
        #expect(new.map(\.status) == [.passed, .error, .skipped, .unknown])
        #expect(new[1].message == "null")
        #expect(new[1].output == "at X\nprinted")
        #expect(new[2].suite == "M.Tests")
    }

    @Test("TestNG: methods that prepare are no tests")
    func testNG() throws {
        let text = """
            <testng-results total="3"><suite name="S"><test name="T"><class name="a.B">
              <test-method is-config="true" name="setUp" status="PASS" duration-ms="5"/>
              <test-method name="works" status="PASS" duration-ms="1500"/>
              <test-method name="fails" status="FAIL" duration-ms="20"><exception class="java.lang.AssertionError"><message><![CDATA[expected 1]]></message><full-stacktrace>at a.B</full-stacktrace></exception><reporter-output><line>seen</line></reporter-output></test-method>
              <test-method name="left" status="SKIP" duration-ms="0"/>
            </class></test></suite></testng-results>
            """
        let found = try tests(text, as: .testNG)
        #expect(found.map(\.name) == ["works", "fails", "left"])
        #expect(found.map(\.status) == [.passed, .failed, .skipped])
        #expect(found[0].seconds == 1.5)
        #expect(found[1].message == "expected 1")
        #expect(found[1].output == "at a.B\nseen")
    }

    @Test("Visual Studio: classes are told after the results, and rows of data count in place of their test")
    func visualStudio() throws {
        let text = """
            <TestRun xmlns="http://microsoft.com/schemas/VisualStudio/TeamTest/2010"><Results>
              <UnitTestResult testId="1" testName="Adds" outcome="Passed" duration="00:01:01.5000000"/>
              <UnitTestResult testId="2" testName="Rows" outcome="Failed"><InnerResults>
                <UnitTestResult testId="2" testName="Rows (1)" outcome="Passed"/>
                <UnitTestResult testId="2" testName="Rows (2)" outcome="Failed"><Output><StdOut>out</StdOut><ErrorInfo><Message>no</Message><StackTrace>at R</StackTrace></ErrorInfo></Output></UnitTestResult>
              </InnerResults></UnitTestResult>
              <UnitTestResult testId="3" testName="Left" outcome="NotExecuted"/>
              <UnitTestResult testId="4" testName="Slow" outcome="Timeout"/>
            </Results><TestDefinitions>
              <UnitTest id="1" name="Adds"><TestMethod className="M.Tests, M, Version=1.0" name="Adds"/></UnitTest>
              <UnitTest id="2" name="Rows"><TestMethod className="M.Rows" name="Rows"/></UnitTest>
            </TestDefinitions></TestRun>
            """
        let found = try tests(text, as: .visualStudio)
        #expect(found.map(\.name) == ["Adds", "Rows (1)", "Rows (2)", "Left", "Slow"])
        #expect(found.map(\.status) == [.passed, .passed, .failed, .skipped, .error])
        #expect(found.map(\.suite) == ["M.Tests", "M.Rows", "M.Rows", "", ""])
        #expect(found[0].seconds == 61.5)
        #expect(found[2].message == "no")
        #expect(found[2].output == "out\nat R")
    }

    @Test("coverage by Cobertura, Clover, JaCoCo and SimpleCov is one thing: lines and branches of files")
    func coverage() throws {
        let cobertura = """
            <?xml version="1.0"?><!DOCTYPE coverage SYSTEM "http://nowhere.invalid/coverage-04.dtd">
            <coverage line-rate="0.5"><packages><package name="m"><classes>
              <class name="a.py" filename="m/a.py"><methods><method name="f"><lines><line number="1" hits="9"/></lines></method></methods>
                <lines><line number="1" hits="1"/><line number="2" hits="0"/><line number="3" hits="2" branch="true" condition-coverage="50% (1/2)"/></lines></class>
              <class name="a.Inner" filename="m/a.py"><lines><line number="2" hits="1"/></lines></class>
              <class name="b.py" filename="m/b.py"><lines/></class>
            </classes></package></packages></coverage>
            """
        let (report, content) = try Self.read(cobertura, as: .cobertura)
        #expect(report.coverage == CoverageCounts(linesCovered: 3, lines: 3, branchesCovered: 1, branches: 2))
        #expect(content.files.map(\.path) == ["m/a.py"])
        let clover = """
            <coverage><project><package name="p"><file name="A.php" path="/w/A.php"><line num="3" type="method" count="1"/>
            <line num="4" type="stmt" count="0"/><line num="5" type="cond" truecount="2" falsecount="0"/></file></package></project></coverage>
            """
        #expect(
            try Self.read(clover, as: .clover).report.coverage
                == CoverageCounts(linesCovered: 1, lines: 2, branchesCovered: 1, branches: 2))
        let jacoco = """
            <!DOCTYPE report PUBLIC "-//JACOCO//DTD Report 1.1//EN" "report.dtd">
            <report name="r"><group name="g"><package name="com/x"><class name="com/x/A"/><sourcefile name="A.java">
            <line nr="3" mi="0" ci="4" mb="1" cb="3"/><line nr="4" mi="2" ci="0" mb="0" cb="0"/></sourcefile></package></group></report>
            """
        let java = try Self.read(jacoco, as: .jacoco)
        #expect(java.report.coverage == CoverageCounts(linesCovered: 1, lines: 2, branchesCovered: 3, branches: 4))
        #expect(java.content.files.map(\.path) == ["g/com/x/A.java"])
        let resultSet = """
            {"RSpec": {"coverage": {"/w/a.rb": {"lines": [1, null, 0, 2], "branches": {"[:if, 0, 3, 6, 8, 9]": {"[:then, 1, 4, 8, 4, 9]": 1, "[:else, 2, 6, 8, 6, 9]": 0}}}, "/w/b.rb": [null, 1]}, "timestamp": 1},
             "Cucumber": {"coverage": {"/w/a.rb": {"lines": [0, null, 5, 0]}}}}
            """
        #expect(
            try Self.read(resultSet, as: .simpleCov).report.coverage
                == CoverageCounts(linesCovered: 4, lines: 4, branchesCovered: 1, branches: 2))
        let json =
            #"{"files": [{"filename": "a.rb", "covered_percent": 50.0, "coverage": {"lines": [1, 0, null]}}], "metrics": {}}"#
        #expect(try Self.read(json, as: .simpleCov).report.coverage == CoverageCounts(linesCovered: 1, lines: 2))
    }

    @Test("branches of coverlet count, and modules of JaCoCo with files of one name are apart")
    func coverageOfOtherTools() throws {
        let coverlet = """
            <coverage><packages><package name="m"><classes><class name="M.A" filename="A.cs"><lines>
            <line number="3" hits="2" branch="True" condition-coverage="50% (1/2)"/><line number="4" hits="1" branch="False"/>
            </lines></class></classes></package></packages></coverage>
            """
        #expect(
            try Self.read(coverlet, as: .cobertura).report.coverage
                == CoverageCounts(linesCovered: 2, lines: 2, branchesCovered: 1, branches: 2))
        let file = "<package name=\"com/x\"><sourcefile name=\"A.java\"><line nr=\"3\" ci=\"1\"/></sourcefile></package>"
        let jacoco =
            "<report name=\"r\"><group name=\"all\"><group name=\"core\">\(file)</group></group><group name=\"web\">\(file)</group></report>"
        let (report, content) = try Self.read(jacoco, as: .jacoco)
        #expect(content.files.map(\.path).sorted() == ["all/core/com/x/A.java", "web/com/x/A.java"])
        #expect(report.coverage == CoverageCounts(linesCovered: 2, lines: 2))
    }

    @Test("a mistake in a file is told with its line")
    func mistakes() throws {
        #expect(problem("<testsuites>\n<testsuite>\n</testsuites>", as: .junit)?.line == 3)
        #expect(problem("<html>\n</html>", as: .junit)?.message.contains("found <html>") == true)
        #expect(problem("<html></html>", as: .junit)?.line == 1)
        #expect(problem("", as: .junit) != nil)
        #expect(problem("not xml", as: .cobertura) != nil)
        #expect(problem("[\n{\"elements\": [\n}]", as: .cucumber)?.line == 3)
        #expect(problem("{}", as: .cucumber)?.message.contains("another format") == true)
        #expect(problem(#"{"metrics": {}}"#, as: .simpleCov)?.message.contains("another format") == true)
        #expect(problem("<testsuite><testcase name='a'/>", as: .junit) != nil)
    }

    @Test("a secret that begins before the end of what is kept is hidden whole")
    func secretAtTheEnd() throws {
        var limits = ReportBuilder.Limits()
        limits.message = 20
        limits.output = 20
        let text = "a message of tests hunter22-hunter22"
        let name = String(repeating: "n", count: 490) + " hunter22-hunter22"
        let (report, content) = try Self.read(
            "<testsuite><testcase name='\(name)'><failure message='\(text)'>\(text)</failure></testcase></testsuite>", as: .junit,
            limits: limits, masked: { $0.replacing("hunter22-hunter22", with: "***") })
        let kept = [content.cases[0].name, content.cases[0].message, content.cases[0].output, report.failures[0].name]
        for text in kept { #expect(text?.contains("hu") == false && text?.contains("*") == true) }
    }

    @Test("what a test prints in many pieces is kept as far as it is shown")
    func manyPieces() throws {
        let pieces = String(repeating: "<system-out>\(String(repeating: "x", count: 1000))</system-out>", count: 2000)
        let found = try tests("<testsuite><testcase name='a'><failure>no</failure>\(pieces)</testcase></testsuite>", as: .junit)
        let output = try #require(found[0].output)
        #expect(output.hasPrefix("no\nxxx") && output.hasSuffix("…"))
        #expect(output.utf8.count <= ReportBuilder.Limits().output + 3)
    }

    @Test("hostile files end with a problem, or are cut, and nothing of the host is read")
    func hostile() throws {
        let bomb = """
            <!DOCTYPE b [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>
            <testsuite><testcase name="&c;"/></testsuite>
            """
        #expect(problem(bomb, as: .junit) != nil)
        let outside =
            #"<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><testsuite><testcase name="a"><failure>&e;</failure></testcase></testsuite>"#
        #expect(problem(outside, as: .junit) != nil)
        #expect(problem(String(repeating: "<testsuite>", count: 5000), as: .junit) != nil)
        #expect(problem(String(repeating: "[", count: 5000), as: .cucumber) != nil)
    }

    @Test("of a report without end a bounded part is kept, failed tests before others, and the numbers count all")
    func bounds() throws {
        var limits = ReportBuilder.Limits()
        limits.cases = 10
        let passed = (1...20).map { "<testcase classname='c' name='p\($0)'/>" }.joined()
        let failed = (1...15).map { "<testcase classname='c' name='f\($0)'><failure message='m'/></testcase>" }.joined()
        let (report, content) = try Self.read("<testsuite>\(passed)\(failed)</testsuite>", as: .junit, limits: limits)
        #expect(report.tests == TestCounts(passed: 20, failed: 15))
        #expect(report.isCut)
        #expect(content.cases.count == 10)
        #expect(content.cases.allSatisfy { $0.status == .failed })
        limits.text = 300
        let long = String(repeating: "x", count: 100_000)
        let big = try Self.read(
            "<testsuite><testcase name='a'><failure message='\(long)'>\(long)</failure></testcase></testsuite>", as: .junit,
            limits: limits)
        #expect(big.report.tests?.failed == 1)
        #expect(big.content.cases.isEmpty)
        let kept = try Self.read(
            "<testsuite><testcase name='a'><failure message='\(long)'>\(long)</failure></testcase></testsuite>", as: .junit)
        #expect(kept.content.cases[0].message?.utf8.count == (4 << 10) + 3)
        #expect((kept.content.cases[0].output?.utf8.count ?? 0) <= (16 << 10) + 3)
        limits = .init()
        limits.lines = 2
        let lines = (1...5).map { "<line number='\($0)' hits='1'/>" }.joined()
        let coverage = try Self.read(
            "<coverage><class filename='a'><lines>\(lines)</lines></class></coverage>", as: .cobertura, limits: limits)
        #expect(coverage.report.coverage?.lines == 2)
        #expect(coverage.report.isCut)
    }

    @Test("numbers that are none cost nothing")
    func oddNumbers() throws {
        let text =
            "<testsuite><testcase name='a' time='NaN'/><testcase name='b' time='inf'/><testcase name='c' time='-4'/><testcase name='d' time='x'/></testsuite>"
        let (report, content) = try Self.read(text, as: .junit)
        #expect(report.tests?.seconds == 0)
        #expect(content.cases.count == 4)
        _ = try JSONEncoder().encode(content)
        let lines =
            "<coverage><class filename='a'><lines><line number='99999999999999' hits='1'/><line number='x'/></lines></class></coverage>"
        #expect(try Self.read(lines, as: .cobertura).report.coverage == CoverageCounts())
    }

    @Test(
        "shares have one digit, and 100 is all",
        arguments: [(0.0, "0"), (1, "100"), (0.9999, "99.9"), (0.5, "50"), (0.123, "12.3"), (.nan, "0")])
    func shares(rate: Double, text: String) { #expect(PercentText.text(rate) == text) }
}
