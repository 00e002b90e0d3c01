internal import ArgumentParser

/// What a change of a user says to the API.
private struct UserChange: Encodable {
    var role: String?
    var teams: [String]?
    var disabled: Bool?
    var password: String?
}

/// `slipway user set-role`.
struct UserSetRole: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set-role", abstract: "Change what a user may do, from their next request on.",
        discussion: "Teams that are given replace those that there are; --no-teams takes them all away.")

    @OptionGroup var connection: ConnectionOptions

    @Option(
        name: .customLong("team"),
        help: ArgumentHelp("A name by which approvals may ask for them, such as release-managers.", valueName: "name"))
    var teams: [String] = []

    @Flag(name: .customLong("no-teams"), help: "Take them out of all teams.")
    var hasNoTeams = false

    @Argument(help: "The user.")
    var name: String

    @Argument(help: "viewer, operator or admin.")
    var role: RoleArgument

    func run() async throws {
        let change = UserChange(role: role.rawValue, teams: hasNoTeams ? [] : teams.isEmpty ? nil : teams)
        _ = try await connection.client().send("PATCH", UserCommand.path(name), body: change)
        Terminal.write(line: "user \(name) has the role \(role.rawValue)")
    }
}

/// `slipway user password`.
struct UserPassword: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "password", abstract: "Set a user's password, typed or from standard input; ends their sessions.")

    @OptionGroup var connection: ConnectionOptions

    @Argument(help: "The user.")
    var name: String

    func run() async throws {
        let client = try connection.client()
        let change = UserChange(password: try UserCommand.password(of: name))
        _ = try await client.send("PATCH", UserCommand.path(name), body: change)
        Terminal.write(line: "user \(name) has a new password")
    }
}

/// `slipway user disable`.
struct UserDisable: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "disable", abstract: "Keep a user out at once: ends their sessions, and their tokens are refused.")

    @OptionGroup var connection: ConnectionOptions

    @Argument(help: "The user.")
    var name: String

    func run() async throws {
        _ = try await connection.client().send("PATCH", UserCommand.path(name), body: UserChange(disabled: true))
        Terminal.write(line: "user \(name) is disabled")
    }
}

/// `slipway user enable`.
struct UserEnable: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "enable", abstract: "Let a disabled user in again.")

    @OptionGroup var connection: ConnectionOptions

    @Argument(help: "The user.")
    var name: String

    func run() async throws {
        _ = try await connection.client().send("PATCH", UserCommand.path(name), body: UserChange(disabled: false))
        Terminal.write(line: "user \(name) may sign in again")
    }
}

/// `slipway user remove`.
struct UserRemove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Remove a user, with their sessions and tokens.")

    @OptionGroup var connection: ConnectionOptions

    @Argument(help: "The user.")
    var name: String

    func run() async throws {
        _ = try await connection.client().send("DELETE", UserCommand.path(name))
        Terminal.write(line: "user \(name) is removed")
    }
}
