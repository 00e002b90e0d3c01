import Execution
import Expressions
import Plan
import Testing

@testable import Diagnoses

/// A host that is not asked: its answers are given.
struct GivenSurroundings: Surroundings {
    var report = SpaceReport()
    var publishing: [Int: [String]] = [:]
    var states: [String: String] = [:]
    var answers: [String: FileSearchAnswer] = [:]
    var memory: Int64? = 4_000_000_000
    var mayUseEngine = true
    var hasOwnLocalhost = false

    func space() -> SpaceReport { report }
    func containers(publishing port: Int) -> [String] { publishing[port] ?? [] }
    func container(named name: String) -> String? { states[name] }
    func find(_ path: String) -> FileSearchAnswer { answers[path] ?? FileSearchAnswer() }
}

/// A step's part of a log, as it is written.
enum SampleLog {
    private static let time = "2026-11-21T17:00:00.0000000Z "

    static func bytes(_ text: String) -> [UInt8] {
        text.split(separator: "\n", omittingEmptySubsequences: false).flatMap { Array("\(time)\($0)\n".utf8) }
    }

    static func failure(_ text: String, exitCode: Int32? = 1) -> StepFailure {
        StepFailure(
            step: 3, exitCode: exitCode, log: LogExcerpt(parts: [.init(offset: 0, bytes: bytes(text))]),
            assignment: JobAssignment(
                runID: 1, jobID: 1, jobName: "build", job: JobPlan(key: "build"),
                contexts: .init(github: ExpressionObject()), folder: JobFolder(path: "/nowhere"),
                eventFile: "/nowhere/event.json",
                workspace: "/nowhere/workspace", toolsFolder: "/nowhere/tools",
                source: .init(mirror: "", commit: "", ref: "", originURL: ""), confinement: .init(kind: .none)))
    }
}

@Suite struct KnownFailuresTests {
    private func diagnoses(
        of log: String, exitCode: Int32? = 1, in surroundings: GivenSurroundings = GivenSurroundings()
    ) -> [Diagnosis] {
        KnownFailures(rules: FailureRule.all) { _ in surroundings }.diagnoses(of: SampleLog.failure(log, exitCode: exitCode))
    }

    @Test("every rule knows the logs that it was written for, names what they are about, and points at a line of them")
    func everyExample() {
        for rule in FailureRule.all {
            #expect(!rule.examples.isEmpty)
            for example in rule.examples {
                let found = diagnoses(of: example.log, exitCode: example.exitCode)
                #expect(found.first?.rule == rule.name, "\(rule.name): \(found.map(\.rule)) of \(example.log)")
                #expect(
                    found.first?.explanation.contains(example.says) == true,
                    "\(rule.name): \(found.first?.explanation ?? "nothing")")
                #expect(found.first?.remedies.isEmpty == false)
                if let evidence = found.first?.evidence { #expect(example.log.contains(evidence.text)) }
            }
        }
    }

