internal import Glibc
internal import Processes

/// `credential_process` of a profile: a program of the operator's that writes credentials in JSON.
struct ProcessCredentials {
    let command: String
    let environment: [String: String]
    /// For messages.
    let name: String
    private static let patience = Duration.seconds(60)
    private static let longestOutput = 64 << 10

    func credentials() throws(AWSError) -> AWSCredentials {
        do throws(ProcessError) {
            let (reading, writing) = try OwnedDescriptor.pipe()
            var specification = ProcessSpecification(
                executable: "/bin/sh", arguments: ["-c", command],
                environment: environment.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
            specification.output = .descriptor(writing.number)
            // What it complains about is for whoever reads the daemon's log, never for a message that a job shows.
            specification.errors = .descriptor(STDERR_FILENO)
            let process = try SpawnedProcess.start(specification)
            writing.close()
            defer {
                process.signalGroup(SIGKILL)
                _ = process.wait()
            }
            let output = try read(reading)
            guard let outcome = process.wait(until: SuspendingClock.now + .seconds(5)), outcome.isSuccess else {
                throw failure("the program failed")
            }
            return try wrapped { () throws(AWSError) in
                try CredentialDocument.credentials(in: output, from: name, isProgram: true)
            }
        } catch {
            throw AWSError(
                .noCredentials, "credential_process of \(name): \(error.reason)",
                remedy: "run the program by hand, as the user of the daemon")
        }
    }

    /// All that it writes, within time and size.
    private func read(_ pipe: OwnedDescriptor) throws(ProcessError) -> [UInt8] {
        var output: [UInt8] = []
        let end = ContinuousClock.now + Self.patience
        while true {
            var entry = pollfd(fd: pipe.number, events: Int16(POLLIN), revents: 0)
            let rest = end - ContinuousClock.now
            guard rest > .zero else { throw failure("the program took longer than \(Self.patience)") }
            guard poll(&entry, 1, Int32(clamping: rest.components.seconds * 1000 + 1000)) > 0 else { continue }
            let chunk = try pipe.read(atMost: 4096)
            if chunk.isEmpty { return output }
            output += chunk
            guard output.count <= Self.longestOutput else { throw failure("the program wrote more than 64 KiB") }
        }
    }

    private func failure(_ reason: String) -> ProcessError {
        ProcessError(kind: .system, operation: "run a program for credentials", reason: reason, remedy: "", code: 0)
    }

    private func wrapped(_ body: () throws(AWSError) -> AWSCredentials) throws(ProcessError) -> AWSCredentials {
        do throws(AWSError) { return try body() } catch { throw failure(error.message) }
    }
}
