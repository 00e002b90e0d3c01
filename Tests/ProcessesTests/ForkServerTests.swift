import Glibc
import Processes
import Testing

@Suite(.enabled(if: Trial.probe != nil))
struct ForkServerTests {
    private let client = ForkServerClient(executable: Trial.probe ?? "", arguments: ["fork-server"])

    /// A leader for `Trial.line`, which needs a process that runs while it reads.
    private func withReader(_ body: (OutputPipe, SpawnedProcess) async throws -> Void) async throws {
        let pipe = try OutputPipe()
        let leader = try SpawnedProcess.start(Trial.bash("exec sleep 1000"))
        defer {
            leader.signal(SIGKILL)
            _ = leader.wait()
        }
        try await body(pipe, leader)
        await client.stop()
    }

    @Test("a worker leads its own session, is nobody's child here, and has the descriptors that were sent")
    func worker() async throws {
        try await withReader { pipe, leader in
            let worker = try await client.fork(role: "identify", descriptors: [pipe.writeEnd, pipe.readEnd])
            let fields = Trial.line(from: pipe, of: leader).split(separator: " ").compactMap { Int32($0) }
            #expect(fields.count == 4 && fields[0] == worker.pid && fields[2] == worker.pid && fields[3] == 2)
            #expect(fields[1] != getpid())
            await worker.exit()
            #expect(worker.hasEnded)
        }
    }

    @Test("a worker outlives the server and the client")
    func outliving() async throws {
        try await withReader { pipe, leader in
            let hold = try OutputPipe()
            let worker = try await client.fork(role: "wait", descriptors: [pipe.writeEnd, hold.readEnd])
            #expect(Trial.line(from: pipe, of: leader) == "ready")
            await client.stop()
            #expect(!worker.hasEnded)
            hold.closeWriteEnd()
            #expect(Trial.line(from: pipe, of: leader) == "done")
            await worker.exit()
        }
    }

    @Test("a process that hangs is ended at its deadline")
    func deadline() async throws {
        try await withReader { pipe, leader in
            let process = try await client.fork(role: "hang", descriptors: [pipe.writeEnd], deadline: .milliseconds(50))
            #expect(Trial.line(from: pipe, of: leader) == "ready")
            await process.exit()
            #expect(process.hasEnded && !Trial.isRunning(process.pid))
        }
    }

    @Test("on a thread of its own a worker may have locks that several threads want")
    func locks() async throws {
        try await withReader { pipe, leader in
            let worker = try await client.fork(role: "contend", descriptors: [pipe.writeEnd])
            #expect(Trial.line(from: pipe, of: leader) == "done")
            await worker.exit()
        }
    }

    @Test("a server that was killed is replaced at the next request")
    func restart() async throws {
        try await withReader { pipe, leader in
            // Long enough for a test that has to wait for the others: only with a deadline it is the server's child.
            let first = try await client.fork(role: "hang", descriptors: [pipe.writeEnd], deadline: .seconds(3600))
            #expect(Trial.line(from: pipe, of: leader) == "ready")
            let text = Trial.text(of: "/proc/\(first.pid)/stat") ?? ""
            let server = Int32(text.split(separator: " ").dropFirst(3).first ?? "") ?? 0
            try #require(server > 1)
            #expect(kill(server, SIGKILL) == 0)
            #expect(Trial.awaited { !Trial.isRunning(server) })
            let second = try await client.fork(role: "identify", descriptors: [pipe.writeEnd])
            #expect(Trial.line(from: pipe, of: leader).hasPrefix("\(second.pid) "))
            first.signal(SIGKILL)
        }
    }

    @Test("requests from many tasks at a time are all served")
    func concurrent() async throws {
        let client = client
        let pids = try await withThrowingTaskGroup(of: Int32.self) { group in
            let pipe = try OutputPipe()
            for _ in 0..<50 { group.addTask { try await client.fork(role: "identify", descriptors: [pipe.writeEnd]).pid } }
            return try await group.reduce(into: Set<Int32>()) { $0.insert($1) }
        }
        #expect(pids.count == 50)
        await client.stop()
    }

    @Test("a server that can't be started is an error that names it")
    func missingServer() async throws {
        let client = ForkServerClient(executable: "/no/such/program")
        let error = await #expect(throws: ProcessError.self) { try await client.fork(role: "identify") }
        #expect(error?.description.contains("/no/such/program") == true)
    }
}
