internal import Execution

/// A runtime that CodeBuild's images have, and how the versions of it are found that are installed where a build runs.
struct HostRuntime {
    struct Installed {
        var version: RuntimeVersion
        /// The program's path, or the folder of what has none.
        var program: String
    }

    /// As builds call it; nil where there is none.
    let program: String?
    /// Patterns of the shell for places besides `PATH`, in which `$TOOLS` is the folder for tools.
    let places: [String]
    /// Prints what says the version of the program `$1`, one line each.
    let question: String
    /// The variable that names the folder above the one of programs.
    var homeVariable: String?

    static let all: [String: HostRuntime] = [
        "golang": HostRuntime(
            program: "go", places: ["\"$TOOLS\"/go/*/*/bin/go", "/usr/local/go*/bin/go", "/usr/lib/go-*/bin/go"],
            question: "GOTOOLCHAIN=local \"$1\" version | sed 's/^go version go//'", homeVariable: "GOROOT"),
        "java": HostRuntime(
            program: "java", places: ["\"$TOOLS\"/Java_*/*/*/bin/java", "/usr/lib/jvm/*/bin/java"],
            question: "\"$1\" -version 2>&1 | sed -n 's/.* version \"\\(1\\.\\)\\{0,1\\}\\([0-9._]*\\).*/\\2/p'",
            homeVariable: "JAVA_HOME"),
        "ruby": HostRuntime(
            program: "ruby",
            places: ["\"$TOOLS\"/Ruby/*/*/bin/ruby", "\"$HOME\"/.rbenv/versions/*/bin/ruby", "/usr/bin/ruby[0-9]*"],
            question: "\"$1\" --version | sed 's/^ruby \\([0-9.]*\\).*/\\1/'"),
        "php": HostRuntime(
            program: "php", places: ["\"$TOOLS\"/php/*/*/bin/php", "/usr/bin/php[0-9]*"],
            question: "\"$1\" --version | sed -n 's/^PHP \\([0-9.]*\\).*/\\1/p'"),
        "dotnet": HostRuntime(
            program: "dotnet",
            places: [
                "\"$TOOLS\"/dotnet/dotnet", "/usr/share/dotnet/dotnet", "/usr/lib/dotnet/dotnet", "\"$HOME\"/.dotnet/dotnet",
            ],
            question: "\"$1\" --list-sdks | sed 's/ .*//'"),
        // Its versions are those of the API.
        "android": HostRuntime(
            program: nil, places: ["\"${ANDROID_HOME:-${ANDROID_SDK_ROOT:-/opt/android-sdk}}\"/platforms/android-*"],
            question: "echo \"${1##*/android-}\""),
    ]

    /// Asks in the build's place: what it says of itself counts, not what a folder is called.
    func installed(_ invocation: ActionInvocation) throws(ActionFailure) -> [Installed] {
        let script = """
            TOOLS=\(Self.quoted(invocation.folders.tools.inside))
            say() { \(question); }
            (
                \(program.map { "IFS=:; for folder in $PATH; do echo \"$folder/\($0)\"; done; unset IFS" } ?? ":")
                for program in \(places.joined(separator: " ")); do echo "$program"; done
            ) | while IFS= read -r program; do
                if [ -x "$program" ]; then
                    say "$program" 2>/dev/null </dev/null | while IFS= read -r version; do echo "$program|$version"; done
                fi
            done
            :
            """
        guard let answer = try JobCommand(invocation).answer(["sh", "-c", script]) else { return [] }
        var found: [Installed] = []
        for line in answer.split(whereSeparator: \.isNewline) {
            guard let bar = line.lastIndex(of: "|"), let version = RuntimeVersion(said: line[line.index(after: bar)...]) else {
                continue
            }
            let one = Installed(version: version, program: String(line[..<bar]))
            if !found.contains(where: { $0.version == one.version && $0.program == one.program }) { found.append(one) }
        }
        return found
    }

    /// What builds find besides `PATH`.
    func variables(_ found: Installed) -> [String: String] {
        guard let homeVariable, found.program.hasSuffix("/bin/\(program ?? "")") else { return [:] }
        let home = String(found.program.dropLast("/bin/\(program ?? "")".count))
        // What is a link into another folder has its home there, and finds it by itself.
        return home.isEmpty || home == "/usr" || home == "/usr/local" ? [:] : [homeVariable: home]
    }

    private static func quoted(_ text: String) -> String { "'" + text.replacing("'", with: "'\\''") + "'" }
}
