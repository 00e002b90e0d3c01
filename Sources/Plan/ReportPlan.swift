public import Diagnostics

/// Files that a job leaves and that tell of tests or of coverage, as a pipeline asks for them: an entry of a buildspec's
/// `reports`, or a call of `slipway/test-report`.
///
/// Reports are gathered after the job's commands, whether they failed or not.
public struct ReportPlan: Codable, Equatable, Sendable {
    /// What the files hold. The raw values are the words of a buildspec's `file-format`.
    public enum Format: String, Codable, CaseIterable, Sendable {
        case junit = "JUNITXML"
        case cucumber = "CUCUMBERJSON"
        case nunit2 = "NUNITXML"
        case nunit3 = "NUNIT3XML"
        case testNG = "TESTNGXML"
        case visualStudio = "VISUALSTUDIOTRX"
        case clover = "CLOVERXML"
        case cobertura = "COBERTURAXML"
        case jacoco = "JACOCOXML"
        case simpleCov = "SIMPLECOV"

        /// Whether the files tell of coverage; else of tests.
        public var isCoverage: Bool {
            switch self {
            case .clover, .cobertura, .jacoco, .simpleCov: true
            case .junit, .cucumber, .nunit2, .nunit3, .testNG, .visualStudio: false
            }
        }

        /// The word by which `slipway/test-report` knows it.
        public var shortName: String {
            switch self {
            case .junit: "junit"
            case .cucumber: "cucumber"
            case .nunit2: "nunit"
            case .nunit3: "nunit3"
            case .testNG: "testng"
            case .visualStudio: "trx"
            case .clover: "clover"
            case .cobertura: "cobertura"
            case .jacoco: "jacoco"
            case .simpleCov: "simplecov"
            }
        }

        /// Takes both words, in any case: `JUNITXML`, `junit`.
        public init?(word: String) {
            let word = word.lowercased()
            guard let format = Self.allCases.first(where: { $0.rawValue.lowercased() == word || $0.shortName == word }) else {
                return nil
            }
            self = format
        }
    }

    /// Under which the report is shown, and compared with those of earlier runs: a group's name or its ARN.
    public var name: String
    /// Patterns, from `baseDirectory` on: `**/*` takes all files in all folders.
    public var files: [String]
    /// Nil: the workspace.
    public var baseDirectory: String?
    public var format: Format
    public var position: SourcePosition

    public init(
        name: String, files: [String], baseDirectory: String? = nil, format: Format = .junit,
        position: SourcePosition = SourcePosition(line: 1, column: 1)
    ) {
        self.name = name
        self.files = files
        self.baseDirectory = baseDirectory
        self.format = format
        self.position = position
    }

    /// A group that is named by its ARN goes by the last part of it.
    public var displayName: String {
        name.hasPrefix("arn:") ? name.split(separator: "/").last.map(String.init) ?? name : name
    }
}
