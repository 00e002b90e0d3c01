import EngineRig
import Execution
import Expressions
import Foundation
import Testing

@Suite("Docker services", .enabled(if: EngineRig.isAvailable, "\(EngineRig.reasonToSkip ?? "")"), .timeLimit(.minutes(10)))
struct DockerServiceTests {
    /// A server that answers with its variable, healthy as soon as it listens.
    private static func web(_ answer: String, ports: [String] = [], health: String? = "wget -q -O - http://127.0.0.1/")
        -> JobContainers.Service
    {
        var container = ContainerSpecification(image: "busybox:test", environment: ["ANSWER": answer], ports: ports)
        container.entrypoint = "sh"
        container.command = ["-c", "sleep 0.3; echo \"$ANSWER\" > /var/www/index.html; exec httpd -f -h /var/www"]
        if let health {
            container.options = ["--health-cmd", health, "--health-interval", "200ms", "--health-retries", "50"]
        }
        return .init(id: "web", container: container)
    }

    @Test("a job in a container reaches its services by their names, once they are healthy")
    func byName() throws {
        let trial = try DockerTrial()
        let containers = JobContainers(
            job: ContainerSpecification(image: "busybox:test"), services: [Self.web("hello")])
        try trial.open(containers) { workplace in
            let result = try workplace.run(["fetch", "web"])
            #expect(result.text == "hello\n")
            let context = workplace.containerContext
            let network = context["container"]?["network"]?.displayString ?? ""
            #expect(network == context["services"]?["web"]?["network"]?.displayString)
            #expect(context["container"]?["id"]?.displayString.count == 64)
            #expect(context["services"]?["web"]?["id"]?.displayString.count == 64)
        }
        #expect(trial.log.contains("The service web is healthy."))
        #expect(try trial.leftovers.isEmpty)
    }

    @Test("a job on the host reaches its services by ports of this machine's own address")
    func byPort() throws {
        let trial = try DockerTrial()
        try trial.open(JobContainers(services: [Self.web("hello", ports: ["80"])])) { workplace in
            let port = workplace.containerContext["services"]?["web"]?["ports"]?["80"]?.displayString ?? ""
            #expect(Int(port) != nil)
            let result = try workplace.run(
                [
                    "python3", "-c",
                    "import sys, urllib.request as r; sys.stdout.write(r.urlopen('http://127.0.0.1:\(port)/').read().decode())",
                ])
            #expect(result.text == "hello\n", "\(result.text)")
        }
        #expect(try trial.leftovers.isEmpty)
    }

    @Test("a port that is in use is told with a remedy")
    func portInUse() throws {
        let first = try DockerTrial()
        try first.open(JobContainers(services: [Self.web("hello", ports: ["80"], health: nil)])) { workplace in
            let port = workplace.containerContext["services"]?["web"]?["ports"]?["80"]?.displayString ?? ""
            let second = try DockerTrial()
            do {
                try second.open(JobContainers(services: [Self.web("hello", ports: ["\(port):80"], health: nil)])) { _ in }
                Issue.record("the port should be in use")
            } catch let error as ExecutionError {
                #expect(
                    error.message.contains("services.web") && error.message.contains("job.services.<id>.ports"),
                    "\(error.message)")
            }
            #expect(try second.leftovers.isEmpty)
        }
    }

    @Test("a service that is not healthy fails the job, with its log and its last health check")
    func unhealthy() throws {
        let trial = try DockerTrial()
        var service = Self.web("hello", health: "echo not yet; exit 1")
        service.container.options = [
            "--health-cmd", "echo not yet; exit 1", "--health-interval", "100ms", "--health-retries", "2",
        ]
        service.container.command = ["-c", "echo the service says this; exec sleep 1000"]
        do {
            try trial.open(JobContainers(services: [service])) { _ in }
            Issue.record("the service should be unhealthy")
        } catch let error as ExecutionError {
            #expect(error.message.contains("web is unhealthy"), "\(error.message)")
        }
        #expect(trial.log.contains("  the service says this"), "\(trial.log)")
        #expect(trial.log.contains("  not yet"), "\(trial.log)")
        #expect(try trial.leftovers.isEmpty)
    }

    @Test("a service that ends before it is healthy fails the job")
    func ended() throws {
        let trial = try DockerTrial()
        var service = Self.web("hello")
        service.container.command = ["-c", "echo giving up; exit 3"]
        do {
            try trial.open(JobContainers(services: [service])) { _ in }
            Issue.record("the service should have ended")
        } catch let error as ExecutionError {
            #expect(error.message.contains("exit code 3"), "\(error.message)")
        }
        #expect(trial.log.contains("  giving up"))
    }

    @Test("a cancel ends the wait for a service")
    func cancelled() throws {
        let trial = try DockerTrial()
        var service = Self.web("hello", health: "exit 1")
        service.container.options = ["--health-cmd", "exit 1", "--health-interval", "1h"]
        let cancellation = trial.cancellation
        let folder = "\(trial.folder)/place/workspace"
        let watcher = Thread {
            while !FileManager.default.fileExists(atPath: folder) { usleep(10_000) }
            cancellation.request(reason: "test")
        }
        watcher.start()
        #expect(throws: ExecutionError.self) { try trial.open(JobContainers(services: [service])) { _ in } }
        #expect(try trial.leftovers.isEmpty)
    }
}
