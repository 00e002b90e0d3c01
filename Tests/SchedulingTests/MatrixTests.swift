import Expressions
import Plan
import Store
import Testing

@testable import Scheduling

struct MatrixTests {
    private static let matrix = """
        test:
          strategy:
            matrix:
              python: ['3.9', '3.12']
              os: [debian, alpine]
        after:
          needs: test
        """

    @Test("a matrix is expanded into a row for each cell, named as GitHub names them")
    func expansion() throws {
        var trial = try MachineTrial(Self.matrix)
        let cells = ["test (3.9, debian)", "test (3.9, alpine)", "test (3.12, debian)", "test (3.12, alpine)"]
        #expect(trial.names == cells + ["after"])
        #expect(trial.startable == cells)
        #expect(try trial.job("test (3.12, debian)").matrix == ["python": "3.12", "os": "debian"])
        #expect(try trial.job("test (3.12, debian)").cellIndex == 2)
        #expect(try trial.job("after").reason == "needs test")
        for cell in cells { try trial.end(cell, .success) }
        #expect(trial.startable == ["after"])
    }

    @Test(
        "a cell's name shows what tells it from its siblings",
        arguments: [
            ("name: Build", ["Build (1, x)", "Build (2, x)"]), ("name: Build ${{ matrix.a }}", ["Build 1", "Build 2"]),
            ("timeout-minutes: 1", ["t (1, x)", "t (2, x)"]),
        ])
    func names(key: String, names: [String]) throws {
        let trial = try MachineTrial("t:\n  \(key)\n  strategy:\n    matrix:\n      a: [1, 2]\n      o: [{v: x, empty: ''}]")
        #expect(trial.names == names)
    }

    @Test("a matrix may come from the outputs of a job that it needs")
    func dynamicMatrix() throws {
        var trial = try MachineTrial(
            """
            list:
            test:
              needs: list
              strategy:
                matrix: ${{ fromJSON(needs.list.outputs.matrix) }}
            """)
        try trial.end("list", .success, outputs: ["matrix": #"{"m": ["a", "b"], "include": [{"m": "c"}]}"#])
        #expect(trial.names == ["list", "test (a)", "test (b)", "test (c)"])
    }

    @Test("a matrix that can't be expanded fails its job with the reason")
    func brokenMatrix() throws {
        var trial = try MachineTrial(
            "list:\ntest:\n  needs: list\n  strategy:\n    matrix:\n      m: ${{ fromJSON(needs.list.outputs.m) }}")
        try trial.end("list", .success, outputs: ["m": "[]"])
        #expect(trial.summary == ["list: success", "test: failure"])
        #expect(try trial.job("test").reason == "matrix axis \"m\" has no values")
    }

    @Test(
        "a failed cell stops its siblings, unless fail-fast is off",
        arguments: [nil, "true", "false", "${{ fromJSON('false') }}"])
    func failFast(value: String?) throws {
        let key = value.map { "\n    fail-fast: \($0)" } ?? ""
        var trial = try MachineTrial("t:\n  strategy:\(key)\n    max-parallel: 2\n    matrix:\n      n: [1, 2, 3]\nother:")
        trial.startAll()
        try trial.end("t (1)", .failure)
        if value?.contains("false") ?? false {
            #expect(trial.cancellations.isEmpty)
            #expect(trial.startable == ["t (3)"])
        } else {
            #expect(trial.cancellations.map(\.job) == ["t (2)"])
            #expect(trial.summary == ["t (1): failure", "t (2): running", "t (3): cancelled", "other: running"])
            #expect(try trial.job("t (3)").reason == "fail-fast: t (1) failed")
            try trial.end("t (2)", .cancelled)
            try trial.end("other", .success)
            #expect(trial.machine.run.conclusion == .failure)
        }
    }

    @Test("in a plan that fails fast the first failure stops all jobs, a tolerated one none")
    func planThatFailsFast() throws {
        var plan = try MachineTrial.plan("a:\nb:\nc:\n  needs: b")
        plan.failsFast = true
        var trial = MachineTrial(MachineTrial.state(plan))
        trial.startAll()
        try trial.end("a", .failure, continues: true)
        #expect(trial.cancellations.isEmpty)
        trial = MachineTrial(MachineTrial.state(plan))
        trial.startAll()
        try trial.end("a", .failure)
        #expect(trial.cancellations.map(\.job) == ["b"])
        #expect(trial.summary == ["a: failure", "b: running", "c: cancelled"])
    }

    @Test("a tolerated failure of a cell stops nobody")
    func toleratedCell() throws {
        var trial = try MachineTrial("t:\n  strategy:\n    matrix:\n      n: [1, 2]")
        trial.startAll()
        try trial.end("t (1)", .failure, continues: true)
        #expect(trial.cancellations.isEmpty)
    }

    @Test("no more cells run at a time than max-parallel lets")
    func maxParallel() throws {
        var trial = try MachineTrial("t:\n  strategy:\n    max-parallel: 2\n    matrix:\n      n: [1, 2, 3, 4]\nother:")
        #expect(trial.startable == ["t (1)", "t (2)", "other"])
        trial.startAll()
        #expect(trial.startable == [])
        try trial.end("t (2)", .success)
        #expect(trial.startable == ["t (3)"])
    }

    @Test("of the cells' outputs the last one set counts, and the worst result")
    func cellOutputs() throws {
        var trial = try MachineTrial(
            "t:\n  strategy:\n    fail-fast: false\n    matrix:\n      n: [1, 2]\nafter:\n  needs: t\n  if: always()")
        trial.startAll()
        try trial.end("t (2)", .success, outputs: ["n": "2", "only": "second"])
        try trial.end("t (1)", .failure, outputs: ["n": "1"])
        let needs = trial.machine.needs(of: try trial.job("after"))
        #expect(needs["t"] == ["result": "failure", "outputs": ["n": "2", "only": "second"]])
    }
}
