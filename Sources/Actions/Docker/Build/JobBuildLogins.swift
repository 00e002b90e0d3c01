internal import Diagnoses
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
        for instruction in DockerfileInstruction.all(of: dockerfile) where instruction.name == "FROM" {
            guard let name = instruction.words.first, let image = ImageReference(name) else { continue }
            registries.insert(image.registry)
        }
        return registries
    }
}
