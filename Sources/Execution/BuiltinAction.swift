public import Expressions
public import Plan

/// An action that Slipway executes itself: no Node, no download, no time.
///
/// Contract: `run` is called on the worker's main thread and blocks until the action ended. It must look at
/// `invocation.cancellation` wherever it may take longer than a second.
public protocol BuiltinAction: Sendable {
    /// The names, in lower case and without a version, by which workflows call it: `actions/checkout`.
    static var names: [String] { get }

    /// - Throws: `ActionFailure`; the step then fails with its message.
    func run(_ invocation: ActionInvocation) throws(ActionFailure) -> ActionResult
}

/// One call of an action, everything evaluated.
public struct ActionInvocation {
    public var inputs: [String: String]
    public var environment: [String: String]
    public var assignment: JobAssignment
    public var folders: WorkplaceFolders
    public var cancellation: Cancellation
    /// Writes one line to the step's log.
    public var log: (String) -> Void

    public init(
        inputs: [String: String], environment: [String: String], assignment: JobAssignment, folders: WorkplaceFolders,
        cancellation: Cancellation, log: @escaping (String) -> Void
    ) {
        self.inputs = inputs
        self.environment = environment
        self.assignment = assignment
        self.folders = folders
        self.cancellation = cancellation
        self.log = log
    }

    /// An input by its name, whatever the case it was written in; nil where it is missing or empty.
    public func input(_ name: String) -> String? {
        guard let value = inputs[name.lowercased()], !value.isEmpty else { return nil }
        return value
    }
}

public struct ActionResult: Sendable {
    public var outputs: ExpressionObject
    public var annotations: [Annotation]

    public init(outputs: ExpressionObject = ExpressionObject(), annotations: [Annotation] = []) {
        self.outputs = outputs
        self.annotations = annotations
    }
}

public struct ActionFailure: Error, Equatable, Sendable {
    public var message: String

    public init(_ message: String) { self.message = message }
}