    @Test("names of rules are kebab case, and none is given twice")
    func names() {
        let names = FailureRule.all.map(\.name)
        #expect(Set(names).count == names.count)
        for name in names { #expect(name.allSatisfy { $0.isLowercase || $0 == "-" || $0.isNumber }, "\(name)") }
        let hidden = FailureRule.all.flatMap(\.hides)
        #expect(hidden.allSatisfy(names.contains))
    }

    @Test(
        "what only sounds like a failure has no name",
        arguments: [
            "4 passed, 1 failed in 0.31s\nE   AssertionError: assert 3 == 4",
            "make: *** [Makefile:3: all] Error 2", "ls: cannot access 'dist': No such file or directory",
            "test_space.py::test_no_space_message FAILED", "Killed the old server\nassertion failed",
            "Downloading model.pkl\ndone\nError: accuracy 0.71 is below 0.9", "",
            "curl: (22) The requested URL returned error: 404",
            "curl: (28) Operation timed out after 5001 milliseconds with 0 bytes received",
            "test_retry.py::test_connection_refused FAILED\nE   assert 'x: Connection refused' == 'y'",
            "WARN deprecated package\nTypeError: undefined is not a function",
            "    \"OOMKilled\": false,\nexit", "test_raises_memoryerror FAILED\nE  assert 1 == 2", "OOMKilled=false",
            "Circuit breaker is OPEN for payments\nE   assert None",
            "with pytest.raises(MemoryError):\nE   Failed: DID NOT RAISE",
            "app  Exited (exit code: 137) 2 days ago\nfalse",
            "cuda.py:128: UserWarning: CUDA initialization: Found no NVIDIA driver on your system.\ntraining on cpu\nexit",
            """
            Error response from daemon: manifest for app:cache not found: manifest unknown
            building without a cache
            Traceback (most recent call last):
              File "check.py", line 3, in <module>
                assert accuracy >= 0.9
            AssertionError
            """,
            "curl: (7) Failed to connect to localhost port 8000: Connection refused\nready\n"
                + (1...45).map { "epoch \($0)\n" }.joined() + "accuracy 0.5 is too low",
        ])
    func noFalseAlarms(log: String) { #expect(diagnoses(of: log) == []) }

    @Test("what was said last comes first: a script goes on after failures that it tolerates")
    func nearness() {
        let tolerated = """
            manifest for app:cache not found: manifest unknown: manifest unknown
            An error occurred (RepositoryNotFoundException) when calling the DescribeRepositories operation: The repository with name \
            'app' does not exist in the registry with id '123456789012'
            created
            """ + (1...25).map { "\nstep \($0)" }.joined()
        let found = diagnoses(of: tolerated + "\nOSError: [Errno 28] No space left on device")
        #expect(found.first?.rule == "no-space")
        // The complaint that follows from a failure is not the failure.
        let complaint = "python: can't open file 'train.py': [Errno 2] No such file"
        let followed = "write /layer: no space left on device\nnpm ERR! a\n\(complaint)"
        #expect(diagnoses(of: followed).first?.rule == "no-space")
    }

    @Test("an exception that says no more than that a command failed leaves the word to the command")
    func failedCommands() {
        let log = """
            no basic auth credentials
            Traceback (most recent call last):
              File "build.py", line 3, in <module>
                subprocess.run(["docker", "push", image], check=True)
            subprocess.CalledProcessError: Command '['docker', 'push', 'app']' returned non-zero exit status 1.
            """
        #expect(diagnoses(of: log).map(\.rule) == ["no-registry-credentials"])
        let chained = """
            Traceback (most recent call last):
              File "a.py", line 3, in <module>
            OSError: [Errno 28] No space left on device

            During handling of the above exception, another exception occurred:

            Traceback (most recent call last):
              File "a.py", line 5, in <module>
            RuntimeError: can't save the model
            """
        #expect(diagnoses(of: chained).first?.rule == "no-space")
    }

    @Test("what the script itself says is not what happened")
    func scripts() {
        let log = """
            ##[group]Run docker push "$IMAGE" || grep "no basic auth credentials" out
            \u{1b}[36;1mdocker push "$IMAGE" || grep "no basic auth credentials" out\u{1b}[0m
            shell: /usr/bin/bash -e {0}
            ##[endgroup]
            something else went wrong
            """
        #expect(diagnoses(of: log) == [])
        #expect(diagnoses(of: "\u{1b}[36;1mgrep 'no basic auth credentials' out\u{1b}[0m\nnothing found") == [])
        #expect(diagnoses(of: log + "\nno basic auth credentials").map(\.rule) == ["no-registry-credentials"])
    }

    @Test("the evidence's offset leads to the line, colours and marks taken off its text")
    func evidence() throws {
        let lines = ["first", "\u{1b}[31m##[error]write /data: no space left on device\u{1b}[0m", "last"]
        let found = try #require(diagnoses(of: lines.joined(separator: "\n")).first?.evidence)
        #expect(found.offset == Int64(29 + 5 + 1))
        #expect(found.text == "##[error]write /data: no space left on device")
        #expect(diagnoses(of: "##[error]no space left on device").first?.evidence?.text == "no space left on device")
    }

    @Test("a log is looked at from its first bytes and its last ones on, whatever lies between")
    func parts() throws {
        let head = LogExcerpt.Part(offset: 0, bytes: SampleLog.bytes("begin"))
        let tail = LogExcerpt.Part(offset: 5_000_000, bytes: Array("cut off\n".utf8) + SampleLog.bytes("toomanyrequests: later"))
        var failure = SampleLog.failure("")
        failure.log = LogExcerpt(parts: [head, tail])
        let found = KnownFailures(rules: FailureRule.all) { _ in GivenSurroundings() }.diagnoses(of: failure)
        #expect(found.map(\.rule) == ["pull-limit"])
        #expect(found.first?.evidence?.offset == 5_000_008)
    }

    @Test("a full disk comes with what takes the space, and with what pruning would free")
    func space() throws {
        var host = GivenSurroundings()
        host.report.disks = [.init(folder: "/var/lib/slipway", size: 8_000_000_000, free: 12_000_000, hasInodes: true)]
        host.report.engine = [
            .init(kind: "images", size: 6_100_000_000, reclaimable: 4_000_000_000, command: "docker image prune --all --force"),
            .init(
                kind: "build caches", size: 900_000_000, reclaimable: 900_000_000, command: "docker builder prune --all --force"),
        ]
        let found = try #require(diagnoses(of: "write error: No space left on device", in: host).first)
        #expect(
            found.findings == [
                "The disk of /var/lib/slipway has 12 MB free of 8 GB.",
                "Docker: images take 6.1 GB, of which \"docker image prune --all --force\" would free 4 GB.",
                "Docker: build caches take 900 MB, of which \"docker builder prune --all --force\" would free 900 MB.",
            ])
        #expect(found.remedies.first == "Remove what Docker no longer uses: docker image prune --all --force")
    }

    @Test("a file that an ignore file hides is told with the file's line")
    func hiddenFiles() throws {
        var host = GivenSurroundings()
        let line = IgnoreLine(file: ".dockerignore", line: 3, pattern: "*.pkl")
        host.answers["model.pkl"] = FileSearchAnswer(paths: ["model.pkl"], dockerRule: line)
        let log = #"ERROR: failed to compute cache key: failed to calculate checksum of ref 1: "/model.pkl": not found"#
        #expect(
            try #require(diagnoses(of: log, in: host).first).explanation.contains(#"line 3 of .dockerignore ("*.pkl") hides it"#))
        host.answers["model.pkl"] = FileSearchAnswer(gitRule: IgnoreLine(file: ".gitignore", line: 7, pattern: "*.pkl"))
        let found = try #require(diagnoses(of: log, in: host).first)
        #expect(found.explanation.contains("line 7 of .gitignore"))
        #expect(found.remedies.first == "Add it all the same: git add --force model.pkl")
    }

    @Test("who holds a port is named")
    func ports() throws {
        var host = GivenSurroundings()
        host.publishing[8000] = ["mltest"]
        let found = try #require(
            diagnoses(of: "Bind for 0.0.0.0:8000 failed: port is already allocated", exitCode: 125, in: host).first)
        #expect(found.findings == ["The container mltest publishes it."])
        #expect(found.remedies.first?.contains("docker rm --force mltest") == true)
    }

