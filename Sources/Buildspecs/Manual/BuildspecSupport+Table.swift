extension BuildspecSupport {
    /// Every key of the language in the order of CodeBuild's manual.
    public static let table: [Entry] = top + environment + proxy + batch + phases + outputs

    private static let top: [Entry] = [
        supported(
            "version", "0.1: each command in a shell of its own; 0.2: one shell, whose state lasts over commands and phases"),
        supported("run-as", runAsNote),
        supported("env"), supported("environment_variables", "version 0.1's name of `env`"), supported("proxy"),
        supported("batch"), supported("phases"), supported("reports"),
        supported("artifacts"), supported("cache"),
    ]

    private static let runAsNote =
        "in a container that runs as root, or where it names the user that the job has; the sandbox of this host has no other"

    private static let secretsNote =
        "read when the build starts, unless a variable that goes before those of the file has the name; hidden in the log"

    private static let environment: [Entry] = [
        supported(
            "env.shell", "`bash`, which is also what a file gets that names none, or `/bin/sh`; those of Windows are refused"),
        supported(
            "env.variables",
            "the project's variables and secrets, those of a batch's task, and those given at the start go before them, each before"
                + " the ones named earlier"),
        supported("env.parameter-store", secretsNote),
        supported("env.secrets-manager", "`id:json-key:version-stage:version-id`; \(secretsNote)"),
        supported("env.exported-variables", "the outputs of the job; never one that begins with `AWS_` or may hold a secret"),
        supported(
            "env.git-credential-helper",
            "`yes`: git finds a credential for CodeCommit, made of the build's AWS credentials, and for the host of the"
                + " repository, where `git_credential` of the build's settings names a stored secret with a token; git 2.31 or"
                + " newer"
        ),
        supported("environment_variables.plaintext", "version 0.1's name of `env.variables`"),
    ]

    private static let proxy: [Entry] = [
        ignored("proxy.upload-artifacts", "artifacts stay on this host"),
        ignored("proxy.logs", "logs stay on this host"),
    ]

    // MARK: Batches

    private static let batch: [Entry] =
        [
            supported("batch.fast-fail", "`true` stops the other builds with the first one that fails"),
            supported("batch.build-graph"), supported("batch.build-list"), supported("batch.build-matrix"),
            supported("batch.build-fanout"),
        ]
        + task("batch.build-graph", ["identifier", "buildspec", "debug-session", "depend-on", "env", "ignore-failure"])
        + task("batch.build-list", ["identifier", "buildspec", "debug-session", "env", "ignore-failure"])
        + [
            supported("batch.build-matrix.static"), supported("batch.build-matrix.dynamic"),
            supported("batch.build-matrix.static.ignore-failure"), supported("batch.build-matrix.static.env"),
        ] + environment(of: "batch.build-matrix.static")
        + [
            supported("batch.build-matrix.dynamic.buildspec"), supported("batch.build-matrix.dynamic.env"),
        ] + environment(of: "batch.build-matrix.dynamic", ["compute-type", "image", "variables"])
        + [
            supported(
                "batch.build-fanout.parallelism", "`codebuild-tests-run` gives each build its share of the files, see below"),
            supported("batch.build-fanout.ignore-failure"),
        ]

    private static func task(_ path: String, _ keys: [String]) -> [Entry] {
        keys.map { key in
            key == "debug-session" ? ignored("\(path).\(key)", "there are no debug sessions") : supported("\(path).\(key)")
        } + environment(of: path)
    }

    private static func environment(
        of path: String, _ keys: [String] = ["compute-type", "fleet", "image", "privileged-mode", "type", "variables"]
    ) -> [Entry] {
        keys.map { key in
            let path = "\(path).env.\(key)"
            return switch key {
            case "compute-type": ignored(path, "every build has this host")
            case "fleet": ignored(path, "every build has this host")
            case "type": ignored(path, "builds run on Linux, on this host; Windows is refused")
            case "image":
                supported(
                    path, "a container of that image; the images of CodeBuild itself (`aws/codebuild/…`) stand for the project's")
            case "privileged-mode":
                ignored(path, "what a build may do with the Docker Engine is said by `docker` of the repository's settings")
            default: supported(path)
            }
        }
    }

    // MARK: Phases

    private static let phases: [Entry] = [
        supported("phases.install", "its failure ends the build"), supported("phases.pre_build", "its failure ends the build"),
        supported("phases.build", "`post_build` runs also when it failed"), supported("phases.post_build"),
        supported("phases.*.run-as", runAsNote),
        supported(
            "phases.*.on-failure",
            "`ABORT`, `CONTINUE`, `RETRY` with count and pattern: the build begins again in the same job; the pattern is compared"
                + " with the lines of the failed command's output, and with the reason. It is one of Go's, as at CodeBuild, without"
                + " Unicode properties (`\\p{…}`), flags other than a leading `(?i)`, and `\\Q`"),
        supported("phases.*.commands"), supported("phases.*.finally"), refused("phases.*.steps", stepsReason),
        supported("phases.install.run-as"), supported("phases.install.on-failure"),
        supported(
            "phases.install.runtime-versions",
            "`python` and `nodejs`, found as `actions/setup-python` and `actions/setup-node` find them; `android`, `dotnet`, `golang`,"
                + " `java`, `php` and `ruby` of this host, of which the highest version is used that agrees: where none does, the"
                + " build fails and says what is installed; in a container, and of other runtimes, a warning: what the image or"
                + " this host has is used; where the settings name the image, it is a warning of the run"),
        supported("phases.install.commands"), supported("phases.install.finally"),
        refused("phases.install.steps", stepsReason),
    ]

    private static let stepsReason = "actions of GitHub don't run in a phase; a workflow runs them"

    // MARK: Outputs

    private static let outputs: [Entry] =
        ["files", "file-format", "base-directory"].map { supported("reports.<group>.\($0)") }
        + [
            ignored("reports.<group>.discard-paths", "the files of reports are read, and not kept"),
            supported("artifacts.files"),
            supported("artifacts.name", "the shell of the build expands it; `/` becomes `-`"),
            supported("artifacts.discard-paths"), supported("artifacts.base-directory"), supported("artifacts.exclude-paths"),
            supported(
                "artifacts.enable-symlinks",
                "`yes`: links that stay in the artifact are kept as links, others are left out with a warning; else an artifact"
                    + " holds what a link leads to"),
            ignored("artifacts.s3-prefix", "artifacts stay on this host"),
            supported("artifacts.secondary-artifacts"),
            supported("artifacts.type", "of version 0.1; an artifact is handed out as a ZIP, whatever it says"),
            supported("cache.key", "found as it is; without one, each successful build keeps its files for the next"),
            supported("cache.fallback-keys", "at most five; what a key begins with"), supported("cache.action"),
            supported("cache.paths", "in the workspace, or in the home folder; `/root/` stands for that"),
        ]

    private static func supported(_ key: String, _ note: String? = nil) -> Entry {
        Entry(key: key, status: .supported, note: note)
    }

    private static func refused(_ key: String, _ reason: String) -> Entry {
        Entry(key: key, status: .refused(reason), note: nil)
    }

    private static func ignored(_ key: String, _ reason: String) -> Entry {
        Entry(key: key, status: .ignored(reason), note: nil)
    }
}
