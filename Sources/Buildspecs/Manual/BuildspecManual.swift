internal import Plan

/// The page that says what of CodeBuild's buildspec this version does, made from the tables that decide it.
public enum BuildspecManual {
    /// The content of `docs/buildspec.md`.
    public static var markdown: String { [introduction, running, differences, keys, tools, reports].joined(separator: "\n") }

    private static let introduction = """
        # Buildspecs

        Slipway runs the `buildspec.yml` of AWS CodeBuild as it stands. This page is made from the tables that the checks and the
        planner use, and a test compares the two (`UPDATE_EXAMPLES=1 swift test --filter BuildspecManualTests` writes it anew).

        """

    private static let running = """
        ## When one runs

        A buildspec does not say when it runs; at CodeBuild the build project does. Here it is `buildspecs` of the repository's
        settings, and a buildspec that is not listed there runs never:

        ```yaml
        repositories:
          - name: team/model-service
            url: https://github.com/team/model-service.git
            docker: socket            # its steps use the docker command
            buildspecs:
              - file: buildspec.yml   # on pushes to the default branch
              - file: ci/test.yml
                name: tests
                branches: ["**"]
                pull_requests: true
                image: python:3.11
                env: {STAGE: test}
                secrets: [REGISTRY_TOKEN]
        ```

        `slipway check buildspec.yml` says what is wrong in a file, `slipway plan` what it would run, `slipway run buildspec.yml` runs
        it here and now. `slipway trigger team/model-service --workflow tests --input STAGE=demo`, or *Run now* on the
        repository's page, starts one by hand, with variables that go before those of a batch's task, those before the project's, and those before the file's. What a build may do with the Docker Engine is said by
        `docker` of the repository.

        ## The phases

        Each phase is a step with its own log, between DOWNLOAD_SOURCE, the cache and UPLOAD_ARTIFACTS. A command that fails ends its
        phase, but for `finally`. After `install` and `pre_build` that is the end of the build; `post_build` and UPLOAD_ARTIFACTS come
        also after a `build` that failed. `on-failure` changes that. `CODEBUILD_BUILD_SUCCEEDING` says before each command how the
        build stands. In version 0.2 all commands run in one Bash (`/bin/sh` where `env.shell` asks for it, or where there is no
        Bash): folder, variables and functions last. A command that ends the shell (`exit`, `set -e`) ends itself only: what the
        shell knew is there for the next one. Commands reach the shell as they stand in the file.

        """

    private static let differences = """
        ## What is different

        - A cache and artifacts stay on this host: an artifact is one of the run, with the name that the file gives it; in a batch
          the task's identifier follows. The exported variables are the outputs of the job.
        - A user of `run-as` who is not there, or to whom the job can't change, fails the job as it begins, with the line and what to do; where
          commands before may make that user, which takes root, it is a warning.
        - Commands run as the user of the sandbox, or of the container's image, and HOME is that user's. In the paths of a cache
          `/root/` stands for the home folder.
        - RETRY begins the build again in the same job and place: source and shell are fresh, the rest of the home folder is not.
        - `CODEBUILD_BUILD_ARN`, `CODEBUILD_PROJECT_ARN` and `CODEBUILD_KMS_KEY_ID` are not set: there is no account of AWS that a build belongs to.
        - A background process of a command ends with the job.

        """

    private static var keys: String {
        BuildspecSupport.table.reduce("## Keys\n\n| key | status | |\n|---|---|---|\n") { text, row in
            switch row.status {
            case .supported: "\(text)| `\(row.key)` | supported | \(row.note ?? "") |\n"
            case .ignored(let reason): "\(text)| `\(row.key)` | ignored | \(reason) |\n"
            case .refused(let reason): "\(text)| `\(row.key)` | refused | \(reason) |\n"
            }
        }
    }

    private static let tools = """
        ## Programs

        | in every build | |
        |---|---|
        | `codebuild-hash-files <pattern>…` | a SHA-256 over files of the source; a pattern that matches nothing is told in the log |
        | `codebuild-glob-search <pattern>…` | the files that match, sorted, without Git's own; a pattern below the source's folder may begin at the root |
        | `codebuild-tests-run --test-command <command> --files-search <command> [--sharding-strategy <name>]` | runs the share of a build of `build-fanout`; the files follow the command, unless it uses `CODEBUILD_CURRENT_SHARD_FILES` |

        """

    private static var reports: String {
        let formats = ReportPlan.Format.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", ")
        return "## Formats of reports\n\n\(formats)\n"
    }
}
