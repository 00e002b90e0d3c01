internal import Expressions
internal import Plan
internal import Store

/// The inputs of runs that are started by hand: as fields that are to be filled, and as what a run was given.
enum InputValues {
    /// Characters that the list shows.
    private static let longest = 300
    /// Characters that a field of one line is good for.
    private static let longestField = 80

    /// What a run was given, with the field in which it can be changed.
    /// - Parameter declared: the input as the pipeline has it; nil: a text.
    static func line(_ name: String, _ value: ExpressionValue, declared: DispatchInput?, id: String) -> PageValues {
        let text = value.displayString
        let isLong = text.count > longestField || text.contains(where: \.isNewline)
        var input = declared ?? DispatchInput(name: name)
        // What the field of its type can't hold stays as it was.
        switch input.kind {
        case .boolean where !["true", "false"].contains(text), .number where Double(text) == nil && !text.isEmpty:
            input.kind = .string
        default: break
        }
        // The run was given a value, and an empty one may be changed to another.
        input.isRequired = false
        return field(input, id: id, value: text, isLong: isLong).merging([
            "isEmpty": text.isEmpty, "shown": text.count > longest ? text.prefix(longest) + "…" : text,
        ]) { $1 }
    }

    /// A field for an input, of the type that the pipeline declares.
    /// - Parameter value: what it holds; nil: the input's default.
    static func field(_ input: DispatchInput, id: String, value: String?, isLong: Bool = false) -> PageValues {
        let value = value ?? input.defaultValue ?? ""
        var options = input.options
        // The pipeline may have offered it once.
        if input.kind == .choice, !value.isEmpty, !options.contains(value) { options.insert(value, at: 0) }
        let isText = input.kind == .string || input.kind == .environment
        return [
            "id": id, "name": input.name, "description": Filled(input.description), "isRequired": input.isRequired,
            "value": value, "isBoolean": input.kind == .boolean, "isChoice": input.kind == .choice,
            "isNumber": input.kind == .number, "isText": isText && !isLong, "isLong": isText && isLong,
            "isEnvironment": input.kind == .environment, "isOn": value == "true",
            "options": options.map { option -> PageValues in ["value": option, "isChosen": option == value] },
        ]
    }
}

extension WebSite {
    /// The environments that are worth offering: those that the settings protect, and those that were deployed to. A field takes
    /// others, too; where the store does not answer, it offers less.
    func environmentNames(of repository: String) async -> [String] {
        let known = ((try? await store.environments()) ?? []).filter { $0.repository == repository }.map(\.name)
        return Set(await operations.environments(ofRepository: repository).map(\.name) + known).sorted()
    }
}
