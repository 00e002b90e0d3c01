import Diagnostics
import Plan
import Testing

@testable import Buildspecs

/// What CodeBuild takes and refuses, and where it is said.
struct BuildspecReaderTests {
    static let structure: [MarkedBuildspec] = [
        MarkedBuildspec("the least there is", "version: 0.2\nphases:\n  build:\n    commands:\n      - make\n"),
        MarkedBuildspec("a version as text", "version: '0.1'\nphases: {build: {commands: [make]}}\n"),
        MarkedBuildspec("another version", "version: «unknown-value»0.3\nphases: {build: {commands: [make]}}\n"),
        MarkedBuildspec("no version", "«missing-key»phases: {build: {commands: [make]}}\n"),
        MarkedBuildspec("no phases", "«missing-key»version: 0.2\n"),
        MarkedBuildspec("nothing", "«empty-file»"),
        MarkedBuildspec("a list", "«unexpected-kind»- make\n"),
        .top("a key that nobody knows", "«?unknown-key»docker: {}\n"),
        .top("a key that is nearly one", "«unknown-key»artefacts: {files: [x]}\n"),
        .top("keys without values", "env:\nproxy:\nreports:\ncache:\nartifacts:\n"),
    ]

    static let phases: [MarkedBuildspec] = [
        MarkedBuildspec("a phase that is none", "version: 0.2\nphases:\n  «unknown-phase»deploy: {commands: [make]}\n"),
        MarkedBuildspec("a phase that is nearly one", "version: 0.2\nphases:\n  «unknown-phase»prebuild: {commands: [make]}\n"),
        MarkedBuildspec("commands that are a text", "version: 0.2\nphases:\n  build:\n    commands: «unexpected-kind»make\n"),
        MarkedBuildspec("a phase without commands", "version: 0.2\nphases:\n  «?no-commands»build:\n    commands:\n"),
        MarkedBuildspec("an empty list of commands", "version: 0.2\nphases:\n  build:\n    commands: []\n"),
        MarkedBuildspec(
            "a colon in a command", "version: 0.2\nphases:\n  build:\n    commands:\n      - «unexpected-kind»echo Status: done\n"
        ),
        MarkedBuildspec(
            "an empty command",
            "version: 0.2\nphases:\n  build:\n    commands:\n      - make\n      -«?empty-command»\n      - test\n"),
        MarkedBuildspec(
            "every action on a failure",
            "version: 0.2\nphases:\n"
                + "  install: {on-failure: ABORT, commands: [a]}\n  pre_build: {on-failure: continue, commands: [a]}\n"
                + "  build: {on-failure: RETRY-7, commands: [a]}\n  post_build: {on-failure: 'RETRY-2-.*timed out.*', commands: [a]}\n"
        ),
        MarkedBuildspec(
            "wrong actions on a failure",
            "version: 0.2\nphases:\n"
                + "  install: {on-failure: «unknown-value»STOP, commands: [a]}\n"
                + "  pre_build: {on-failure: «unknown-value»RETRY-101, commands: [a]}\n"
                + "  build: {on-failure: 'RETRY-2-«unknown-value»(', commands: [a]}\n"
                + "  post_build: {on-failure: «unknown-value»RETRY-3-, commands: [a]}\n"),
        MarkedBuildspec(
            "patterns that can't be used, where they can't",
            "version: 0.2\nphases:\n  build: {on-failure: 'RETRY-2-(?P<n>a)«unknown-value»\\p{L}', commands: [a]}\n"
                + "  install: {on-failure: 'RETRY-a[[:alpha:]«unknown-value»[:^digit:]]', commands: [a]}\n"),
        MarkedBuildspec(
            "actions of GitHub in a phase",
            "version: 0.2\nphases:\n  install:\n    «?unsupported»steps: [{uses: a/b@v1}]\n  build:\n    commands: [a]\n"
                + "    «?unsupported»steps: [{run: x}]\n"),
        MarkedBuildspec("no phase at all", "version: 0.2\nphases: «empty-value»{}\n"),
        MarkedBuildspec(
            "runtimes in a phase that has none",
            "version: 0.2\nphases:\n  build:\n    «?unknown-key»runtime-versions: {python: 3.11}\n    commands: [a]\n"),
        MarkedBuildspec(
            "a runtime that is not installed",
            "version: 0.2\nphases:\n  install:\n    runtime-versions:\n      golang: 1.22\n      «?ignored»docker: 20\n"),
    ]

