/// `docker build` as a script has it, with its words known.
struct DockerBuildCommand: Equatable {
    /// As written, from the working folder on.
    var context = ""
    /// The same; nil: `Dockerfile` in the context.
    var dockerfile: String?
    var target: String?
    /// With nil for a value that is not known.
    var arguments: [String: String?] = [:]

    private static let valued: Set<String> = [
        "--add-host", "--allow", "--annotation", "--attest", "--build-arg", "--build-context", "--builder", "--cache-from",
        "--cache-to",
        "--cgroup-parent", "--cpu-period", "--cpu-quota", "--cpu-shares", "-c", "--cpuset-cpus", "--cpuset-mems", "--iidfile",
        "--file", "-f", "--isolation", "--label", "--memory", "-m", "--memory-swap", "--metadata-file", "--network",
        "--no-cache-filter",
        "--output", "-o", "--platform", "--progress", "--provenance", "--sbom", "--secret", "--security-opt", "--shm-size",
        "--ssh", "--tag", "-t", "--target", "--ulimit",
    ]
    private static let flags: Set<String> = [
        "--check", "--compress", "--debug", "-D", "--disable-content-trust", "--force-rm", "--load", "--no-cache", "--pull",
        "--push", "--quiet", "-q", "--rm", "--squash",
    ]

    /// - Parameter environment: has the values of build arguments that are given by their name alone.
    /// - Returns: nil for another command, or one of which not all is known that says what is built.
    init?(_ command: ShellReader.SimpleCommand, environment: [String: String]) {
        guard var rest = Self.arguments(of: command) else { return nil }
        var contexts: [String] = []
        while let word = rest.popFirst() {
            if let text = word.text, !text.hasPrefix("-") || text == "-" {
                contexts.append(text)
                continue
            }
            guard let option = Option(word, followedBy: &rest) else { return nil }
            switch option.name {
            case "--build-arg": guard add(argument: option.value, environment) else { return nil }
            case "-f", "--file":
                guard let value = option.value?.text else { return nil }
                dockerfile = value
            case "--target":
                guard let value = option.value?.text else { return nil }
                target = value
            default: continue
            }
        }
        guard contexts.count == 1, Self.isHere(contexts[0]), dockerfile.map(Self.isHere) ?? true else { return nil }
        context = contexts[0]
    }

    /// - Returns: false where it is not even known which one is given.
    private mutating func add(argument: ShellReader.Word?, _ environment: [String: String]) -> Bool {
        guard let argument else { return false }
        guard let text = argument.text else {
            let source = argument.source.drop { $0 == "\"" }
            guard let equals = source.firstIndex(of: "="), !source[..<equals].contains(where: Self.isOpen) else { return false }
            arguments.updateValue(nil, forKey: String(source[..<equals]))
            return true
        }
        if let equals = text.firstIndex(of: "=") {
            arguments[String(text[..<equals])] = String(text[text.index(after: equals)...])
        } else if let value = environment[text] {
            // Docker's client gives what its environment has.
            arguments[text] = value
        }
        return true
    }

    /// The words behind `docker build`, `docker image build`, `docker builder build` and `docker buildx build`; nil for another command.
    private static func arguments(of command: ShellReader.SimpleCommand) -> ArraySlice<ShellReader.Word>? {
        var words = command.words[...]
        if words.first?.text == "sudo" { words.removeFirst() }
        guard words.popFirst()?.text == "docker" else { return nil }
        if ["image", "builder", "buildx"].contains(words.first?.text) { words.removeFirst() }
        guard words.popFirst()?.text == "build" else { return nil }
        return words
    }

    /// Whether a path is one of this machine: no address, nor the standard input.
    private static func isHere(_ path: String) -> Bool {
        !path.isEmpty && path != "-" && !path.contains("://") && !path.hasPrefix("git@") && !path.hasPrefix("github.com/")
            && !path.hasSuffix(".git")
    }

    /// Whether a character of a word's source begins what may be anything.
    private static func isOpen(_ character: Character) -> Bool { "$`\"'\\".contains(character) }

    /// One of the options, of whose words only the name has to be known.
    private struct Option {
        var name: String
        /// Nil for a flag.
        var value: ShellReader.Word?

        init?(_ word: ShellReader.Word, followedBy rest: inout ArraySlice<ShellReader.Word>) {
            let known = word.text ?? String(word.source.prefix { !DockerBuildCommand.isOpen($0) })
            guard known.hasPrefix("-") else { return nil }
            func value(after count: Int) -> ShellReader.Word {
                ShellReader.Word(
                    text: word.text.map { String($0.dropFirst(count)) }, source: String(word.source.dropFirst(count)))
            }
            if let equals = known.firstIndex(of: "=") {
                name = String(known[..<equals])
                self.value = value(after: name.count + 1)
            } else if !known.hasPrefix("--"), known.count > 2, DockerBuildCommand.valued.contains(String(known.prefix(2))) {
                name = String(known.prefix(2))
                self.value = value(after: 2)
            } else {
                guard word.text != nil else { return nil }
                name = known
            }
            if DockerBuildCommand.flags.contains(name) { return }
            guard DockerBuildCommand.valued.contains(name) else { return nil }
            if self.value == nil {
                guard let next = rest.popFirst() else { return nil }
                self.value = next
            }
        }
    }
}
