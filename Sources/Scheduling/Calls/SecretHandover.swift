internal import Execution
internal import Expressions
internal import Plan

/// Which secrets reach a job: those that its own expressions name, as far as the calls that lead to it hand them over.
///
/// Found without running anything, so that what a job has no use for is never opened.
public struct SecretHandover: Sendable {
    /// Opened for every job that has it: whether its log tells more.
    private static let debug = "ACTIONS_STEP_DEBUG"

    private let calls: [JobCall]
    /// What is wanted inside of each call, the outermost first, and by the job itself.
    private let wanted: [SecretNames]

    /// - Precondition: the job's event is trusted; else it gets none.
    public init(_ start: JobStart) {
        calls = start.calls
        let expressions = start.plan.environment.flatMap(\.value.expressions) + (start.jobPlan?.expressions ?? [])
        var wanted = [SecretNames(usedBy: expressions)]
        for call in start.calls.reversed() {
            wanted.append(Self.names(wantedBy: call.call.secrets, for: wanted[wanted.count - 1]))
        }
        self.wanted = wanted.reversed()
    }

    /// Of the repository's secrets those that have to be opened.
    public var needed: SecretNames {
        var names = wanted[0]
        names.insert(Self.debug)
        return names
    }

    /// Of the secrets of the job's environment those that have to be opened. No call hands them over: they are the job's own.
    public var neededOfEnvironment: SecretNames {
        var names = wanted[wanted.count - 1]
        names.insert(Self.debug)
        return names
    }

    /// What the job gets.
    ///
    /// - Parameters:
    ///   - secrets: what was opened of the repository's, by name in upper case.
    ///   - environment: the same of the job's environment: these go before what the calls hand over.
    /// - Throws: where an expression of a call can't be evaluated.
    public func hand(
        _ secrets: [String: String], environment: [String: String] = [:]
    ) throws(LaunchError) -> HandedSecrets {
        var values = secrets
        for (call, wanted) in zip(calls, wanted.dropFirst()) {
            switch call.call.secrets {
            case .none: values = [:]
            case .inherit: break
            case .named(let handed): values = try Self.values(of: handed, wanted: wanted, in: call, secrets: values)
            }
        }
        values[Self.debug] = secrets[Self.debug]
        values.merge(environment) { $1 }
        let known = Set(values.values)
        return HandedSecrets(values: values, masks: Set(secrets.values).subtracting(known).sorted())
    }

    private static func names(wantedBy secrets: WorkflowCallPlan.Secrets, for inside: SecretNames) -> SecretNames {
        switch secrets {
        case .none: SecretNames()
        case .inherit: inside
        case .named(let handed):
            SecretNames(usedBy: handed.filter { inside.contains($0.name) }.flatMap(\.value.expressions))
        }
    }

    private static func values(
        of handed: [NamedTemplate], wanted: SecretNames, in call: JobCall, secrets: [String: String]
    ) throws(LaunchError) -> [String: String] {
        let contexts: ExpressionObject = [
            "github": .object(call.contexts.github), "needs": .object(call.contexts.needs),
            "strategy": .object(call.contexts.strategy), "matrix": call.contexts.matrix,
            "inputs": .object(call.contexts.inputs), "vars": .object(call.contexts.variables),
            "secrets": .object(ExpressionObject(secrets.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })),
        ]
        var values: [String: String] = [:]
        for secret in handed where wanted.contains(secret.name) {
            do {
                let value = try secret.value.text(in: EvaluationContext(contexts: contexts))
                if !value.isEmpty { values[secret.name.uppercased()] = value }
            } catch {
                // The error may quote what it was made of.
                throw LaunchError(
                    "can't evaluate the secret \"\(secret.name)\" (\(secret.value.source)) of the call of \(call.call.reference)",
                    conclusion: .failure)
            }
        }
        return values
    }
}

/// The secrets of a job.
public struct HandedSecrets: Equatable, Sendable {
    /// By the names that the job knows them by, in upper case.
    public var values: [String: String]
    /// What the job has no name for, but may have a part of: its log hides these, too.
    public var masks: [String]

    /// Of a job whose event nobody trusted.
    public static let none = HandedSecrets(values: [:], masks: [])
}

/// Names of secrets, whatever their case; or all that there are, where an expression takes them as a whole.
public struct SecretNames: Equatable, Sendable {
    private var names: Set<String> = []
    private var isAll = false

    public init() {}

    init(usedBy expressions: [Expression]) {
        for expression in expressions {
            for use in expression.references.uses(of: "secrets") {
                if let name = use.literalPath.first { insert(name) } else { isAll = true }
            }
        }
    }

    mutating func insert(_ name: String) { names.insert(name.uppercased()) }

    public func contains(_ name: String) -> Bool { isAll || names.contains(name.uppercased()) }
}
