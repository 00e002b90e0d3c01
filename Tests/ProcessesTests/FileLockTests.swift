import Glibc
import Processes
import Testing

struct FileLockTests {
    /// Waits for the lock to be free. A process that another test starts at this very moment shares every descriptor of this one
    /// until it executes its program, and the lock with them.
    private static func isFreed(_ path: String) -> Bool {
        Trial.awaited { (try? FileLock.isLocked(path)) == false }
    }

    @Test("one owner at a time, and asking takes nothing away")
    func exclusive() throws {
        let path = Trial.temporaryFolder() + "/lock"
        #expect(try !FileLock.isLocked(path), "a missing file is not locked")
        let lock = try #require(try FileLock.tryLock(path))
        #expect(try FileLock.isLocked(path) && FileLock.tryLock(path) == nil)
        lock.unlock()
        #expect(Self.isFreed(path))
        #expect(try FileLock.tryLock(path) != nil)
    }

    @Test("a lock ends with the process that holds it, however that ends")
    func killedOwner() throws {
        let path = Trial.temporaryFolder() + "/lock"
        let pipe = try OutputPipe()
        let script =
            "import fcntl,os,struct,time; f=open('\(path)','w'); "
            + "fcntl.fcntl(f,37,struct.pack('hhqqi',fcntl.F_WRLCK,0,0,0,0)); os.write(1,b'ready\\n'); time.sleep(1000)"
        let owner = try Trial.start(
            ProcessSpecification(executable: "python3", arguments: ["-c", script], environment: Trial.environment), into: pipe)
        #expect(Trial.line(from: pipe, of: owner) == "ready")
        #expect(try FileLock.isLocked(path))
        owner.signal(SIGKILL)
        _ = owner.wait()
        #expect(Self.isFreed(path))
    }

    @Test("a started process doesn't inherit it")
    func notInherited() throws {
        let path = Trial.temporaryFolder() + "/lock"
        let lock = try #require(try FileLock.tryLock(path))
        let process = try SpawnedProcess.start(Trial.bash("exec sleep 1000"))
        lock.unlock()
        #expect(Self.isFreed(path))
        #expect(process.reapIfEnded() == nil)
        process.signal(SIGKILL)
        _ = process.wait()
    }

    @Test("who holds it is found by the open file, not by a name or a number")
    func holders() throws {
        let path = Trial.temporaryFolder() + "/lock"
        let lock = try #require(try FileLock.tryLock(path))
        var specification = Trial.bash("exec sleep 1000")
        specification.inheritedDescriptors = [lock.descriptor]
        let owner = try SpawnedProcess.start(specification)
        let other = try SpawnedProcess.start(Trial.bash("exec sleep 1000"))
        lock.unlock()
        #expect(Trial.awaited { FileLock.holders(of: path).map(\.pid) == [owner.pid] })
        FileLock.holders(of: path).first?.signal(SIGKILL)
        _ = owner.wait()
        #expect(FileLock.holders(of: path).isEmpty)
        #expect(FileLock.holders(of: path + "-that-is-missing").isEmpty)
        #expect(other.reapIfEnded() == nil)
        other.signal(SIGKILL)
        _ = other.wait()
    }

    @Test("a folder that is missing is an error that names the file")
    func missingFolder() {
        let error = #expect(throws: ProcessError.self) { try FileLock.tryLock("/no/such/folder/lock") }
        #expect(error?.description.contains("/no/such/folder/lock") == true)
    }
}
