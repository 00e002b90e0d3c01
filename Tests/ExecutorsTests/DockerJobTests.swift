import EngineRig
import Execution
import Expressions
import Foundation
import Testing

@Suite("Docker job", .enabled(if: EngineRig.isAvailable, "\(EngineRig.reasonToSkip ?? "")"), .timeLimit(.minutes(10)))
struct DockerJobTests {
    private static let busybox = JobContainers(job: ContainerSpecification(image: "busybox:test"))

    private func text(_ path: String) -> String? { try? String(contentsOfFile: path, encoding: .utf8) }

    @Test("commands run in the container, with their environment, folder and exit code")
    func commands() throws {
        let trial = try DockerTrial()
        var containers = Self.busybox
        containers.job?.environment = ["FROM_WORKFLOW": "yes"]
        try trial.open(containers) { workplace in
            let result = try workplace.sh(
                "echo $FROM_IMAGE $FROM_WORKFLOW $STEP; pwd; echo $HOME; exit 9", environment: ["STEP": "a b"])
            #expect(result.text == "yes yes a b\n/__w/app/app\n/github/home\n")
            #expect(result.outcome == .exited(9))
            #expect(try workplace.sh("pwd", directory: "/tmp").text == "/tmp\n")
        }
        #expect(try trial.leftovers.isEmpty)
        #expect(!FileManager.default.fileExists(atPath: trial.assignment.workspace))
    }

    @Test("standard output and standard error come in the order in which they were written")
    func order() throws {
        let trial = try DockerTrial()
        try trial.open(Self.busybox) { workplace in
            let script = "i=0; while [ $i -lt 200 ]; do echo out $i; echo err $i >&2; i=$((i+1)); done"
            let expected = (0..<200).map { "out \($0)\nerr \($0)\n" }.joined()
            let result = try workplace.sh(script)
            #expect(result.text == expected)
        }
    }

    @Test("files are shared with the host at the places that GitHub has, and nothing else of the host is seen")
    func files() throws {
        let trial = try DockerTrial()
        try trial.open(Self.busybox) { workplace in
            let result = try workplace.sh(
                """
                echo workspace > file; echo temp > /__w/_temp/file; echo home > ~/file
                cat /github/workflow/file
                touch /__t/x 2>/dev/null || echo tools are read-only
                ls /proc/1/root/etc; ls -A / ; test ! -e /var/run/docker.sock && echo no socket
                """)
            #expect(text("\(trial.folder)/place/workspace/file") == "workspace\n")
            #expect(text("\(trial.folder)/place/temp/file") == "temp\n")
            #expect(text("\(trial.folder)/place/home/file") == "home\n")
            #expect(result.text.hasPrefix("temp\ntools are read-only\n"), "\(result.text)")
            #expect(result.text.hasSuffix("no socket\n"), "\(result.text)")
            #expect(workplace.folders.workspace.outside == "\(trial.folder)/place/workspace")
        }
    }

    @Test("a program is looked for where the container looks")
    func programs() throws {
        let trial = try DockerTrial()
        try trial.open(Self.busybox) { workplace in
            #expect(workplace.finds(program: "sh"))
            #expect(!workplace.finds(program: "bash"))
            #expect(workplace.environment["PATH"] == "/bin")
        }
    }

    @Test("a cancel ends what the command started, also what left its session, and the container goes on")
    func cancel() throws {
        let trial = try DockerTrial()
        try trial.open(Self.busybox) { workplace in
            _ = try workplace.sh("sleep 1000 > /dev/null 2>&1 &")
            let cancellation = try Cancellation()
            let result = try workplace.sh(
                """
                trap 'echo asked; exit 0' TERM
                (setsid sh -c 'trap "" TERM; echo $$ > /tmp/stubborn; while :; do sleep 0.1; done' &)
                until [ -e /tmp/stubborn ]; do sleep 0.01; done
                echo ready; while :; do sleep 0.05; done
                """, cancellation: cancellation
            ) { if $0.contains("ready") { cancellation.request(reason: "test") } }
            #expect(result.outcome == .cancelled)
            #expect(result.text.contains("asked"), "\(result.text)")
            // Nobody in the container takes the dead out of its table.
            let after = try workplace.sh(
                "cut -d ' ' -f 3 /proc/$(cat /tmp/stubborn)/stat 2>/dev/null || echo Z; ps | grep -c '[s]leep 1000'")
            #expect(after.text == "Z\n1\n")
        }
        #expect(try trial.leftovers.isEmpty)
    }

