internal import GRDB

extension Schema {
    /// Who may sign in, who has, and with which tokens programs come. Passwords, sessions and tokens are only here as what can't
    /// be turned back into them.
    static func createAccounts(_ database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE users (
                    id INTEGER PRIMARY KEY AUTOINCREMENT,
                    name TEXT NOT NULL UNIQUE COLLATE NOCASE,
                    password TEXT,
                    role TEXT NOT NULL,
                    teams TEXT NOT NULL,
                    is_disabled INTEGER NOT NULL,
                    created_at REAL NOT NULL,
                    signed_in_at REAL
                ) STRICT;
                CREATE TABLE sessions (
                    digest BLOB PRIMARY KEY,
                    user_id INTEGER NOT NULL REFERENCES users(id) ON DELETE CASCADE,
                    created_at REAL NOT NULL,
                    used_at REAL NOT NULL
                ) STRICT, WITHOUT ROWID;
                CREATE INDEX sessions_by_user ON sessions(user_id);
                CREATE INDEX sessions_by_use ON sessions(used_at);
                CREATE TABLE access_tokens (
                    id INTEGER PRIMARY KEY AUTOINCREMENT,
                    user_id INTEGER NOT NULL REFERENCES users(id) ON DELETE CASCADE,
                    name TEXT NOT NULL,
                    digest BLOB NOT NULL UNIQUE,
                    scopes TEXT NOT NULL,
                    created_at REAL NOT NULL,
                    expires_at REAL,
                    revoked_at REAL,
                    used_at REAL
                ) STRICT;
                CREATE INDEX access_tokens_by_user ON access_tokens(user_id, id);
                """)
    }

    /// Whom a provider of identities means by a user. Of two people it never says the same.
    static func addIdentities(_ database: Database) throws {
        try database.execute(
            sql: """
                ALTER TABLE users ADD COLUMN issuer TEXT;
                ALTER TABLE users ADD COLUMN subject TEXT;
                CREATE UNIQUE INDEX users_by_identity ON users(issuer, subject) WHERE issuer IS NOT NULL;
                """)
    }
}
