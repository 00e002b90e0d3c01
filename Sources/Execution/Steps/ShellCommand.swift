/// How a `run` script is started: its file's ending, its text, and the command line, as GitHub's runner makes them.
///
/// See "jobs.<job_id>.steps[*].shell" in GitHub's workflow syntax.
public struct ShellCommand: Equatable {
    /// `bash -e {0}` and the like, shown in the log.
    var display: String
    var fileExtension: String
    /// The command line with `{0}` still in it.
    var arguments: [String]
    /// Lines put around the script: PowerShell needs its exit code handed on.
    var prologue = ""
    var epilogue = ""

    /// - Parameters:
    ///   - shell: the evaluated `shell`, nil where neither step nor defaults name one.
    ///   - isInContainer: whether the job runs in a container, where GitHub takes `sh` unless told otherwise.
    ///   - finds: whether a program is on the job's `PATH`.
    /// - Throws: `ExecutionError` for a name that is neither known nor a command line with `{0}`.
    init(shell: String?, isInContainer: Bool = false, finds: (String) -> Bool) throws(ExecutionError) {
        switch shell {
        case nil, "":
            self.init(
                arguments: !isInContainer && finds("bash") ? ["bash", "-e", "{0}"] : ["sh", "-e", "{0}"], fileExtension: ".sh")
        case "bash":
            self.init(arguments: ["bash", "--noprofile", "--norc", "-eo", "pipefail", "{0}"], fileExtension: ".sh")
        case "sh":
            self.init(arguments: ["sh", "-e", "{0}"], fileExtension: ".sh")
        case "python":
            // Debian has no `python` of its own.
            self.init(arguments: [finds("python") ? "python" : "python3", "{0}"], fileExtension: ".py")
        case "pwsh":
            self.init(arguments: ["pwsh", "-command", ". '{0}'"], fileExtension: ".ps1")
            prologue = "$ErrorActionPreference = 'stop'\n"
            epilogue = "\nif ((Test-Path -LiteralPath variable:\\LASTEXITCODE)) { exit $LASTEXITCODE }\n"
        case .some(let custom):
            let arguments = Self.split(custom)
            guard arguments.contains(where: { $0.contains("{0}") }) else {
                throw ExecutionError(
                    """
                    the shell "\(custom)" is not known: use bash, sh, python or pwsh, or a command line with {0} where the \
                    script's file goes
                    """)
            }
            self.init(arguments: arguments, fileExtension: "")
        }
    }

    private init(arguments: [String], fileExtension: String) {
        self.arguments = arguments
        self.fileExtension = fileExtension
        display = arguments.joined(separator: " ")
    }

    /// Whether the script is read as `sh` or Bash does it.
    var isPOSIX: Bool { arguments.first.map { ["bash", "sh"].contains($0) } ?? false }

    /// The command line for a script stored at `path`.
    func commandLine(script path: String) -> [String] {
        arguments.map { argument in
            var result = ""
            var rest = argument[...]
            while let brace = rest.firstRange(of: "{0}") {
                result += rest[..<brace.lowerBound] + path
                rest = rest[brace.upperBound...]
            }
            return result + rest
        }
    }

    /// Splits a command line at white space, with double and single quotes around what stays together.
    public static func split(_ line: String) -> [String] {
        var arguments: [String] = []
        var current = ""
        var isOpen = false
        var quote: Character?
        for character in line {
            if let open = quote {
                if character == open { quote = nil } else { current.append(character) }
            } else if character == "\"" || character == "'" {
                quote = character
                isOpen = true
            } else if character.isWhitespace {
                if isOpen || !current.isEmpty { arguments.append(current) }
                current = ""
                isOpen = false
            } else {
                current.append(character)
            }
        }
        if isOpen || !current.isEmpty { arguments.append(current) }
        return arguments
    }
}
