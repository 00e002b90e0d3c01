import Docker
import Execution
import Expressions
import Plan
import Testing

@testable import Executors

@Suite("Docker options")
struct DockerOptionsTests {
    private func assignment(_ permission: EngineUse.Permission) -> JobAssignment {
        JobAssignment(
            runID: 1, jobID: 7, jobName: "test", job: JobPlan(key: "test"),
            contexts: .init(github: ["repository": "octo/app"]), folder: JobFolder(path: "/state/job"), eventFile: "/state/event",
            workspace: "/tmp/slipway-options/7", toolsFolder: "/state/tools",
            source: .init(mirror: "", commit: "", ref: "", originURL: ""),
            confinement: .init(
                kind: .bubblewrap, readOnlyPaths: ["/usr/share"], readWritePaths: ["/var/cache/pip"], devices: ["/dev/kvm"]),
            engineUse: EngineUse(instance: "abc", permission: permission))
    }

    private func draft(
        _ options: String, role: ContainerRole = .job, permission: EngineUse.Permission = .containers,
        edit: (inout ContainerSpecification) -> Void = { _ in }
    ) throws(ExecutionError) -> ContainerDraft {
        let value: ExpressionValue = ["image": "app:1", "options": .string(options)]
        guard var specification = try ContainerSpecification(value, named: "container") else {
            throw ExecutionError("no specification")
        }
        edit(&specification)
        let assignment = assignment(permission)
        let rules = ContainerRules(
            assignment, place: JobPlace(assignment, tools: "/state/tools"), names: EngineNames(assignment))
        return try ContainerDraft(specification, role: role, rules: rules)
    }

    private func refusal(_ options: String, role: ContainerRole = .job) -> String? {
        do {
            _ = try draft(options, role: role)
            return nil
        } catch {
            return error.message
        }
    }

    @Test("resources are taken as docker create takes them")
    func resources() throws {
        let host = try draft(
            "--cpus 1.5 --memory=2g -m 512m --shm-size 1g --memory-swap -1 --pids-limit=100 --ulimit nofile=1024:2048 --ulimit core=0"
        ).definition.host
        #expect(host.nanoCPUs == 1_500_000_000)
        #expect(host.memory == 512 << 20)
        #expect(host.sharedMemory == 1 << 30)
        #expect(host.memorySwap == -1)
        #expect(host.processLimit == 100)
        #expect(host.limits == [.init(name: "nofile", soft: 1024, hard: 2048), .init(name: "core", soft: 0, hard: 0)])
    }

    @Test("a health check is made of its options")
    func health() throws {
        let check = try draft(
            "--health-cmd \"redis-cli ping\" --health-interval 10s --health-timeout=1m30s --health-retries 5 --health-start-period 500ms",
            role: .service("redis")
        ).definition.healthCheck
        #expect(check?.test == ["CMD-SHELL", "redis-cli ping"])
        #expect(check?.interval == 10_000_000_000)
        #expect(check?.timeout == 90_000_000_000)
        #expect(check?.startPeriod == 500_000_000)
        #expect(check?.retries == 5)
    }

    @Test("short options may have their value attached")
    func short() throws {
        let definition = try draft("-uroot -w /src -e A=1 -eB=2 -h box -it -p8080:80 --init").definition
        #expect(definition.user == "root")
        #expect(definition.workingDirectory == "/src")
        #expect(definition.environment == ["A=1", "B=2"])
        #expect(definition.hostName == "box")
        #expect(definition.host.portBindings["80/tcp"] == [PortBinding(address: "127.0.0.1", port: "8080")])
        #expect(definition.host.hasInit == true)
    }

    @Test("env of the workflow is over --env")
    func environment() throws {
        let definition = try draft("-e A=option -e B=option") { $0.environment = ["A": "workflow"] }.definition
        #expect(definition.environment == ["B=option", "A=workflow"])
    }

    @Test(
        "GPUs are asked for in all of their forms",
        arguments: [
            ("all", -1, [], [["gpu"]]), ("2", 2, [], [["gpu"]]), ("device=0", 0, ["0"], [["gpu"]]),
            ("'\"device=0,1\"'", 0, ["0", "1"], [["gpu"]]),
            ("'all,capabilities=utility'", -1, [], [["gpu", "utility"]]),
        ] as [(String, Int, [String], [[String]])])
    func gpus(text: String, count: Int, devices: [String], capabilities: [[String]]) throws {
        let request = try draft("--gpus \(text)").definition.host.deviceRequests?.first
        #expect(request?.count == count)
        #expect(request?.identifiers == devices)
        #expect(request?.capabilities == capabilities)
    }

