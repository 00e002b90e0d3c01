internal import ArgumentParser
internal import PercentCoding
internal import Web

/// `slipway user`: who may sign in on the page, and as what.
struct UserCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "user", abstract: "Add, list and change the users who sign in on the page.",
        subcommands: [
            UserAdd.self, UserList.self, UserSetRole.self, UserPassword.self, UserDisable.self, UserEnable.self, UserRemove.self,
        ])

    static func path(_ name: String) -> String { "/api/v1/users/\(PercentEncoding.encoded(name))" }

    /// The password is never an argument, because arguments are in the list of processes.
    static func password(of name: String) throws(CommandFailure) -> String {
        let isTyped = SecretPrompt.isNeeded
        let bytes = try isTyped ? SecretPrompt.line(asking: "Password of \(name): ") : InputFile.standardInput()
        guard var text = String(validating: bytes, as: UTF8.self) else {
            throw CommandFailure(.usage, "a password is UTF-8 text")
        }
        if text.hasSuffix("\n") { text.removeLast() }
        guard !text.isEmpty else { throw CommandFailure(.usage, "no password was given on standard input") }
        if isTyped, try SecretPrompt.line(asking: "Once more: ") != Array(text.utf8) {
            throw CommandFailure(.usage, "the two passwords differ; nothing was changed")
        }
        return text
    }
}

/// A role as it is typed.
enum RoleArgument: String, CaseIterable, ExpressibleByArgument {
    case viewer, `operator`, admin
}

/// `slipway user add`.
struct UserAdd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Add a user; the password is typed, or comes from standard input.")

    @OptionGroup var connection: ConnectionOptions

    @Option(help: "What they may do: viewer, operator or admin.")
    var role: RoleArgument = .viewer

    @Option(
        name: .customLong("team"),
        help: ArgumentHelp("A name by which approvals may ask for them, such as release-managers.", valueName: "name"))
    var teams: [String] = []

    @Argument(help: "The name that they sign in with.")
    var name: String

    private struct Wish: Encodable {
        let name: String
        let role: String
        let teams: [String]
        let password: String
    }

    func run() async throws {
        let client = try connection.client()
        let wish = Wish(name: name, role: role.rawValue, teams: teams, password: try UserCommand.password(of: name))
        _ = try await client.send("POST", "/api/v1/users", body: wish)
        Terminal.write(line: "user \(name) is added, with the role \(role.rawValue)")
    }
}

/// `slipway user list`.
struct UserList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the users.")

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: FormatOption

    private struct List: Decodable {
        let users: [UserRepresentation]
    }

    func run() async throws {
        let body = try await connection.client().get("/api/v1/users")
        guard output.format == .text else { return Terminal.write(bytes: body + [UInt8(ascii: "\n")]) }
        let users = try DaemonClient.decode(List.self, from: body).users
        guard !users.isEmpty else { return Terminal.report("slipway: there is no user; add one with slipway user add") }
        var table = TextTable(["NAME", "ROLE", "TEAMS", "STATE", "LAST SIGN-IN", "BY"])
        for user in users {
            table.add([
                TextTable.Cell(user.name, .bold), TextTable.Cell(user.role), TextTable.Cell(user.teams.joined(separator: ", ")),
                TextTable.Cell(user.isDisabled ? "disabled" : "may sign in"), TextTable.Cell(LocalTime.text(user.signedInAt)),
                TextTable.Cell(user.issuer ?? (user.hasPassword ? "password" : "")),
            ])
        }
        Terminal.write(table.text())
    }
}
