import Diagnostics
import Settings
import Testing

@Suite struct RunnerSettingsTests {
    private func remarks(_ text: String) -> [String] {
        RunnerSettings.parse(text).diagnostics.map { "\($0.line):\($0.column) \($0.rule)" }
    }

    private func repositories(_ lines: String...) -> String {
        "repositories:\n" + lines.joined(separator: "\n") + "\n"
    }

    @Test("an empty file gives the defaults", arguments: ["", "# nothing\n", "web:\nrepositories:\n", "{}", "limits: {}\n"])
    func defaults(text: String) throws {
        let loaded = RunnerSettings.parse(text)
        let settings = try #require(loaded.settings)
        #expect(loaded.diagnostics.isEmpty)
        #expect(settings.state == "/var/lib/slipway")
        #expect(settings.socket == "/run/slipway/slipway.sock")
        #expect(settings.web.listen == ListenAddress(host: "127.0.0.1", port: 8080))
        #expect(settings.web.url == "http://127.0.0.1:8080")
        #expect(settings.capacity >= 1)
        #expect(settings.sandbox == .bubblewrap)
        #expect(settings.secrets.keyFile == "/var/lib/slipway/secret.key")
        #expect(settings.limits.jobTimeout == .seconds(360 * 60))
        #expect(settings.retention.runs == nil)
        #expect(settings.retention.age == .seconds(90 * 86_400))
        #expect(settings.repositories.isEmpty)
    }

    @Test("a repository needs a name and an address only")
    func smallestRepository() throws {
        let loaded = RunnerSettings.parse(repositories("  - name: demo", "    url: /srv/demo.git"))
        let repository = try #require(loaded.settings?.repository(named: "demo"))
        #expect(repository.url == "/srv/demo.git")
        #expect(repository.poll == .seconds(60))
        #expect(repository.branches == ["**"])
        #expect(repository.tags == ["**"])
        #expect(repository.webhookSecret == nil)
        #expect(repository.commits == .each)
        #expect(repository.pullRequests == .sameRepository)
        #expect(repository.sandbox == .bubblewrap)
        #expect(repository.credentials == CredentialSettings())
    }

    @Test(
        "a wrong setting is reported at its place",
        arguments: [
            ("capacty: 2\n", ["1:1 unknown-key"]),
            ("web:\n  port: 80\n", ["2:3 unknown-key"]),
            ("capacity: 0\n", ["1:11 out-of-range"]),
            ("capacity: many\n", ["1:11 unexpected-kind"]),
            ("web: 127.0.0.1:8080\n", ["1:6 unexpected-kind"]),
            ("web:\n  listen: 8080\n", ["2:11 invalid-address"]),
            ("web:\n  listen: 127.0.0.1:99999\n", ["2:11 invalid-address"]),
            ("web:\n  listen: 0.0.0.0:8080\n  url: https://ci.example.org\n", []),
            ("web:\n  anonymous_role: admin\n", ["2:19 unknown-value"]),
            ("web:\n  allow_unauthenticated: true\n", ["2:26 replaced-key"]),
            ("web:\n  trusted_proxies: [10.0.0.1, proxy]\n", ["2:31 invalid-address"]),
            ("web:\n  session_idle: 10s\n", ["2:17 out-of-range"]),
            ("web:\n  listen: '[::1]:8080'\n", []),
            ("web:\n  url: ci.example.org\n", ["2:8 invalid-url"]),
            ("web:\n  allowed_hosts: ['a b', ci.example.org]\n", ["2:19 invalid-host"]),
            ("web:\n  body_limit: 25\n", ["2:15 invalid-size"]),
            ("sandbox: docker\n", ["1:10 unknown-value"]),
            ("sandbox_options:\n  read_only: [models]\n  home: x\n", ["2:15 invalid-path", "3:9 invalid-path"]),
            ("sandbox_options:\n  network: 'no'\n", ["2:12 unexpected-kind"]),
            ("limits:\n  job_timeout: 90\n", ["2:16 invalid-duration"]),
            ("limits:\n  job_timeout: 0s\n", ["2:16 out-of-range"]),
            ("limits:\n  step_log: 10 bananas\n", ["2:13 invalid-size"]),
            ("retention:\n  days: 0\n  runs: none\n", ["2:9 out-of-range", "3:9 unexpected-kind"]),
            ("retention:\n  days: off\n  runs: 5\n", []),
            ("schedules:\n  timezone: ../etc/passwd\n", ["2:13 invalid-timezone"]),
            (
                "environment:\n  1A: x\n  GITHUB_TOKEN: y\n  LIST: [1]\n",
                ["2:3 invalid-name", "3:3 reserved-name", "4:9 unexpected-kind"]
            ),
            ("log:\n  level: loud\n", ["2:10 unknown-value"]),
            ("state: ~/slipway\n", ["1:8 invalid-path"]),
            ("socket: /\(String(repeating: "x", count: 107))\n", ["1:9 invalid-path"]),
            ("capacity: 1\ncapacity: 2\n", ["2:1 duplicate-key"]),
            ("- name: demo\n", ["1:1 unexpected-kind"]),
            ("a: 'x\n", ["1:4 yaml-syntax"]),
        ])
    func wrongSetting(text: String, expected: [String]) {
        #expect(remarks(text) == expected)
        #expect((RunnerSettings.parse(text).settings == nil) == !expected.isEmpty)
    }

