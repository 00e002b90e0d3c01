/// Every key of `runner.conf`, in the order of the manual.
///
/// The table is what the file is held to: a key that is not here is unknown to the reader, and
/// `runner.conf.example` is made from it. A new key needs its row here and its line in the reading of its section.
public enum SettingsManual {
    /// All keys, the general ones first, then those of a repository.
    public static let keys: [SettingKey] =
        placeKeys + jobKeys + dockerKeys + awsKeys + actionKeys + keepingKeys + storageKeys + daemonKeys + outwardKeys
        + repositoryKeys + accessKeys + statusKeys

    public static func key(_ path: String) -> SettingKey? {
        keys.first { $0.path == path }
    }

    /// Keys that there were once: a file that still has one is told what to write now.
    static func replacedKeys(of path: String) -> [String] { path == "web" ? ["allow_unauthenticated"] : [] }

    /// The only key or section of a name that is not at the top, by its path: what somebody means who writes `listen` for `web.listen`.
    static func path(named name: String) -> String? {
        var paths: [String] = []
        for key in keys {
            let parts = key.path.split(separator: ".")
            guard let index = parts.firstIndex(where: { $0 == name }) else { continue }
            let path = parts[...index].joined(separator: ".")
            if !paths.contains(path) { paths.append(path) }
        }
        return paths.count == 1 ? paths[0] : nil
    }

    /// The names that may stand in a section, keys as well as sections in it; of the whole file for an empty path.
    static func keys(of path: String) -> [String] {
        var names: [String] = []
        for key in keys where path.isEmpty || key.path.hasPrefix(path + ".") {
            let rest = path.isEmpty ? key.path[...] : key.path.dropFirst(path.count + 1)
            let name = String(rest.prefix { $0 != "." })
            if !names.contains(name) { names.append(name) }
        }
        return names
    }
}
