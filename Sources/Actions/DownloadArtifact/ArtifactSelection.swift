internal import Archives
internal import Execution
internal import Expressions
internal import Plan
internal import Storage

/// The artifacts that the inputs `name`, `artifact-ids`, `pattern`, `run-id` and `repository` select.
struct ArtifactSelection {
    var artifacts: [Artifact]
    /// Whether the contents go right into the folder, rather than each into one of its name.
    var isSingle: Bool
    var annotations: [Annotation] = []

    init(_ invocation: ActionInvocation) throws(ActionFailure) {
        try Self.checkRepository(invocation)
        let (name, ids) = (invocation.input("name"), invocation.input("artifact-ids"))
        guard name == nil || ids == nil else {
            throw ActionFailure("the inputs \"name\" and \"artifact-ids\" can't be used together: give one of them")
        }
        let run = try invocation.number("run-id", in: 1...Int.max).map(Int64.init)
        let own = run == nil || run == invocation.assignment.runID
        let stored = try invocation.artifacts()
        let all = try storing { () throws(StorageError) in try stored.artifacts(ofRun: own ? nil : run) }
        if let name {
            guard let artifact = all.first(where: { $0.name == name }) else {
                let known = all.isEmpty ? "it has none" : "it has " + all.map { "\"\($0.name)\"" }.joined(separator: ", ")
                throw ActionFailure(
                    "Artifact not found for name: \(name). It was not uploaded in this run, or has expired: \(known)")
            }
            (artifacts, isSingle) = ([artifact], true)
        } else if let ids {
            let wanted = try Self.ids(ids)
            artifacts = all.filter { wanted.contains($0.id) }
            isSingle = wanted.count == 1
            let missing = wanted.filter { id in !all.contains { $0.id == id } }.map(String.init).joined(separator: ", ")
            guard !artifacts.isEmpty else { throw ActionFailure("None of the provided artifact IDs were found: \(missing)") }
            if !missing.isEmpty {
                annotations.append(
                    Annotation(level: .warning, message: "Could not find the following artifact IDs: \(missing)"))
            }
        } else {
            isSingle = false
            artifacts = all
            if let pattern = invocation.input("pattern") {
                invocation.log("Filtering artifacts by pattern '\(pattern)'")
                artifacts = all.filter { NamePattern(pattern).matches($0.name) }
            }
        }
    }

    private static func ids(_ text: String) throws(ActionFailure) -> [Int64] {
        var ids: [Int64] = []
        for word in text.split(whereSeparator: { $0 == "," || $0.isWhitespace }) {
            guard let id = Int64(word) else { throw ActionFailure("Invalid artifact ID: '\(word)'. Must be a number.") }
            if !ids.contains(id) { ids.append(id) }
        }
        guard !ids.isEmpty else { throw ActionFailure("No valid artifact IDs provided in 'artifact-ids' input") }
        return ids
    }

    private static func checkRepository(_ invocation: ActionInvocation) throws(ActionFailure) {
        guard let wanted = invocation.input("repository") else { return }
        let own = invocation.assignment.contexts.github["repository"]?.displayString ?? ""
        guard wanted.lowercased() == own.lowercased() else {
            throw ActionFailure(
                "artifacts of another repository (\(wanted)) can't be downloaded: only those of \(own), which the run is about")
        }
    }
}
