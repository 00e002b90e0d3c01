internal import Docker
internal import Execution

/// The logins that a build may need: those in the job's file, and of the ones that programs keep, those for the registries of the
/// images that the Dockerfile begins with.
struct JobBuildLogins {
    let logins: JobRegistryLogins
    let dockerfile: String?

    func read() throws(ActionFailure) -> RegistryLogins {
        try logins.logins(with: Self.registries(of: dockerfile ?? ""))
    }

    static func registries(of dockerfile: String) -> Set<String> {
        var registries: Set<String> = []
        for line in dockerfile.split(whereSeparator: \.isNewline) {
            let words = line.split(whereSeparator: \.isWhitespace)
            guard let first = words.first, first.uppercased() == "FROM",
                let name = words.dropFirst().first(where: { !$0.hasPrefix("--") }), let image = ImageReference(String(name))
            else { continue }
            registries.insert(image.registry)
        }
        return registries
    }
}
