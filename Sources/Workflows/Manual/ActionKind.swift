/// Where an action comes from, by the form of its `uses`.
public enum ActionKind: String, Sendable, Hashable, CaseIterable {
    /// `./path`: a folder of the job's workspace.
    case local
    /// `$/path`: a folder of the repository of the file in which it stands, at that file's commit.
    case ownRepository
    /// `docker://image`
    case image
    /// `owner/repository[/path]@ref`
    case remote

    init(of reference: String) {
        if reference.hasPrefix("./") || reference.hasPrefix(".\\") {
            self = .local
        } else if reference.hasPrefix("$/") {
            self = .ownRepository
        } else {
            self = reference.hasPrefix("docker://") ? .image : .remote
        }
    }

    /// The form, as the manual writes it.
    public var form: String {
        switch self {
        case .local: "./path"
        case .ownRepository: "$/path"
        case .image: "docker://image"
        case .remote: "owner/repository[/path]@ref"
        }
    }

    /// What it means, for the manual.
    var explanation: String {
        switch self {
        case .local: "a folder of the job's workspace; `pre` of such an action does not run, as on GitHub"
        case .ownRepository: "a folder of the repository in which the file stands, at the same commit"
        case .image: "a container for the step"
        case .remote: "fetched from the server of the settings, at a commit that is kept in a lock"
        }
    }
}

extension LanguageSupport {
    /// What this version does with the actions of a kind; built-in ones are apart.
    public static func status(of kind: ActionKind) -> Status {
        switch kind {
        case .local: .unsupported("actions of the workspace are not supported yet")
        case .ownRepository: .unsupported("actions by \"$/\" are not supported yet; use \"./\" after a checkout")
        case .image: .unsupported("actions in containers are not supported yet")
        case .remote: .unsupported("actions of other repositories are not supported yet")
        }
    }
}
