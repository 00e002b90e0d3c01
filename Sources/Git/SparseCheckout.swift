/// Which files of a commit are laid out, as git-sparse-checkout(1) has it. The others stay in the repository.
public struct SparseCheckout: Sendable, Hashable, Codable {
    /// Folders in cone mode, else patterns as in `.gitignore`, of which the last one that fits decides.
    public var lines: [String]
    /// Whether the lines are folders: with all that is in them come the files of the root and of the folders above them.
    public var isCone: Bool

    public init(lines: [String], isCone: Bool) {
        self.lines = lines.filter { !$0.allSatisfy(\.isWhitespace) }
        self.isCone = isCone
    }

    /// The file `.git/info/sparse-checkout`, as git itself would write it.
    var fileContents: String {
        guard isCone else { return lines.map { "\($0)\n" }.joined() }
        let cone = SparseCone(folders: lines)
        var text = "/*\n!/*/\n"
        for folder in cone.parents.union(cone.folders).sorted() where !folder.isEmpty {
            text += "/\(folder)/\n"
            if !cone.folders.contains(folder) { text += "!/\(folder)/*/\n" }
        }
        return text
    }
}

/// The folders of cone mode, and those above them, without slashes around them.
struct SparseCone {
    let folders: Set<String>
    let parents: Set<String>

    init(folders lines: [String]) {
        var folders: Set<String> = []
        var parents: Set<String> = [""]
        for line in lines {
            let parts = line.split(separator: "/")
            guard !parts.isEmpty else { continue }
            folders.insert(parts.joined(separator: "/"))
            for count in 1..<max(parts.count, 1) { parents.insert(parts.prefix(count).joined(separator: "/")) }
        }
        self.folders = folders
        self.parents = parents
    }
}

/// Decides file by file while a tree is walked from its root.
enum SparseMatcher {
    case cone(SparseCone)
    case patterns([SparsePattern])

    init(_ checkout: SparseCheckout) {
        self =
            checkout.isCone
            ? .cone(SparseCone(folders: checkout.lines)) : .patterns(checkout.lines.compactMap { SparsePattern($0) })
    }

    /// Whether what is in a folder is laid out where no pattern says otherwise.
    ///
    /// - Parameter parent: the same about the folder that it is in; false for the root.
    func includes(folder path: String, in parent: Bool) -> Bool {
        switch self {
        case .cone(let cone): parent || cone.folders.contains(path)
        case .patterns(let patterns): Self.decision(of: patterns, on: path, isFolder: true) ?? parent
        }
    }

    func includes(file path: String, in parent: Bool) -> Bool {
        switch self {
        case .cone(let cone):
            parent || cone.parents.contains(path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "")
        case .patterns(let patterns): Self.decision(of: patterns, on: path, isFolder: false) ?? parent
        }
    }

    private static func decision(of patterns: [SparsePattern], on path: String, isFolder: Bool) -> Bool? {
        patterns.last { $0.matches(path, isFolder: isFolder) }.map { !$0.isNegative }
    }
}
