internal import Docker
internal import Execution

/// One option of `docker create`, and what it does to a container.
struct ContainerOption: Sendable {
    typealias Effect = @Sendable (inout ContainerDraft, String) throws(ExecutionError) -> Void

    /// With their dashes.
    let names: [String]
    /// Whether it takes none; it is then `true`, unless `=false` stands after it.
    let isFlag: Bool
    let effect: Effect

    static func value(_ names: String..., effect: @escaping Effect) -> ContainerOption {
        ContainerOption(names: names, isFlag: false, effect: effect)
    }

    static func flag(
        _ names: String..., effect: @escaping @Sendable (inout ContainerDraft, Bool) throws(ExecutionError) -> Void
    ) -> ContainerOption {
        ContainerOption(names: names, isFlag: true) { draft, text throws(ExecutionError) in
            guard let isOn = OptionValue.boolean(text) else {
                throw draft.failure("\(names[0]) is true or false, found \"\(text)\"")
            }
            try effect(&draft, isOn)
        }
    }

    /// An option that is not for workflows, with what to do instead.
    static func refused(_ names: String..., isFlag: Bool = false, because reason: String) -> ContainerOption {
        ContainerOption(names: names, isFlag: isFlag) { draft, _ throws(ExecutionError) in
            throw draft.failure("the option \(names[0]) is not supported: \(reason)")
        }
    }

    /// An option that changes nothing here.
    static func idle(_ names: String..., isFlag: Bool = false) -> ContainerOption {
        ContainerOption(names: names, isFlag: isFlag) { _, _ in }
    }

    static func size(_ name: String..., to field: any WritableKeyPath<HostConfiguration, Int64?> & Sendable) -> ContainerOption {
        ContainerOption(names: name, isFlag: false) { draft, text throws(ExecutionError) in
            guard let bytes = text == "-1" ? -1 : OptionValue.bytes(text) else {
                throw draft.failure("\(name[0]) is a size such as 512m or 2g, found \"\(text)\"")
            }
            draft.definition.host[keyPath: field] = bytes
        }
    }

    static func number(_ name: String..., to field: any WritableKeyPath<HostConfiguration, Int64?> & Sendable) -> ContainerOption
    {
        ContainerOption(names: name, isFlag: false) { draft, text throws(ExecutionError) in
            guard let number = Int64(text) else { throw draft.failure("\(name[0]) is a number, found \"\(text)\"") }
            draft.definition.host[keyPath: field] = number
        }
    }

    static func text(_ name: String..., to field: any WritableKeyPath<HostConfiguration, String?> & Sendable) -> ContainerOption {
        ContainerOption(names: name, isFlag: false) { draft, text in draft.definition.host[keyPath: field] = text }
    }

    static func list(_ name: String..., to field: any WritableKeyPath<HostConfiguration, [String]?> & Sendable) -> ContainerOption
    {
        ContainerOption(names: name, isFlag: false) { draft, text in
            draft.definition.host[keyPath: field] = (draft.definition.host[keyPath: field] ?? []) + [text]
        }
    }

    /// A period of the health check.
    static func period(_ name: String, to field: any WritableKeyPath<HealthCheck, Int64> & Sendable) -> ContainerOption {
        .value(name) { draft, text throws(ExecutionError) in
            guard let period = OptionValue.nanoseconds(text) else {
                throw draft.failure("\(name) is a time such as 10s or 1m30s, found \"\(text)\"")
            }
            draft.editHealthCheck { $0[keyPath: field] = period }
        }
    }
}

extension ContainerDraft {
    /// Applies options, each of them as `--name=value`, `--name value`, `-n value` or `-nvalue`.
    mutating func apply(_ options: [String]) throws(ExecutionError) {
        var rest = options[...]
        while let word = rest.popFirst() {
            guard word.hasPrefix("-"), word != "-", word != "--" else {
                throw failure("options: found \"\(word)\" where an option was expected; a value with spaces needs quotes")
            }
            let (name, attached) = word.hasPrefix("--") ? OptionValue.pair(word, at: "=") : Self.short(word)
            guard let option = ContainerOption.all[name] else {
                throw failure("the option \(name) is not known; see \"docker create\" for those that there are")
            }
            if option.isFlag {
                try option.effect(&self, attached ?? "true")
            } else if let value = attached ?? rest.popFirst() {
                try option.effect(&self, value)
            } else {
                throw failure("the option \(name) needs a value")
            }
        }
    }

    /// `-p80:80` is `-p` and `80:80`, as is `-p=80:80`.
    private static func short(_ word: String) -> (String, String?) {
        let name = String(word.prefix(2))
        var value = word.dropFirst(2)
        if value.first == "=" { value = value.dropFirst() }
        // Flags together, as in `-it`, are those of a terminal, which a job does not have.
        if name == "-i" || name == "-t" || name == "-d" { return (name, nil) }
        return (name, value.isEmpty ? nil : String(value))
    }

    mutating func editHealthCheck(_ edit: (inout HealthCheck) -> Void) {
        var check = definition.healthCheck ?? HealthCheck()
        edit(&check)
        definition.healthCheck = check
    }
}