    static let environment: [MarkedBuildspec] = [
        .top("shells", "env: {shell: bash}\n"),
        .top("the plain shell", "env: {shell: /bin/sh}\n"),
        .top("a shell of Windows", "env: {shell: «?unsupported»powershell.exe}\n"),
        .top("another shell", "env: {shell: «unknown-value»zsh}\n"),
        .top(
            "names of variables",
            "env: {variables: {A1: x, «?variable-name»1A: x, «?variable-name»a-b: x, «?reserved-name»CODEBUILD_X: y}}\n"),
        .top("a variable twice", "env:\n  variables: {A: x}\n  parameter-store: {«?duplicate-variable»A: /a}\n"),
        .top("a variable that is a list", "env: {variables: {A: «unexpected-kind»[x]}}\n"),
        .top("exported variables", "env: {exported-variables: [A, «?exported-variable»AWS_REGION, «?exported-variable»'a b']}\n"),
        .top("secrets", "env: {secrets-manager: {A: id, B: 'id:key', C: 'id:key:AWSCURRENT', D: 'id:::v1'}}\n"),
        .top("a secret with two versions", "env: {secrets-manager: {A: «secret-reference»'id:key:AWSCURRENT:v1'}}\n"),
        .top("a secret without an id", "env: {secrets-manager: {A: «secret-reference»':key'}}\n"),
        .top("a parameter without a name", "env: {parameter-store: {«empty-value»A: }}\n"),
        MarkedBuildspec(
            "the names of version 0.1",
            "version: 0.1\nenvironment_variables: {plaintext: {A: x, «?variable-name»1A: x}}\nphases: {build: {commands: [make]}}\n"
                + "artifacts: {type: zip, files: [a]}\n"),
        MarkedBuildspec(
            "a name of version 0.1 that is mistaken",
            "version: 0.1\nenvironment_variables: {«unknown-key»plain_text: {A: x}}\nphases: {build: {commands: [make]}}\n"),
        .top("the names of version 0.1 in 0.2", "«?ignored»environment_variables: {plaintext: {A: x}}\n"),
        .top("the helper for Git", "env: {git-credential-helper: yes}\n"),
        .top("no helper for Git", "env: {git-credential-helper: no}\n"),
    ]

    static let outputs: [MarkedBuildspec] = [
        .top("a report without files", "reports:\n  «missing-key»unit: {file-format: JUNITXML}\n"),
        .top("a format in small letters", "reports: {unit: {files: ['**/*'], file-format: junitXml}}\n"),
        .top("a format that is none", "reports: {unit: {files: [a], file-format: «unknown-value»TAP}}\n"),
        .top("artifacts without files", "«missing-key»artifacts: {name: x}\n"),
        .top(
            "secondary artifacts alone",
            "«?missing-key»artifacts:\n  secondary-artifacts:\n    one: {files: [a]}\n    «missing-key»two: {name: b}\n"),
        .top("a flag that is none", "artifacts: {files: [a], discard-paths: «unexpected-kind»perhaps}\n"),
        .top(
            "nothing to keep",
            "artifacts: {files: «?empty-value»[]}\ncache: {paths: «?empty-value»[]}\nreports: {a: {files: «?empty-value»[]}}\n"),
        .top(
            "no primary artifact",
            "artifacts: {files: [], secondary-artifacts: {a: {files: [x]}, b: {files: «?empty-value»[]}}}\n"),
        .top("a cache without paths", "«missing-key»cache: {key: x}\n"),
        .top("an action that is none", "cache: {paths: [a], action: «unknown-value»keep}\n"),
        .top("fallback keys without a key", "cache: {paths: [a], fallback-keys: [«?ignored»b]}\n"),
        .top("many fallback keys", "cache: {paths: [a], key: k, fallback-keys: [a, b, c, d, e, «too-many-keys»f]}\n"),
    ]

    @Test(
        "mistakes are found where they are",
        arguments: structure + phases + environment + outputs)
    func mistakesAreFoundWhereTheyAre(_ buildspec: MarkedBuildspec) { buildspec.check() }

