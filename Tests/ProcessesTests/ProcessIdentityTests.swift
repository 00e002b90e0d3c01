import Glibc
import Processes
import Testing

struct ProcessIdentityTests {
    @Test("a process is alive until it ends, and its pid alone doesn't bring it back")
    func life() throws {
        let process = try SpawnedProcess.start(Trial.bash("exec sleep 1000"))
        let identity = try #require(ProcessIdentity(of: process.pid))
        #expect(identity.isAlive)
        process.signal(SIGKILL)
        #expect(process.awaitExit(until: nil))
        #expect(!identity.isAlive, "a zombie is not alive")
        _ = process.wait()
        #expect(!identity.isAlive && ProcessIdentity(of: process.pid) == nil)
    }

    @Test("two processes have two identities")
    func distinct() throws {
        let own = try #require(ProcessIdentity.current)
        #expect(own.pid == getpid() && own.isAlive && own != ProcessIdentity(of: getppid()))
    }
}
