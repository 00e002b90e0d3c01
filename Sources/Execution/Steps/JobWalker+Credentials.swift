internal import FoundationEssentials
internal import Plan

extension JobWalker {
    /// Seconds before their end from which on a step does not begin with old credentials.
    private static let credentialMargin = 600.0
    /// Seconds after which they are asked for again: the daemon may have been down, or AWS.
    private static let refusalRest = 300.0
    private static let keyName = "AWS_ACCESS_KEY_ID"

    /// Gives the steps from here on newer credentials of AWS than those that the job was given and that soon end. Variables that a
    /// workflow or a step has set itself stay as they are.
    func renewCredentials() throws(ExecutionError) {
        guard let source = parts.credentials, variables.environment[Self.keyName] == stepCredentials?.accessKeyID else { return }
        var newest = source.current
        let mayAsk = credentialsRefusedAt.map { now().timeIntervalSince($0) >= Self.refusalRest } ?? true
        if let end = newest.end, end.timeIntervalSince(now()) < Self.credentialMargin, mayAsk {
            do { newest = try source.renew(while: { [cancellation] in cancellation.level == .none }) } catch {
                guard cancellation.level == .none else { return }
                let isFirst = credentialsRefusedAt == nil
                credentialsRefusedAt = now()
                let warning =
                    "the job's AWS credentials end at \(end.formatted(.iso8601)), and there are no others: \(error.message)"
                log.write("##[warning]\(warning)")
                if isFirst { try annotate(.warning, warning) }
            }
        }
        guard newest != stepCredentials else { return }
        for (name, value) in newest.variables { variables.set(name, to: value) }
        (stepCredentials, credentialsRefusedAt) = (newest, nil)
    }
}