    @Test("a command that is out of time is stopped")
    func deadline() throws {
        let trial = try DockerTrial()
        try trial.open(Self.busybox) { workplace in
            let result = try workplace.sh("echo begun; exec sleep 1000", seconds: 0.5)
            #expect(result.outcome == .timedOut)
            #expect(result.text == "begun\n")
        }
    }

    @Test("a command that closed its output is waited for")
    func closedOutput() throws {
        let trial = try DockerTrial()
        try trial.open(Self.busybox) { workplace in
            let result = try workplace.sh("exec > /dev/null 2>&1; sleep 0.3; touch /tmp/done; exit 5")
            #expect(result.outcome == .exited(5))
            #expect(try workplace.sh("ls /tmp/done").outcome == .exited(0))
            let stopped = try workplace.sh("exec > /dev/null 2>&1; sleep 1000", seconds: 0.4)
            #expect(stopped.outcome == .timedOut)
        }
    }

    @Test("an image without a shell can hold a job, and its commands can be stopped")
    func bare() throws {
        let trial = try DockerTrial()
        try trial.open(JobContainers(job: ContainerSpecification(image: "bare:test"))) { workplace in
            #expect(try workplace.run(["touch", "/__w/app/app/file"]).outcome == .exited(0))
            #expect(FileManager.default.fileExists(atPath: "\(trial.folder)/place/workspace/file"))
            let stopped = try workplace.run(["tail", "-f", "/__w/app/app/file"], seconds: 0.3)
            #expect(stopped.outcome == .timedOut)
            #expect(try workplace.run(["touch", "/__w/app/app/again"]).outcome == .exited(0))
            #expect(throws: ExecutionError.self) { try workplace.run(["no-such-program"]) }
        }
    }

    @Test("a container whose user is not root can use the job's folders")
    func otherUser() throws {
        let trial = try DockerTrial()
        let mask = umask(0o022)
        defer { umask(mask) }
        var containers = JobContainers(job: ContainerSpecification(image: "nobody:test"))
        try trial.open(containers) { workplace in
            let result = try workplace.sh("id -u; touch file ~/file /__w/_temp/file")
            #expect(result.text == "1000\n")
        }
        containers.job?.options = ["--user", "root"]
        try trial.open(containers) { workplace in
            let result = try workplace.sh("id -u")
            #expect(result.text == "0\n")
        }
    }

    @Test("options and volumes reach the container, and volumes are gone with the job")
    func options() throws {
        let trial = try DockerTrial()
        var containers = Self.busybox
        containers.job?.options = [
            "--hostname", "box", "--tmpfs", "/scratch", "--ulimit", "nofile=77", "--add-host", "db:10.1.2.3",
        ]
        containers.job?.volumes = ["data:/data"]
        try trial.open(containers) { workplace in
            let result = try workplace.sh(
                "hostname; ulimit -n; grep -c 10.1.2.3 /etc/hosts; touch /data/x && grep -c ' /scratch ' /proc/mounts")
            #expect(result.text == "box\n77\n1\n1\n")
        }
        #expect(try trial.leftovers.isEmpty)
    }

    @Test("an image that is not to be had is told, and leaves nothing")
    func noImage() throws {
        let trial = try DockerTrial()
        do {
            try trial.open(JobContainers(job: ContainerSpecification(image: "127.0.0.1:1/none:1"))) { _ in }
            Issue.record("there is no such image")
        } catch let error as ExecutionError {
            #expect(error.message.contains("can't pull the image 127.0.0.1:1/none:1"), "\(error.message)")
        }
        #expect(try trial.leftovers.isEmpty)
        #expect(!FileManager.default.fileExists(atPath: trial.assignment.workspace))
    }
}
