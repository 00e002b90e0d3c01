public import Plan

/// Knows no failure.
public struct NoAnalysis: FailureAnalysis {
    public init() {}
    public func diagnoses(of failure: StepFailure) -> [Diagnosis] { [] }
    public func foreseen(in text: String, folders: WorkplaceFolders, place: () -> ShellPlace?) -> [ForeseenFailure] { [] }
}
