internal import GRDB

/// `repositories`: every repository that ever had an event, refs or a remote's answer.
enum RepositoriesTable {
    static func add(_ name: String, _ database: Database) throws {
        try database.change("INSERT INTO repositories(name) VALUES (?) ON CONFLICT DO NOTHING", [name])
    }

    static func setFollowsRuns(_ follows: Bool, of name: String, _ database: Database) throws {
        try database.change("UPDATE repositories SET follows_runs = ? WHERE name = ?", [follows, name])
    }

    /// Has what happens to these repositories, and to no others, written down for those who are told.
    static func setTold(_ names: Set<String>, _ database: Database) throws {
        for name in names { try add(name, database) }
        for name in try self.names(database) {
            try database.change("UPDATE repositories SET is_told = ? WHERE name = ?", [names.contains(name), name])
        }
        // Whoever is told next is not to hear of what is long over.
        if names.isEmpty { try database.change("DELETE FROM occurrences WHERE id > 0", []) }
    }

    static func names(_ database: Database) throws -> [String] {
        try database.rows("SELECT name FROM repositories ORDER BY name", []) { row in
            try row.decode(String.self, atIndex: 0)
        }
    }
}
