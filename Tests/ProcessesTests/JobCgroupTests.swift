import Glibc
import Processes
import Testing

struct JobCgroupTests {
    /// Nil where this host gives the tests no cgroup; then there is nothing to try.
    static let canMake: Bool = {
        guard let cgroup = JobCgroup.make(named: "slipway-probe-\(getpid())") else { return false }
        return cgroup.remove(until: .now + .seconds(10))
    }()

    @Test("a process that left its session and its parent is killed with the cgroup", .enabled(if: canMake))
    func kill() throws {
        let cgroup = try #require(JobCgroup.make(named: "slipway-test-\(getpid())"))
        var specification = Trial.bash("setsid setsid sleep 1000 > /dev/null 2>&1 & true")
        specification.cgroup = cgroup
        #expect(try SpawnedProcess.start(specification).wait() == .exited(0))
        let members = cgroup.processes
        #expect(!members.isEmpty)
        Teardown.immediate.endAll(in: .cgroup(cgroup))
        #expect(!members.contains(where: Trial.isRunning))
        #expect(cgroup.remove(until: .now + .seconds(10)))
    }

    @Test("a name that is a path makes nothing", arguments: ["", ".", "..", "a/b", "../a"])
    func badName(name: String) {
        #expect(JobCgroup.make(named: name) == nil)
    }
}
