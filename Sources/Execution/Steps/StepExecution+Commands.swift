internal import Expressions
internal import LogText
internal import Plan

extension StepExecution {
    /// How much of a failed command's output is compared with the pattern of a retry: its end.
    private static let rememberedOutput = 64 << 10

    /// Runs commands in the job's lasting shell.
    func run(_ block: CommandBlock, of step: PreparedStep) throws(ExecutionError) -> StepEnd {
        var pushes = PushedImages()
        var images: [String] = []
        // The commands of GitHub are none in a buildspec.
        log.lineHandler = { line in
            if let image = pushes.find(in: line) { images.append(image) }
            return .keep
        }
        defer { log.lineHandler = nil }
        var end = StepEnd(outcome: .success, exitCode: block.commands.isEmpty ? nil : 0)
        for line in block.commands where end.outcome == .success { try run(line, of: block, step, into: &end) }
        if !block.finally.isEmpty, end.outcome == .success || end.outcome == .failure {
            log.write("finally:")
            var last = StepEnd(outcome: .success)
            for line in block.finally where last.outcome == .success {
                try run(line, of: block, step, hasFailed: end.outcome == .failure, into: &last)
            }
            if last.outcome != .success, end.outcome == .success || last.outcome == .cancelled { end = last }
        }
        if end.outcome == .failure, site.pausesOnFailure { lookAround(block, step) }
        if end.outcome == .success { end.outputs = try expand(block.expansions, of: block, step) }
        for image in images { try annotate(.pushedImage(image)) }
        if end.outcome == .failure, let reason = end.reason { try annotate(Annotation(level: .error, message: reason)) }
        return end
    }

    private func run(
        _ line: CommandBlock.Line, of block: CommandBlock, _ step: PreparedStep, hasFailed: Bool = false, into end: inout StepEnd
    ) throws(ExecutionError) {
        if let stopped = stopped() {
            end = stopped
            return
        }
        guard !line.text.allSatisfy(\.isWhitespace) else { return }
        describe(line)
        var tail = OutputTail(limit: block.retry?.pattern == nil ? 0 : Self.rememberedOutput)
        if !hasFailed { try lookAhead(line.text) { shellPlace(block, step) } }
        let shell: ShellSession
        do { shell = try self.shell(for: block, step, succeeds: !hasFailed) } catch {
            // A shell that was stopped while it started is no failure of its own.
            guard let stopped = stopped() else { throw error }
            end = stopped
            return
        }
        let start = log.position
        let result = try shell.run(
            line.text, isIsolated: block.isIsolated, deadline: limit.deadline, cancellation: cancellation
        ) { [log] bytes in
            log.append(bytes)
            tail.append(bytes)
        }
        log.endOutput()
        note(result)
        let output = start..<log.position
        end = ending(result.outcome, of: line)
        end.output = output
        if end.outcome == .failure, let retry = block.retry, tail.matches(retry.pattern, reason: end.reason ?? "") {
            end.retry = retry
        }
    }

    private func describe(_ line: CommandBlock.Line) {
        let lines = line.text.split(separator: "\n", omittingEmptySubsequences: false)
        for text in line.text.hasSuffix("\n") ? lines.dropLast() : lines[...] { log.write("\u{1b}[36;1m\(text)\u{1b}[0m") }
    }

    private func ending(_ outcome: CommandOutcome, of line: CommandBlock.Line) -> StepEnd {
        let text = line.text.split(separator: "\n", omittingEmptySubsequences: true).first.map { $0.prefix(120) } ?? ""
        func failed(_ reason: String, code: Int32) -> StepEnd {
            report("Error while executing command: \(text). Reason: \(reason)")
            return StepEnd(outcome: .failure, exitCode: code, reason: "\(reason) of \(text)")
        }
        switch outcome {
        case .exited(0): return StepEnd(outcome: .success, exitCode: 0)
        case .exited(let code): return failed("exit status \(code)", code: code)
        case .signaled(let signal, let name): return failed("ended by \(name)", code: 128 + signal)
        case .timedOut: return timedOut()
        case .cancelled:
            report("The operation was cancelled: \(cancellation.reason)")
            return StepEnd(outcome: .cancelled, reason: cancellation.reason)
        }
    }

    // MARK: - The shell

    /// The job's shell, told what other steps set; started where it is not there, or is another user's.
    private func shell(for block: CommandBlock, _ step: PreparedStep, succeeds: Bool) throws(ExecutionError) -> ShellSession {
        var environment = shellEnvironment(of: step)
        place = ShellPlace(environment: environment, workingDirectory: site.workplace.folders.workspace.inside)
        if let name = block.statusVariable { environment[name] = succeeds && jobStatus == .success ? "1" : "0" }
        let shells = site.shells
        if let running = shells.running,
            try running.runs(
                as: block.user, deadline: limit.deadline, cancellation: cancellation, output: { [log] in log.append($0) })
        {
            let end = try running.update(
                environment, deadline: limit.deadline, cancellation: cancellation, output: { [log] in log.append($0) })
            guard let end, end.isOver else { return running }
            note(end)
        }
        shells.handOver { [log] in log.append($0) }
        if shells.hasLostState {
            try warn("the shell of the build was replaced or killed: variables and the folder are those of its beginning again")
        }
        let isBash = block.shell == .bash || block.shell == .any && site.workplace.finds(program: "bash")
        // The state of the shell before has its variables: what changed since is told after it.
        let former = shells.formerEnvironment
        let new = try ShellSession(
            in: site.workplace, folder: try shells.folder(in: site), isBash: isBash, user: block.user,
            environment: former ?? environment, cancellation: cancellation, deadline: limit.deadline,
            output: { [log] in log.append($0) })
        log.endOutput()
        shells.begin(new)
        if former != nil {
            let end = try new.update(
                environment, deadline: limit.deadline, cancellation: cancellation, output: { [log] in log.append($0) })
            if let end, end.isOver { throw ExecutionError("the build's shell ended as it was started again") }
        }
        return new
    }

