internal import CProcesses
internal import Glibc

extension ProcessSpecification {
    /// What the C side reports, in words that name the thing that failed.
    func failure(at step: slipway_step, code: Int32) -> ProcessError {
        let start = "start '\(executable)'"
        switch step {
        case SLIPWAY_STEP_EXECUTABLE: return executableFailure(start, code: code)
        case SLIPWAY_STEP_INTERPRETER:
            return ProcessError(
                kind: .executable, operation: start, reason: "the interpreter that its first line names does not exist",
                remedy: "check the #! line, also for a carriage return at its end", code: code)
        case SLIPWAY_STEP_DIRECTORY:
            return ProcessError(
                kind: .workingDirectory, operation: "\(start) in '\(workingDirectory ?? "")'",
                reason: ProcessError.reason(of: code),
                remedy: code == ENOENT ? "the working directory does not exist" : nil, code: code)
        case SLIPWAY_STEP_SANDBOX_GONE:
            return ProcessError(
                kind: .sandbox, operation: start, reason: "the sandbox that it should run in has ended", code: code)
        case SLIPWAY_STEP_NAMESPACES:
            return ProcessError(
                kind: .sandbox, operation: "\(start) in the sandbox", reason: ProcessError.reason(of: code), code: code)
        default:
            return .system(
                "\(start) (\(Self.words(for: step)))", code: code,
                remedy: code == EAGAIN ? "a limit on processes is reached (ulimit -u, pids.max)" : nil)
        }
    }

    private func executableFailure(_ start: String, code: Int32) -> ProcessError {
        var reason = ProcessError.reason(of: code)
        var remedy: String?
        switch code {
        case ENOENT where !executable.contains("/"):
            reason = "no such program in PATH (\(searchPath))"
            remedy = "install it, or write its full path"
        case EACCES:
            remedy = "make it executable (chmod +x) and check that its file system isn't mounted noexec"
        case ENOEXEC:
            remedy = "it is neither a binary of this machine nor a script with a #! line"
        case E2BIG:
            remedy = "one argument or variable is longer than 128 KiB, or all together are too long; use a file"
        default: break
        }
        return ProcessError(kind: .executable, operation: start, reason: reason, remedy: remedy, code: code)
    }

    private static func words(for step: slipway_step) -> String {
        switch step {
        case SLIPWAY_STEP_CLONE: "making a process"
        case SLIPWAY_STEP_CGROUP: "joining its cgroup"
        case SLIPWAY_STEP_MEMORY_PRESSURE: "setting oom_score_adj"
        case SLIPWAY_STEP_SESSION: "making a session"
        case SLIPWAY_STEP_LIMITS: "setting its limits"
        case SLIPWAY_STEP_IDENTITY: "changing to its user"
        case SLIPWAY_STEP_CAPABILITIES: "dropping capabilities"
        case SLIPWAY_STEP_PRIVILEGES: "setting no_new_privs"
        case SLIPWAY_STEP_DEATH_SIGNAL: "tying it to its parent"
        case SLIPWAY_STEP_DESCRIPTORS: "arranging its descriptors"
        default: "watching it"
        }
    }
}
