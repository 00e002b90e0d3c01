internal import FoundationEssentials
internal import Plan

extension JobWalker {
    /// Seconds before their end from which on a step does not begin with old credentials.
    private static let credentialMargin = 600.0
    private static let keyName = "AWS_ACCESS_KEY_ID"

    /// Gives the steps from here on newer credentials of AWS than those that the job was given and that soon end. Variables that a
    /// workflow or a step has set itself stay as they are.
    func renewCredentials() throws(ExecutionError) {
        guard let source = parts.credentials, variables.environment[Self.keyName] == stepCredentials?.accessKeyID else { return }
        var newest = source.current
        if let end = newest.end, end.timeIntervalSince(now()) < Self.credentialMargin, !refusesCredentials {
            do { newest = try source.renew(while: { [cancellation] in cancellation.level == .none }) } catch {
                guard cancellation.level == .none else { return }
                refusesCredentials = true
                let warning =
                    "the job's AWS credentials end at \(end.formatted(.iso8601)), and there are no others: \(error.message)"
                log.write("##[warning]\(warning)")
                try annotate(.warning, warning)
            }
        }
        guard newest != stepCredentials else { return }
        for (name, value) in newest.variables { variables.set(name, to: value) }
        stepCredentials = newest
    }
}
