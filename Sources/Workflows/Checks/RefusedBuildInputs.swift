internal import Diagnostics

/// What `docker/build-push-action` refuses here: a value that is written out is known before its run begins.
enum RefusedBuildInputs {
    static let action = "docker/build-push-action"

    /// For the manual: an input, and the values that it can't have.
    static let table = [
        ("platforms", "more than one"),
        ("outputs", "other types than `image`, `registry` and `docker` without `dest`"),
        ("build-contexts", "what is no image (`name=docker-image://…`)"),
        ("ssh", "any"),
        ("call", "other than `build`"),
    ]

    /// - Returns: why the step can't succeed, at the places of its inputs.
    static func problems(of call: WorkflowAction) -> [(message: String, range: SourceRange)] {
        guard LanguageSupport.builtInAction(call.reference.value)?.name == action else { return [] }
        return call.inputs.variables.compactMap { input in
            guard input.value.isLiteral, let reason = reason(input.name.value.lowercased(), input.value.source) else {
                return nil
            }
            return ("\"\(input.name.value)\" \(reason)", input.value.range)
        }
    }

    private static func reason(_ name: String, _ text: String) -> String? {
        let lines = text.split(whereSeparator: \.isNewline).map(trimmed).filter { !$0.isEmpty }
        switch name {
        case "platforms":
            let count = lines.flatMap { $0.split(separator: ",") }.map { trimmed($0) }.filter { !$0.isEmpty }.count
            return count > 1
                ? "names \(count) platforms; one is built at a time here: use a job's matrix, and a tag for each" : nil
        case "outputs":
            return lines.lazy.compactMap(unknownOutput).first.map {
                "asks for \"\($0)\"; supported are type=image, type=registry and type=docker: copy files out of an image with a"
                    + " step that runs it"
            }
        case "build-contexts":
            let other = lines.first { !$0.contains("=docker-image://") }
            return other.map { "has \"\($0)\"; supported are images: name=docker-image://image" }
        case "ssh":
            return lines.isEmpty ? nil : "is not supported: no key of this host is lent to a build; hand over a secret"
        case "call":
            return lines.first.flatMap { $0 == "build" ? nil : "asks for \"\($0)\"; only build is supported" }
        default: return nil
        }
    }

    /// The type that can't be made; the whole line where it names none, which stands for a folder.
    private static func unknownOutput(_ line: String) -> String? {
        let fields = line.split(separator: ",").map { trimmed($0) }
        guard let type = fields.first(where: { $0.hasPrefix("type=") })?.dropFirst(5) else { return line }
        if ["image", "registry"].contains(type) { return nil }
        return type == "docker" && !fields.contains { $0.hasPrefix("dest=") } ? nil : String(type)
    }

    /// Without space and quotes around it.
    private static func trimmed(_ text: some StringProtocol) -> String {
        func isEdge(_ character: Character) -> Bool { character.isWhitespace || character == "\"" }
        return String(text.drop(while: isEdge).reversed().drop(while: isEdge).reversed())
    }
}
