/// Where an action that is not built in comes from, by the form of its `uses`; for the manual.
enum ActionKind: CaseIterable {
    /// `./path`: a folder of the job's workspace.
    case local
    /// `$/path`: a folder of the repository of the file in which it stands, at that file's commit.
    case ownRepository
    /// `docker://image`
    case image
    /// `owner/repository[/path]@ref`
    case remote

    /// The form, as the manual writes it.
    var form: String {
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
        case .image: "a container for the step; as for `container`"
        case .remote: "fetched from the server that `actions` of the settings names, at a commit that is kept in a lock"
        }
    }
}