    @Test(
        "what makes no sense is told with the option",
        arguments: [
            ("--no-such-option", "--no-such-option is not known"), ("--cpus many", "--cpus"), ("--memory 2x", "--memory"),
            ("--health-interval 10", "--health-interval"), ("--network host", "--network is not supported"),
            ("--net=host", "--network is not supported"), ("--entrypoint sh", "--entrypoint"), ("--cpus", "needs a value"),
            ("word", "\"word\""), ("--env-file x", "--env-file"), ("-p 80:x", "\"80:x\""), ("-v a:b", "absolute"),
            ("-v /a:/b:sometimes", "sometimes"), ("--restart always", "--restart"), ("--label slipway.job=9", "slipway."),
        ])
    func mistakes(options: String, part: String) throws {
        let message = try #require(refusal(options))
        #expect(message.hasPrefix("container: ") && message.contains(part), "\(message)")
    }

    @Test(
        "what reaches the host needs the permission",
        arguments: [
            "--privileged", "--cap-add SYS_ADMIN", "--cap-add=ALL", "--cap-add CAP_NET_ADMIN", "--device /dev/sda",
            "--security-opt seccomp=unconfined", "--pid host", "--ipc=host", "--uts host", "--userns=host", "-v /etc:/x",
            "-v /var/run/docker.sock:/var/run/docker.sock", "-v /usr/share/../../etc:/x", "--runtime sysbox-runc",
            "-v /var/cache/pip/../../lib:/x",
        ])
    func privileges(options: String) throws {
        let message = try #require(refusal(options))
        #expect(message.contains("docker: privileged"), "\(message)")
        _ = try? draft(options, permission: .privileged)
        if !options.contains("-v ") { _ = try draft(options, permission: .privileged) }
    }

    @Test(
        "what stays in the container, or the settings open, needs none",
        arguments: [
            "--privileged=false", "--cap-add SYS_PTRACE", "--cap-drop ALL", "--device /dev/kvm",
            "--security-opt no-new-privileges",
            "--ipc=private", "--tmpfs /run:size=64m", "--read-only", "--add-host db:10.0.0.1", "--sysctl net.core.somaxconn=1024",
        ])
    func harmless(options: String) throws {
        #expect(refusal(options) == nil)
    }

    @Test("volumes are the job's own, and host paths are those that the settings open")
    func volumes() throws {
        let draft = try draft(
            "-v data:/data -v data:/again:ro -v /anonymous -v /usr/share/doc:/doc -v /var/cache/pip:/cache"
                + " -v /__w/app/app:/same -v /slipway/workspace:/other")
        #expect(draft.volumes == ["slipway-abc-7-volume-data"])
        #expect(
            draft.definition.host.mounts == [
                Mount(.volume, "slipway-abc-7-volume-data", at: "/data"),
                Mount(.volume, "slipway-abc-7-volume-data", at: "/again", isReadOnly: true),
                Mount(.volume, "", at: "/anonymous"),
                Mount(.bind, "/usr/share/doc", at: "/doc", isReadOnly: true),
                Mount(.bind, "/var/cache/pip", at: "/cache"),
                Mount(.bind, "/tmp/slipway-options/7/workspace", at: "/same"),
                Mount(.bind, "/tmp/slipway-options/7/workspace", at: "/other"),
            ])
    }

    @Test("a service may have an entrypoint, a command, and a name for others")
    func service() throws {
        let draft = try draft("--entrypoint /run --name cache --network-alias store", role: .service("redis")) {
            $0.command = ["--fast", "yes"]
        }
        #expect(draft.definition.entrypoint == ["/run"])
        #expect(draft.definition.command == ["--fast", "yes"])
        #expect(draft.aliases == ["cache", "store"])
        #expect(draft.notes.count == 1)
    }

    @Test(
        "ports are published on this machine's own address",
        arguments: [
            ("80", ["80/tcp": ""]), ("8080:80", ["80/tcp": "8080"]), ("0.0.0.0:8080:80/udp", ["80/udp": "8080"]),
            ("[::1]:8080:80", ["80/tcp": "8080"]), ("8000-8001:90-91", ["90/tcp": "8000", "91/tcp": "8001"]),
            ("8000-8010:80", ["80/tcp": "8000-8010"]), ("90-91", ["90/tcp": "", "91/tcp": ""]),
        ] as [(String, [String: String])])
    func ports(text: String, expected: [String: String]) throws {
        let bindings = try #require(PortText.bindings(text, only: "127.0.0.1"))
        #expect(bindings.mapValues { $0.map(\.port) } == expected.mapValues { [$0] })
        #expect(bindings.values.allSatisfy { $0.allSatisfy { $0.address == "127.0.0.1" } })
    }

    @Test("what is no port is refused", arguments: ["", "x", "80/xyz", "0", "70000", "80:90:100:110", "8000-8001:80-90", "9-8"])
    func noPorts(text: String) {
        #expect(PortText.bindings(text, only: "127.0.0.1") == nil)
    }
}