    @Test(
        "a wrong repository is reported at its place",
        arguments: [
            ("  - url: /srv/a.git", ["2:5 missing-key"]),
            ("  - name: a", ["2:5 missing-key"]),
            ("  - demo", ["2:5 unexpected-kind"]),
            ("  -", ["2:4 unexpected-kind"]),
            ("  - {name: a, url: /a, pol: 3s}", ["2:24 unknown-key"]),
            ("  - {name: a/b/c, url: /a}", ["2:12 invalid-name"]),
            ("  - {name: 'a b', url: /a}", ["2:12 invalid-name"]),
            ("  - {name: ../a, url: /a}", ["2:12 invalid-name"]),
            ("  - {name: a.git, url: /a}", ["2:12 invalid-name"]),
            ("  - {name: owner/a.b_c-d, url: /a}", []),
            ("  - {name: a, url: 'https://user:pass@example.org/a'}", ["2:20 invalid-url"]),
            ("  - {name: a, url: 'ftp://example.org/a'}", ["2:20 invalid-url"]),
            ("  - {name: a, url: 'https:///a'}", ["2:20 invalid-url"]),
            ("  - {name: a, url: '--upload-pack=x'}", ["2:20 invalid-url"]),
            ("  - {name: a, url: '-x@host:a'}", ["2:20 invalid-url"]),
            ("  - {name: a, url: '~/a'}", ["2:20 invalid-url"]),
            ("  - {name: a, url: 'git@host:a'}", []),
            ("  - {name: a, url: 'git@[host:2222]:a'}", []),
            ("  - {name: a, url: 'git@[::1]:a'}", []),
            ("  - {name: a, url: 'git@[host]:a'}", []),
            ("  - {name: a, url: 'git@[host:0]:a'}", ["2:20 invalid-url"]),
            ("  - {name: a, url: 'git@[host:x]:a'}", ["2:20 invalid-url"]),
            ("  - {name: a, url: 'git@host:'}", ["2:20 invalid-url"]),
            ("  - {name: a, url: 'git@[]:a'}", ["2:20 invalid-url"]),
            ("  - {name: a, url: /a, poll: 30}", ["2:30 invalid-duration"]),
            ("  - {name: a, url: /a, poll: 1ms}", ["2:30 out-of-range"]),
            ("  - {name: a, url: /a, poll: off}", []),
            ("  - {name: a, url: /a, branches: [main, '']}", ["2:41 invalid-pattern"]),
            ("  - {name: a, url: /a, branches: main, tags: []}", []),
            ("  - {name: a, url: /a, commits: all}", ["2:33 unknown-value"]),
            ("  - {name: a, url: /a, pull_requests: false}", ["2:39 unknown-value"]),
            ("  - {name: a, url: /a, webhook_secret: ''}", ["2:40 unusable-secret"]),
            ("  - {name: a, url: /a, webhook_secret: 'env:A B'}", ["2:40 unusable-secret"]),
            ("  - {name: a, url: 'https://h/a', credentials: {token: ghp_x}}", ["2:56 literal-secret"]),
            ("  - {name: a, url: 'https://h/a', credentials: {ssh_key: k}}", ["2:58 unused-credential"]),
            ("  - {name: a, url: 'http://h/a', credentials: {token: 'env:T'}}", ["2:55 open-transport"]),
            (
                "  - {name: a, url: 'https://h/a', forge: {repository: a, server_url: h}}",
                ["2:55 invalid-name", "2:70 invalid-url"]
            ),
        ])
    func wrongRepository(line: String, expected: [String]) {
        #expect(remarks(repositories(line)) == expected)
    }

    @Test("two repositories cannot have one name, and the message names the first")
    func duplicateNames() {
        let loaded = RunnerSettings.parse(
            repositories("  - {name: a, url: /a}", "  - {name: A, url: /b}", "  - {name: a, url: /c}"))
        #expect(loaded.settings == nil)
        #expect(loaded.diagnostics.map(\.message) == ["the name \"a\" is already in line 2"])
        #expect(loaded.diagnostics.map(\.line) == [4])
    }

    @Test("all mistakes are reported at once, in the order of the file")
    func allAtOnce() {
        let text = "capacity: 0\nrepositories:\n  - url: /a\n    poll: soon\nsandbox: jail\nlog:\n  levle: info\n"
        #expect(remarks(text).map { $0.split(separator: ":")[0] } == ["1", "3", "4", "5", "7"])
    }

