internal import Plan

/// What users, teams and tokens may be called.
public enum AccountName {
    static let longest = 64
    /// Names that records give to whom nobody knows, and to what is no person: the daemon itself is one.
    private static let reserved: Set<String> = ["web", "schedule", "unknown", "webhook", "slipway"]

    /// - Throws: for a name that has other characters, is too long, or means something already: a role may not be a user's name,
    ///   since requests for approvals name both.
    public static func check(user name: String) throws(AccountsError) {
        let lower = name.lowercased()
        guard isWord(name) else {
            throw AccountsError(
                .invalid,
                "\"\(name.prefix(longest))\" is no name for a user: use up to \(longest) letters, digits and . _ - @ +,"
                    + " the first a letter or a digit")
        }
        guard Role(rawValue: lower) == nil, !reserved.contains(lower) else {
            throw AccountsError(.invalid, "\"\(name)\" means something else in approvals and records: choose another name")
        }
    }

    /// - Throws: also for the name of a role: a team gives no role.
    public static func check(team name: String) throws(AccountsError) {
        guard isWord(name), Role(rawValue: name.lowercased()) == nil else {
            throw AccountsError(
                .invalid,
                "\"\(name.prefix(longest))\" is no name for a team: use up to \(longest) letters, digits and . _ - @ +, and not"
                    + " viewer, operator or admin")
        }
    }

    public static func check(token name: String) throws(AccountsError) {
        guard isWord(name) else {
            throw AccountsError(
                .invalid,
                "\"\(name.prefix(longest))\" is no name for a token: use up to \(longest) letters, digits and . _ - @ +")
        }
    }

    private static func isWord(_ text: String) -> Bool {
        guard let first = text.unicodeScalars.first, text.utf8.count <= longest else { return false }
        let isPlain = { (scalar: Unicode.Scalar) in
            ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar)
        }
        return isPlain(first) && text.unicodeScalars.allSatisfy { isPlain($0) || "._-@+".unicodeScalars.contains($0) }
    }
}
