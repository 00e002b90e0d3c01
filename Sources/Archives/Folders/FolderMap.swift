/// The folders of a job that this process may read and write, by the paths by which the job's own commands know them.
///
/// The job's processes may be at work in them, and may be hostile: a path is followed name by name, each in the folder that is
/// held open, and a symbolic link by what it says in the job's own view. One that leads out of these folders is refused.
public struct FolderMap: Sendable {
    /// One folder.
    public struct Mount: Sendable {
        /// What it is called in archives: `workspace`, `home`.
        public let name: String
        /// Its absolute path for the job's commands.
        public let inside: String
        let components: [String]
        let folder: OpenFolder
    }

    public let mounts: [Mount]

    /// - Parameter folders: the name in archives, the path for the job's commands, and the one for this process. Where one lies
    ///   in another, the inner one counts for what is in it. A folder that is missing is left out.
    public init(_ folders: [(name: String, inside: String, outside: String)]) throws(ArchiveError) {
        var mounts: [Mount] = []
        for place in folders {
            do throws(ArchiveError) {
                mounts.append(
                    Mount(
                        name: place.name, inside: place.inside, components: Self.components(of: place.inside),
                        folder: try OpenFolder.open(place.outside)))
            } catch  where error.isMissing {
                continue
            }
        }
        self.mounts = mounts
    }

    public func mount(named name: String) -> Mount? { mounts.first { $0.name == name } }

    /// The folder that holds a path, and what remains of the path below it; by the names alone, without looking.
    public func mount(holding path: String) -> (mount: Mount, rest: [String])? {
        let components = Self.normalized(path)
        return
            mounts
            .filter { components.starts(with: $0.components) }
            .max { $0.components.count < $1.components.count }
            .map { ($0, Array(components[$0.components.count...])) }
    }

    /// An absolute path without `.`, `..` and doubled slashes, by the names alone.
    public static func normalized(_ path: String) -> [String] {
        var result: [String] = []
        for name in components(of: path) where name != "." {
            if name == ".." { _ = result.popLast() } else { result.append(name) }
        }
        return result
    }

    static func components(of path: String) -> [String] { path.split(separator: "/").map(String.init) }
    static func path(of components: some Sequence<String>) -> String { "/" + components.joined(separator: "/") }

    /// The mount at exactly this path.
    func mount(at components: [String]) -> Mount? { mounts.first { $0.components == components } }

    /// Whether a mount lies further down.
    func leadsToMount(_ components: [String]) -> Bool { mounts.contains { $0.components.starts(with: components) } }
}
