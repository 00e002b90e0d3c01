internal import Plan

extension JobWalker {
    /// Looks whether commands can run as the users that the job's file names, before any of them runs.
    ///
    /// - Throws: where the job is sure to fail for it. A user that is missing may be made by commands before, where they may.
    func checkUsers() throws(ExecutionError) {
        var seen: Set<String> = []
        var mayMakeUsers = false
        for step in assignment.job.steps {
            defer { mayMakeUsers = mayMakeUsers || Self.runsCommands(step) }
            guard case .commands(let block) = step.work, let user = block.user, seen.insert(user).inserted,
                let refusal = try refusal(of: user)
            else { continue }
            let place = block.userPlace.map { "\($0): " } ?? ""
            guard refusal.mayBeMended, mayMakeUsers else {
                throw ExecutionError("\(place)commands can't run as \"\(user)\": \(refusal.message)")
            }
            let warning = "\(place)\(refusal.message), unless a command before makes it"
            log.write("##[warning]\(warning)")
            try annotate(.warning, warning, step: 1)
        }
    }

    private struct UserRefusal {
        var message: String
        /// By a command of the job.
        var mayBeMended = false
    }

    private static func runsCommands(_ step: StepPlan) -> Bool {
        switch step.work {
        case .commands(let block): !block.commands.isEmpty
        case .script: true
        case .action, .wait, .waitAll, .cancel, .parallel: false
        }
    }

    /// Nil where commands can run as that user.
    private func refusal(of user: String) throws(ExecutionError) -> UserRefusal? {
        guard let site else { return nil }
        let command = Command(
            arguments: ["sh", "-c", ShellDriver.checkingUser, "sh", user], environment: site.workplace.environment,
            workingDirectory: site.workplace.folders.workspace.inside)
        var output: [UInt8] = []
        let outcome = try site.workplace.run(
            command, deadline: jobLimit.deadline, cancellation: try Cancellation(following: cancellation, until: jobLimit)
        ) { output += $0 }
        let words = String(decoding: output, as: UTF8.self).split(whereSeparator: \.isWhitespace).map(String.init)
        guard outcome != .exited(0), let own = words.last else { return nil }
        let remedy =
            site.isInContainer
            ? "name one of the image's users"
            : "run the build in a container of an image that has the user and begins as root (image)"
        switch words.first {
        case "missing" where own == "root":
            return UserRefusal(
                message: "there is no user \"\(user)\" here; \(remedy), make it in the install phase, or leave run-as out",
                mayBeMended: true)
        case "missing":
            return UserRefusal(message: "there is no user \"\(user)\" here; \(remedy), or leave run-as out")
        case "unprivileged":
            return UserRefusal(
                message: "only root can, and the job is \"\(own)\"; name that user, \(remedy), or leave run-as out")
        case "unequipped":
            return UserRefusal(
                message:
                    "neither setpriv nor su is there to change to it; have the image install one of them, or leave run-as out",
                mayBeMended: true)
        default: return nil
        }
    }
}