    /// Has the shell tell its folder and its variables, for one that is opened after the step.
    private func lookAround(_ block: CommandBlock, _ step: PreparedStep) {
        // Where it can't, what is known of the step has to do.
        guard var told = shellPlace(block, step, succeeds: false) else { return }
        if told.environment.isEmpty { told.environment = place?.environment ?? [:] }
        place = told
    }

    /// Has the shell tell its folder and its variables; nil where it can't.
    private func shellPlace(_ block: CommandBlock, _ step: PreparedStep, succeeds: Bool = true) -> ShellPlace? {
        guard let shell = try? shell(for: block, step, succeeds: succeeds), let folder = try? site.shells.folder(in: site) else {
            return nil
        }
        let name = folder.nextName("place")
        // It may hold credentials.
        defer { folder.remove(name) }
        let script = ShellDriver.tellingPlace(into: "\(folder.path)/\(name)")
        let end = try? shell.run(
            script, isIsolated: false, deadline: limit.deadline, cancellation: cancellation, output: { [log] in log.append($0) })
        if let end { note(end) }
        guard let text = try? folder.read(name), let line = text.firstIndex(of: "\n") else { return nil }
        let pairs = text[text.index(after: line)...].split(separator: "\0").map {
            $0.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        }
        let environment = Dictionary(pairs.filter { $0.count == 2 }.map { ($0[0], $0[1]) }, uniquingKeysWith: { $1 })
        return ShellPlace(environment: environment, workingDirectory: String(text[..<line]))
    }

    private func note(_ end: ShellSession.End) {
        if end.isOver { site.shells.end(lostState: end.lostState) }
    }

    /// What is said about the job's place and by its steps; nothing of GitHub.
    private func shellEnvironment(of step: PreparedStep) -> [String: String] {
        var environment = site.workplace.environment
        environment.merge(site.assignment.environment) { $1 }
        environment.merge(step.environment) { $1 }
        if !variables.pathEntries.isEmpty {
            environment["PATH"] = (variables.pathEntries + [environment["PATH"] ?? ""]).joined(separator: ":")
        }
        return environment
    }

    // MARK: - Expansions

    /// Has the shell expand texts.
    ///
    /// - Throws: `ExecutionError` where it can't: `$(false)` is empty, but a mistake in the text's form is one.
    private func expand(
        _ expansions: [CommandBlock.Expansion], of block: CommandBlock, _ step: PreparedStep
    ) throws(ExecutionError) -> ExpressionObject {
        var values = ExpressionObject([], keyMatching: .exact)
        for expansion in expansions {
            let shell = try shell(for: block, step, succeeds: true)
            let folder = try site.shells.folder(in: site)
            let name = folder.nextName("text")
            let script = ShellDriver.expanding(
                expansion.text, into: "\(folder.path)/\(name)", word: "SLIPWAY_\(UInt64.random(in: .min ... .max))")
            let result = try shell.run(
                script, isIsolated: false, deadline: limit.deadline, cancellation: cancellation,
                output: { [log] in log.append($0) })
            log.endOutput()
            note(result)
            guard result.outcome == .exited(0) else {
                throw ExecutionError("the shell can't expand \"\(expansion.text)\"")
            }
            let text = try folder.read(name)
            values[expansion.name] = .string(text.hasSuffix("\n") ? String(text.dropLast()) : text)
        }
        return values
    }
}

/// The end of a command's output, for the pattern of a retry.
private struct OutputTail {
    let limit: Int
    private var bytes: [UInt8] = []

    init(limit: Int) { self.limit = limit }

    mutating func append(_ new: UnsafeRawBufferPointer) {
        guard limit > 0 else { return }
        bytes += new.suffix(limit)
        if bytes.count > 2 * limit { bytes.removeFirst(bytes.count - limit) }
    }

    /// Whether a line of it, or the reason of the failure, matches. A pattern that is too slow for a line does not match that.
    func matches(_ pattern: String?, reason: String) -> Bool {
        guard let pattern else { return true }
        guard let compiled = try? LinePattern(pattern) else { return false }
        let lines = String(decoding: bytes.suffix(limit), as: UTF8.self).split(whereSeparator: \.isNewline).map(String.init)
        return (lines + [reason]).contains { ((try? compiled.groups(in: $0)) ?? nil) != nil }
    }
}