    @Test(
        "the port of the host is read, never the container's, nor a number that is none",
        arguments: [
            ("failed to bind host port for 0.0.0.0:8000:172.17.0.2:80/tcp: address already in use", 8000),
            ("failed to bind host port for [::]:8000:[fd00::2]:80/tcp: address already in use", 8000),
            ("failed to bind host port 8003 for 0.0.0.0:8000-8005:172.17.0.2:80/tcp: address already in use", 8003),
            ("failed to bind host port 0.0.0.0:8000/tcp: address already in use", 8000),
            ("failed to bind host port [::1]:8000/tcp: address already in use", 8000),
            ("Bind for 127.0.0.1:8000 failed: port is already allocated", 8000),
            ("Bind for :::8000 failed: port is already allocated", 8000),
            ("listen tcp :8000: bind: address already in use", 8000),
            ("listen tcp4 0.0.0.0:8000: bind: address already in use", 8000),
            ("listen tcp [::]:8000: bind: address already in use", 8000),
            ("2026/11/21 17:00:42 listen tcp 127.0.0.1:9090: bind: address already in use", 9090),
            ("ports are not available: exposing port TCP 0.0.0.0:5432 -> 0.0.0.0:0: listen tcp 0.0.0.0:5432: bind", 5432),
            ("nginx: [emerg] bind() to 0.0.0.0:80 failed (98: Address already in use)", 80),
            ("nginx: [emerg] bind() to [::]:80 failed (98: Address already in use)", 80),
            ("[ERROR] Connection in use: ('0.0.0.0', 8000)", 8000),
            ("Error: listen EADDRINUSE: address already in use 127.0.0.1:3000", 3000),
            ("Error: listen EADDRINUSE: address already in use ::1:3000", 3000),
            ("Address already in use - bind(2) for \"0.0.0.0\" port 3000 (Errno::EADDRINUSE)", 3000),
            ("Web server failed to start. Port 8080 was already in use.", 8080),
            ("17:00:42 [main] ERROR java.net.BindException: Address already in use", nil),
            ("server.py:42: OSError: [Errno 98] Address already in use", nil),
            ("Address already in use (os error 98)", nil),
        ] as [(String, Int?)])
    func hostPorts(line: String, port: Int?) { #expect(FailureRule.port(in: line) == port) }

    @Test("the container to remove is the one that publishes the port of the host, not who publishes the container's")
    func portOfDocker28() throws {
        var host = GivenSurroundings()
        host.publishing = [80: ["proxy"], 8000: ["mltest"]]
        let log = "failed to bind host port for 0.0.0.0:8000:172.17.0.2:80/tcp: address already in use"
        let found = try #require(diagnoses(of: log, exitCode: 125, in: host).first)
        #expect(found.findings == ["The container mltest publishes it."])
        #expect(!found.remedies.contains { $0.contains("proxy") })
    }

    @Test(
        "a call that nobody answered is read with its host and port",
        arguments: [
            ("curl: (7) Failed to connect to 127.0.0.1 port 8000: Connection refused", .refused, "127.0.0.1", 8000),
            ("curl: (7) Failed to connect to app.internal port 80 after 3 ms: No route to host", .timedOut, "app.internal", 80),
            ("curl: (28) Failed to connect to 10.0.0.1 port 443 after 5001 ms: Timeout was reached", .timedOut, "10.0.0.1", 443),
            ("curl: (28) Connection timeout after 5001 ms", .timedOut, nil, nil),
            ("Connecting to web:8000... failed: Connection refused.", .refused, "web", 8000),
            (
                "HTTPSConnectionPool(host='10.0.0.1', port=443): Max retries (Caused by ConnectTimeoutError(<x>, 'Connection to "
                    + "10.0.0.1 timed out. (connect timeout=5)'))", .timedOut, "10.0.0.1", 443
            ),
            ("Error: connect ECONNREFUSED ::1:3000", .refused, "::1", 3000),
            ("Error: connect ETIMEDOUT 203.0.113.9:443", .timedOut, "203.0.113.9", 443),
        ] as [(String, UnansweredCall.End, String?, Int?)])
    func unansweredCalls(line: String, end: UnansweredCall.End, host: String?, port: Int?) throws {
        let call = try #require(UnansweredCall(line))
        #expect(call.end == end && call.host.map(String.init) == host && call.port == port)
    }

    @Test("a service that is not reached: the security group where it does not answer, who publishes the port where it is here")
    func unreachableServices() throws {
        var host = GivenSurroundings()
        host.publishing[8000] = ["mltest"]
        let here = "curl: (7) Failed to connect to localhost port 8000 after 0 ms: Couldn't connect to server"
        let found = try #require(diagnoses(of: here, exitCode: 7, in: host).first)
        #expect(found.findings == ["The container mltest publishes port 8000."])
        host.hasOwnLocalhost = true
        let apart = try #require(diagnoses(of: here, exitCode: 7, in: host).first)
        #expect(apart.findings == ["The step has a network of its own: its localhost is not this host's."])
        #expect(apart.remedies.first?.contains("sandbox_options.network") == true)
        let there = "curl: (28) Failed to connect to 203.0.113.9 port 8080 after 134316 ms: Could not connect to server"
        let dropped = try #require(diagnoses(of: there, exitCode: 28, in: host).first)
        #expect(dropped.remedies.first?.contains("security group admit port 8080") == true)
    }

    @Test("a health check whose output goes over lines is told once, with the port that it asked")
    func healthOutput() throws {
        let log = """
            ##[error]can't replace the container app: its health check fails:   % Total    % Received % Xferd
            curl: (7) Failed to connect to localhost port 80 after 0 ms: Couldn't connect to server
            ; the former container 0cc175b9c0f1 runs again
            """
        let found = diagnoses(of: log)
        #expect(found.map(\.rule) == ["container-unhealthy"])
        #expect(found.first?.explanation.contains("nothing listens at port 80 in it") == true)
    }

    @Test("steps without a socket are told the setting, others how to start the engine")
    func sockets() throws {
        let log = "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?"
        var host = GivenSurroundings()
        #expect(try #require(diagnoses(of: log, in: host).first).remedies.first?.contains("systemctl start docker") == true)
        host.mayUseEngine = false
        #expect(try #require(diagnoses(of: log, in: host).first).remedies.first?.contains("docker: socket") == true)
    }

    @Test("at most three are told, the most certain first")
    func ranking() {
        let log = FailureRule.all.flatMap(\.examples).map(\.log).joined(separator: "\n")
        let found = diagnoses(of: log)
        #expect(found.count == 3)
        let certainties = found.compactMap { found in FailureRule.all.first { $0.name == found.rule }?.certainty }
        #expect(certainties == [.exact, .exact, .exact])
    }

    @Test("lines of any length, and a log without an end, cost no more than their bytes")
    func hostileLogs() {
        let long = String(repeating: "connect: ", count: 30_000) + "no space left"
        #expect(diagnoses(of: long) == [])
        #expect(diagnoses(of: String(repeating: "\u{1b}[", count: 60_000)) == [])
        #expect(diagnoses(of: String(repeating: "No such file or directory: '", count: 9_000)) == [])
    }
}
