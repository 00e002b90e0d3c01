public import Expressions

/// An action's metadata file (`action.yml`), lowered.
///
/// Pure data, as a `RunPlan` is. See "Metadata syntax for GitHub Actions" in GitHub's manual.
public struct ActionPlan: Codable, Equatable, Sendable {
    /// An input as it is declared. Names are compared without regard to case.
    public struct Input: Codable, Equatable, Sendable {
        public var name: String
        /// May use the contexts `github`, `runner`, `job`, `strategy`, `matrix` and `env`. Nil: no default.
        public var defaultValue: Template?
        public var isRequired: Bool
        /// Shown as a warning where the input is given.
        public var deprecationMessage: String?

        public init(name: String, defaultValue: Template? = nil, isRequired: Bool = false, deprecationMessage: String? = nil) {
            self.name = name
            self.defaultValue = defaultValue
            self.isRequired = isRequired
            self.deprecationMessage = deprecationMessage
        }
    }

    /// `runs.using`, and what goes with it.
    public enum Work: Codable, Equatable, Sendable {
        case composite(steps: [StepPlan])
        case node(NodeAction)
        case docker(DockerAction)
    }

    public var name: String
    /// The metadata file, from the root of its repository: `sub/folder/action.yml`.
    public var path: String
    public var inputs: [Input]
    /// Of a composite action, with the expressions that yield them; other actions write theirs to `GITHUB_OUTPUT`.
    public var outputs: [NamedTemplate]
    public var work: Work

    public init(name: String, path: String, inputs: [Input] = [], outputs: [NamedTemplate] = [], work: Work) {
        self.name = name
        self.path = path
        self.inputs = inputs
        self.outputs = outputs
        self.work = work
    }
}

/// A JavaScript action: files run by Node.
///
/// Each is named from the action's folder. It may stand beside that (`../dist/index.js`, in a repository of many actions), but
/// never outside of the repository.
public struct NodeAction: Codable, Equatable, Sendable {
    /// The major version that `using` names: 20 of `node20`.
    public var version: Int
    public var main: String
    public var pre: String?
    public var preCondition: Condition
    public var post: String?
    public var postCondition: Condition

    /// - Parameter preCondition: `always()` unless `pre-if` says otherwise, as on GitHub; the same for `postCondition`.
    public init(
        version: Int, main: String, pre: String? = nil, preCondition: Condition, post: String? = nil, postCondition: Condition
    ) {
        self.version = version
        self.main = main
        self.pre = pre
        self.preCondition = preCondition
        self.post = post
        self.postCondition = postCondition
    }
}

/// A Docker action: a container that is made for the step and removed after it.
public struct DockerAction: Codable, Equatable, Sendable {
    /// Where its image comes from.
    public enum Image: Codable, Equatable, Sendable {
        /// Built from this Dockerfile, named as the files of a `NodeAction` are.
        case dockerfile(String)
        /// Pulled: what follows `docker://`.
        case reference(String)
    }

    public var image: Image
    public var environment: [NamedTemplate]
    public var entrypoint: String?
    public var arguments: [Template]
    public var preEntrypoint: String?
    public var preCondition: Condition
    public var postEntrypoint: String?
    public var postCondition: Condition

    public init(
        image: Image, environment: [NamedTemplate] = [], entrypoint: String? = nil, arguments: [Template] = [],
        preEntrypoint: String? = nil, preCondition: Condition, postEntrypoint: String? = nil, postCondition: Condition
    ) {
        self.image = image
        self.environment = environment
        self.entrypoint = entrypoint
        self.arguments = arguments
        self.preEntrypoint = preEntrypoint
        self.preCondition = preCondition
        self.postEntrypoint = postEntrypoint
        self.postCondition = postCondition
    }
}
