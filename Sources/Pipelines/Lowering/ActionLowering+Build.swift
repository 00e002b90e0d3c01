internal import Diagnostics
internal import Plan
internal import Workflows

extension ActionLowering {
    func build(_ build: BuildAction, of action: StageAction, _ texts: inout TextLowering) -> Lowered {
        diagnostics.error("unsupported", "actions of the type build are not supported yet", at: action.name.range)
        return Lowered(job: JobPlan(key: action.name.value), variables: nil)
    }
}