    @Test("commands are the texts of the file, whatever YAML made of them")
    func commandsAreTexts() throws {
        let text = """
            version: 0.2
            phases:
              build:
                commands:
                  - printf '[{"name":"app","imageUri":"%s"}]' $URI:$TAG > imagedefinitions.json
                  - "echo \\"a: b\\""
                  - TAG=${HASH:=latest}
                  - |
                    if true; then
                      echo yes
                    fi
                  - >-
                    docker build
                    -t app .
                  - true
                  - 0.10
            """
        let document = BuildspecReader.read(text: text, path: "buildspec.yml")
        let commands = try #require(document.buildspec?.phase(.build)?.commands.map(\.value))
        #expect(
            commands == [
                #"printf '[{"name":"app","imageUri":"%s"}]' $URI:$TAG > imagedefinitions.json"#, #"echo "a: b""#,
                "TAG=${HASH:=latest}", "if true; then\n  echo yes\nfi\n", "docker build -t app .", "true", "0.10",
            ])
        #expect(document.buildspec?.phase(.build)?.commands.map(\.range.start.line) == [5, 6, 7, 8, 12, 15, 16])
    }

    @Test("phases run in their order, whatever that of the file")
    func phasesRunInTheirOrder() {
        let text = "version: 0.2\nphases: {post_build: {commands: [d]}, build: {commands: [c]}, install: {commands: [a]}}\n"
        let buildspec = BuildspecReader.read(text: text, path: "buildspec.yml").buildspec
        #expect(buildspec?.phases.map(\.name) == [.install, .build, .postBuild])
    }

    @Test(
        "a reference to a secret is taken apart, that of an ARN as well",
        arguments: [
            ("id", "id", nil, nil, nil), ("team/db:password", "team/db", "password", nil, nil),
            ("id:::v1", "id", nil, nil, "v1"), ("id:key:stage", "id", "key", "stage", nil),
            (
                "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbCdEf:key",
                "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbCdEf", "key", nil, nil
            ),
        ] as [(String, String, String?, String?, String?)])
    func secretReferences(_ text: String, id: String, key: String?, stage: String?, version: String?) throws {
        let reference = try SecretReference(text)
        #expect(reference.id == id)
        #expect(reference.jsonKey == key)
        #expect(reference.versionStage == stage)
        #expect(reference.versionID == version)
    }

    @Test(
        "what a failure asks for",
        arguments: [
            ("RETRY", .retry(.init(count: 3))), ("RETRY-0", .retry(.init(count: 0))),
            ("RETRY-8-invalid+", .retry(.init(count: 8, pattern: "invalid+"))),
            ("Retry-.*Error: no database.*", .retry(.init(count: 3, pattern: ".*Error: no database.*"))),
            ("RETRY-404 not found", .retry(.init(count: 3, pattern: "404 not found"))), ("Continue", .proceed),
        ] as [(String, FailureAction)])
    func failureActions(_ text: String, action: FailureAction) throws {
        #expect(try FailureAction(text) == action)
    }

    @Test(
        "what Go writes in its own way of a pattern is understood",
        arguments: [
            (#"(?P<code>\d+) of (?P<n>x)"#, #"(?<code>\d+) of (?<n>x)"#),
            (#"\Afrom [[:upper:][:digit:]]+\z"#, "^from [A-Z0-9]+$"), (#"\(?P<x"#, #"\(?P<x"#),
            (#"[]a(?P<]x"#, #"[\]a(?P<]x"#), (#"[\][:x]y"#, #"[\][:x]y"#),
        ])
    func patternsOfGo(_ pattern: String, text: String) throws {
        #expect(try RetryPattern(pattern).text == text)
    }

    @Test("a batch that does not run is told, and is a mistake where nothing else would run")
    func aBatchThatDoesNotRun() {
        func remarks(_ text: String, runsBatch: Bool) -> [String] {
            let files = ["b.yml": "version: 0.2\nphases: {build: {commands: [b]}}\n"]
            let document = BuildspecReader.read(text: "version: 0.2\n" + text, path: "b", runsBatch: runsBatch) { files[$0] }
            return document.diagnostics.map { "\($0.line):\($0.column) \($0.severity.rawValue) \($0.rule)" }
        }
        let batch = "batch: {build-list: [{identifier: a, buildspec: b.yml}]}\n"
        #expect(remarks(batch, runsBatch: true) == [])
        #expect(remarks(batch, runsBatch: false) == ["2:1 error no-phases"])
        #expect(remarks("phases: {build: {commands: [a]}}\n" + batch, runsBatch: false) == ["3:1 warning ignored"])
    }

    @Test("a buildspec is told from a workflow by its keys")
    func aBuildspecIsToldFromAWorkflow() {
        #expect(BuildspecReader.isLikely("version: 0.2\nphases: {}\n"))
        #expect(BuildspecReader.isLikely("version: 0.2\nbatch: {}\n"))
        #expect(!BuildspecReader.isLikely("on: push\njobs: {}\n"))
        #expect(!BuildspecReader.isLikely("version: 2\nservices: {}\n"))
        #expect(!BuildspecReader.isLikely(": ["))
    }
}
