internal import FoundationEssentials
internal import GRDB
internal import Plan

/// `users`.
enum UsersTable {
    static let columns = """
        users.id, users.name, users.password, users.role, users.teams, users.is_disabled, users.created_at,
        users.signed_in_at, users.issuer, users.subject
        """
    /// How many columns a user has in front of another table's.
    static let width = 10

    static func insert(_ user: StoredUser, _ database: Database) throws -> Int64 {
        try database.change(
            """
            INSERT INTO users(name, password, role, teams, is_disabled, created_at, signed_in_at, issuer, subject)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """, try values(of: user))
        return database.lastInsertedRowID
    }

    static func update(_ user: StoredUser, _ database: Database) throws {
        try database.change(
            """
            UPDATE users SET name = ?, password = ?, role = ?, teams = ?, is_disabled = ?, created_at = ?, signed_in_at = ?,
                issuer = ?, subject = ?
            WHERE id = ?
            """, try values(of: user) + [user.id])
    }

    static func remove(_ id: Int64, _ database: Database) throws -> Bool {
        try database.change("DELETE FROM users WHERE id = ?", [id])
        return database.changesCount > 0
    }

    static func user(named name: String, _ database: Database) throws -> StoredUser? {
        try database.row("SELECT \(columns) FROM users WHERE name = ?", [name], decode: user)
    }

    static func user(_ id: Int64, _ database: Database) throws -> StoredUser? {
        try database.row("SELECT \(columns) FROM users WHERE id = ?", [id], decode: user)
    }

    static func user(of identity: ExternalIdentity, _ database: Database) throws -> StoredUser? {
        try database.row(
            "SELECT \(columns) FROM users WHERE issuer = ? AND subject = ?", [identity.issuer, identity.subject], decode: user)
    }

    static func all(_ database: Database) throws -> [StoredUser] {
        try database.rows("SELECT \(columns) FROM users ORDER BY name", [], decode: user)
    }

    static func isEmpty(_ database: Database) throws -> Bool {
        try database.row("SELECT 1 FROM users LIMIT 1", []) { _ in true } == nil
    }

    static func signedIn(_ id: Int64, at date: Date, _ database: Database) throws {
        try database.change("UPDATE users SET signed_in_at = ? WHERE id = ?", [date.databaseSeconds, id])
    }

    private static func values(of user: StoredUser) throws -> StatementArguments {
        [
            user.name, user.passwordHash, user.role.rawValue, try JSONText.encode(user.teams.sorted()), user.isDisabled,
            user.createdAt.databaseSeconds, user.signedInAt?.databaseSeconds, user.identity?.issuer, user.identity?.subject,
        ]
    }

    static func user(_ row: Row) throws -> StoredUser {
        var columns = ColumnReader(row, of: "users")
        let id: Int64 = try columns.next()
        let name: String = try columns.next()
        let password: String? = try columns.next()
        let role: Role = try columns.word()
        let teams: [String] = try JSONText.decodeArray(try columns.next())
        let isDisabled: Bool = try columns.next()
        let createdAt = try columns.date()
        let signedInAt = try columns.dateIfAny()
        let issuer: String? = try columns.next()
        let subject: String? = try columns.next()
        var identity: ExternalIdentity?
        if let issuer, let subject { identity = ExternalIdentity(issuer: issuer, subject: subject) }
        return StoredUser(
            id: id, name: name, passwordHash: password, identity: identity, role: role, teams: Set(teams), isDisabled: isDisabled,
            createdAt: createdAt, signedInAt: signedInAt)
    }
}
