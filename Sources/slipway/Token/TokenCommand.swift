internal import ArgumentParser
internal import Glibc
internal import Web

/// `slipway token`: with what programs come in a user's name.
struct TokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token", abstract: "Make, list and revoke the tokens of users for the API.",
        subcommands: [TokenCreate.self, TokenList.self, TokenRevoke.self])
}

/// A token's scope as it is typed.
enum ScopeArgument: String, CaseIterable, ExpressibleByArgument {
    case read, run, approve, admin
}

/// `--user` of a token.
struct TokenOwner: ParsableArguments {
    @Option(help: "The user of Slipway whose token it is. [default: the one with your name]")
    var user: String?

    func name() throws(CommandFailure) -> String {
        if let user { return user }
        guard let entry = getpwuid(getuid()), let name = entry.pointee.pw_name else {
            throw CommandFailure(.usage, "name the user whose token it is with --user")
        }
        return String(cString: name)
    }
}

/// `slipway token create`.
struct TokenCreate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Make a token and print it, this once.",
        discussion:
            "A program sends it as \"Authorization: Bearer TOKEN\". It may never do more than its user may at that moment.")

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var owner: TokenOwner

    @Option(
        name: .customLong("scope"),
        help: ArgumentHelp("What it is for: read, run, approve or admin; may be repeated.", valueName: "scope"))
    var scopes: [ScopeArgument] = [.read]

    @Option(help: "After what time it is good no more, such as 12h or 90d, or never.")
    var expires = "90d"

    @Argument(help: "What it is called in records.")
    var name: String

    private struct Wish: Encodable {
        let name: String
        let scopes: [String]
        let lifetime: Double?
        let user: String
    }

    func run() async throws {
        let wish = Wish(
            name: name, scopes: scopes.map(\.rawValue), lifetime: try Self.seconds(expires), user: try owner.name())
        let body = try await connection.client().send("POST", "/api/v1/tokens", body: wish)
        let made = try DaemonClient.decode(NewTokenRepresentation.self, from: body)
        Terminal.report("slipway: this is the token \(name), which is not shown again:")
        Terminal.write(line: made.secret)
    }

    /// - Throws: where it is neither `never` nor a time.
    static func seconds(_ text: String) throws(CommandFailure) -> Double? {
        guard text != "never" else { return nil }
        let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
        guard let unit = text.last.flatMap({ units[$0] }), let count = Int(text.dropLast()), count > 0 else {
            throw CommandFailure(.usage, "expected a time such as 12h or 90d, or never, found \"\(text)\"")
        }
        return Double(count) * unit
    }
}

/// `slipway token list`.
struct TokenList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the tokens of a user.")

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var owner: TokenOwner
    @OptionGroup var output: FormatOption

    private struct List: Decodable {
        let tokens: [TokenRepresentation]
    }

    func run() async throws {
        let body = try await connection.client().get("/api/v1/tokens", query: [("user", try owner.name())])
        guard output.format == .text else { return Terminal.write(bytes: body + [UInt8(ascii: "\n")]) }
        let tokens = try DaemonClient.decode(List.self, from: body).tokens
        guard !tokens.isEmpty else { return Terminal.report("slipway: there is no token") }
        var table = TextTable(["ID", "NAME", "SCOPES", "STATE", "EXPIRES", "LAST USED"])
        for token in tokens {
            table.add([
                TextTable.Cell(token.id), TextTable.Cell(token.name, .bold),
                TextTable.Cell(token.scopes.joined(separator: ", ")), TextTable.Cell(token.state),
                TextTable.Cell(token.expiresAt.map { LocalTime.text($0) } ?? "never"),
                TextTable.Cell(LocalTime.text(token.usedAt)),
            ])
        }
        Terminal.write(table.text())
    }
}

/// `slipway token revoke`.
struct TokenRevoke: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "revoke", abstract: "Make a token worthless, at once.")

    @OptionGroup var connection: ConnectionOptions

    @Argument(help: "Its id, as \"slipway token list\" shows it.")
    var id: Int

    func run() async throws {
        _ = try await connection.client().send("DELETE", "/api/v1/tokens/\(id)")
        Terminal.write(line: "token \(id) is revoked")
    }
}
