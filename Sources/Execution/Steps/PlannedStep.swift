internal import Expressions
internal import Plan

/// A step of the job with its place: groups of parallel steps are taken apart into steps in the background and a wait for them.
struct PlannedStep: Sendable {
    var plan: StepPlan
    var path: CallPath
    var actionName: String
    /// Of a member of a group, and of the wait at its end: which group.
    var group: Int?
    /// Of a member of a group: the group's.
    var groupCondition: Condition?

    static func all(of steps: [StepPlan]) -> [PlannedStep] {
        var planned: [PlannedStep] = []
        for (index, step) in steps.enumerated() {
            guard case .parallel(let members) = step.work else {
                planned.append(PlannedStep(plan: step, path: [index], actionName: ""))
                continue
            }
            for (position, member) in members.enumerated() {
                var plan = member
                plan.isBackground = true
                planned.append(
                    PlannedStep(
                        plan: plan, path: [index, position], actionName: "", group: index, groupCondition: step.condition))
            }
            var wait = step
            wait.name = step.name ?? Template(literal: "Wait for parallel steps")
            wait.work = .wait(steps: [])
            planned.append(PlannedStep(plan: wait, path: [index], actionName: "", group: index))
        }
        for (index, name) in StepScope.actionNames(of: planned.map(\.plan)).enumerated() { planned[index].actionName = name }
        return planned
    }
}
