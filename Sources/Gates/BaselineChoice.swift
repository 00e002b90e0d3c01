public import Plan

/// What a gate compares with, as its input `baseline` says.
public enum BaselineChoice: Equatable, Sendable {
    /// What only the daemon knows.
    case asked(BaselineRequest.Source)
    /// A file of metrics in the workspace.
    case file(String)
    case none

    /// - Parameter environment: of `deployed`; nil: any.
    public init?(_ text: String, environment: String?) {
        let (word, rest) = text.firstIndex(of: ":").map { (text[..<$0], text[text.index(after: $0)...]) } ?? (text[...], nil)
        switch (word, rest) {
        case ("deployed", nil): self = .asked(.deployed(environment: environment))
        case ("none", nil): self = .none
        case ("branch", let name?) where !name.isEmpty: self = .asked(.branch(String(name)))
        case ("file", let path?) where !path.isEmpty: self = .file(String(path))
        case ("run", let digits?):
            guard let id = Int64(digits), id > 0 else { return nil }
            self = .asked(.run(id))
        default: return nil
        }
    }

    public static func expectation(_ found: String) -> String {
        "found the baseline \"\(found)\", expected deployed, branch:NAME, run:ID, file:PATH or none"
    }
}