    @Test("a message says what was expected and what was meant")
    func messages() {
        let messages = RunnerSettings.parse("web:\n  lisen: x\nlimits:\n  job_timeout: 90\n").diagnostics.map(\.message)
        #expect(
            messages == [
                "unknown key \"lisen\" in web; did you mean \"listen\"? See \"web.listen\" in runner.conf.example",
                "expected a duration such as 30s, 5m or 1h30m, found \"90\"; add a unit: 90s",
            ])
    }

    @Test("relative paths start from the folder of the file")
    func relativePaths() throws {
        let text = """
            state: data
            socket: ./run/../slipway.sock
            secrets: {key_file: ../keys/secret.key}
            repositories:
              - {name: a, url: ../git/a.git, webhook_secret: "file:hook"}
            """
        let settings = try #require(RunnerSettings.parse(text, path: "/etc/slipway/runner.conf").settings)
        #expect(settings.state == "/etc/slipway/data")
        #expect(settings.socket == "/etc/slipway/slipway.sock")
        #expect(settings.secrets.keyFile == "/etc/keys/secret.key")
        #expect(settings.repositories.first?.url == "/etc/git/a.git")
        #expect(settings.repositories.first?.webhookSecret == .file("/etc/slipway/hook"))
    }

    @Test("SLIPWAY_STATE replaces the state folder, and what is in it by default")
    func stateFromEnvironment() throws {
        let loaded = RunnerSettings.parse("state: /a\n", environment: ["SLIPWAY_STATE": "/b"])
        #expect(loaded.settings?.state == "/b")
        #expect(loaded.settings?.secrets.keyFile == "/b/secret.key")
    }

    @Test("the command line names the file, else SLIPWAY_CONFIG, else the default")
    func pathOfTheFile() {
        let environment = ["SLIPWAY_CONFIG": "/x.conf"]
        #expect(RunnerSettings.path(argument: "/y.conf", environment: environment) == "/y.conf")
        #expect(RunnerSettings.path(argument: nil, environment: environment) == "/x.conf")
        #expect(RunnerSettings.path(argument: nil, environment: [:]) == "/etc/slipway/runner.conf")
    }

    @Test("a repository's sandbox options are added to the general ones")
    func sandboxOptions() throws {
        let text = """
            sandbox_options: {read_only: [/opt/a], network: true, home: /srv/home}
            repositories:
              - {name: a, url: /a, sandbox: none, sandbox_options: {read_only: [/opt/b], network: false}}
              - {name: b, url: /b}
            """
        let settings = try #require(RunnerSettings.parse(text).settings)
        let first = try #require(settings.repository(named: "a"))
        #expect(first.sandbox == .none)
        #expect(first.sandboxOptions.readOnly == ["/opt/a", "/opt/b"])
        #expect(!first.sandboxOptions.network)
        #expect(first.sandboxOptions.home == .folder("/srv/home"))
        #expect(settings.repository(named: "b")?.sandboxOptions == settings.sandboxOptions)
    }

    @Test("the page answers for loopback names, its own address, its public name and the allowed hosts")
    func acceptedHosts() throws {
        let text = "web: {listen: '127.0.0.5:80', url: 'https://CI.example.org:8443/x/', allowed_hosts: [ci.internal]}\n"
        let web = try #require(RunnerSettings.parse(text).settings?.web)
        #expect(web.acceptedHosts == ["localhost", "127.0.0.1", "[::1]", "127.0.0.5", "ci.example.org", "ci.internal"])
        #expect(web.url == "https://CI.example.org:8443/x")
    }

    @Test("a page without a public address is at the port that it listens on")
    func boundPort() throws {
        let web = try #require(RunnerSettings.parse("web: {listen: 'localhost:0'}\n").settings?.web)
        #expect(web.url(listeningOn: 4711) == "http://localhost:4711")
        let proxied = try #require(RunnerSettings.parse("web: {url: 'https://ci.example.org'}\n").settings?.web)
        #expect(proxied.url(listeningOn: 4711) == "https://ci.example.org")
    }

    @Test("settings that are read twice are equal, so that a reload sees what changed")
    func equality() throws {
        let text = repositories("  - {name: a, url: /a, webhook_secret: x}")
        let first = try #require(RunnerSettings.parse(text).settings)
        let second = try #require(RunnerSettings.parse(text).settings)
        #expect(first == second)
        let third = try #require(RunnerSettings.parse("state: /x\ncapacity: 1000\n" + text).settings)
        #expect(third.keysNeedingRestart(changedFrom: first) == ["state", "secrets.key_file"])
    }

    @Test(
        "what leaves a door open is warned of, and no mistake",
        arguments: [
            ("web:\n  listen: 0.0.0.0:8080\n", ["2:11 plain-address"]),
            ("web:\n  listen: '[::]:8080'\n  anonymous_role: viewer\n", ["2:11 plain-address"]),
            ("web:\n  listen: 0.0.0.0:8080\n  anonymous_role: operator\n", ["2:11 open-address"]),
            ("web:\n  allow_unauthenticated: false\n", ["2:26 replaced-key"]),
        ] as [(String, [String])])
    func openDoors(text: String, expected: [String]) {
        let result = RunnerSettings.parse(text)
        #expect(result.settings != nil)
        #expect(remarks(text) == expected)
        #expect(result.diagnostics.allSatisfy { $0.severity == .warning })
    }
}
