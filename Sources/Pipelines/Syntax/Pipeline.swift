internal import Diagnostics
internal import Workflows
internal import YAML

/// A pipeline file as it is written, every part with its place: stages, and the actions in them, in AWS CodePipeline's words.
struct Pipeline {
    /// What becomes of an execution that finds a stage taken.
    enum ExecutionMode: String, CaseIterable {
        /// It waits; of those that wait the newest one goes on, the others end.
        case superseded = "SUPERSEDED"
        /// It waits for its turn.
        case queued = "QUEUED"
        /// It goes on beside the other.
        case parallel = "PARALLEL"
    }

    struct Variable {
        let name: Located<String>
        let defaultValue: String
    }

    /// Its name, and what starts it.
    var triggers: Workflow
    var executionMode = ExecutionMode.superseded
    var variables: [Variable] = []
    var stages: [Stage] = []
}

struct Stage {
    /// What becomes of a stage of which an action failed.
    enum RetryMode: String, CaseIterable {
        case failedActions = "FAILED_ACTIONS"
        case allActions = "ALL_ACTIONS"
    }

    let name: Located<String>
    /// Nil: nothing by itself.
    var retryMode: RetryMode?
    /// Whether what it deployed is put back when it fails.
    var rollsBack = false
    var actions: [StageAction] = []

    /// The actions in the order in which they run: those with the same number run beside each other.
    var runOrders: [(number: Int, actions: [StageAction])] {
        Dictionary(grouping: actions, by: \.runOrder).sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
}

struct StageAction {
    enum Work {
        case build(BuildAction)
        case commands(CommandsAction)
        case workflow(WorkflowAction)
        case approval(ApprovalAction)
        case deployToECS(ECSDeployAction)
    }

    let name: Located<String>
    let work: Work
    var runOrder = 1
    /// By which later actions find its variables.
    var namespace: Located<String>?
    /// Artifacts of earlier actions.
    var inputs: [Located<String>] = []
    /// Artifacts that later actions may take.
    var outputs: [Located<String>] = []
    /// Where the action deploys to: an environment, with its protection and its secrets.
    var deploymentEnvironment: PipelineText?
}

/// `build` and `test`: a buildspec of the repository.
struct BuildAction {
    var buildspec: Located<String>
    var image: PipelineText?
    var environment: [(name: Located<String>, value: PipelineText)] = []
    var runsOn: [Located<String>] = []
    var timeoutMinutes: Int?
}

/// `commands`: lines for the shell.
struct CommandsAction {
    var commands: [PipelineText] = []
    var image: PipelineText?
    var environment: [(name: Located<String>, value: PipelineText)] = []
    /// Variables of the shell that are variables of the action.
    var outputVariables: [Located<String>] = []
    /// The files of its output artifact; empty: everything.
    var files: [Located<String>] = []
    var runsOn: [Located<String>] = []
    var timeoutMinutes: Int?
}

/// `workflow`: a reusable workflow of the repository.
struct WorkflowAction {
    var file: Located<String>
    var inputs: [(name: Located<String>, value: PipelineText)] = []
}

/// `approval`: a person's word.
struct ApprovalAction {
    var message: PipelineText?
    var link: PipelineText?
    var approvers: [Located<String>] = []
    var timeoutMinutes: Int?
}

/// `deploy-ecs`: the images that a file of the input artifact names, into a service.
struct ECSDeployAction {
    var cluster: PipelineText
    var service: PipelineText
    var fileName: PipelineText?
    var region: PipelineText?
    var timeoutMinutes: Int?
}
