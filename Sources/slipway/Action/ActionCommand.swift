internal import ArgumentParser

/// `slipway action`: the lock of the actions and workflows of other repositories.
struct ActionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "action", abstract: "List and update the actions of other repositories that runs use.",
        discussion: "Each tag that a run used is locked to the commit that it named then; when it moves, runs go on with that "
            + "commit, and say so, until the new one is taken here.",
        subcommands: [ActionList.self, ActionUpdate.self])
}
