internal import Plan
internal import Workflows

extension RunSelection {
    func includes(_ run: Run) -> Bool {
        repositories.includes(run.repository) && branches.includes(GitReference(run.ref).shortName)
            && (workflows.includes(run.workflow) || workflows.includes(run.workflowPath))
    }
}
