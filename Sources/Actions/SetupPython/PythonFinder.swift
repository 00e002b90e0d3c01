internal import Execution

/// Finds the Pythons that a job can use: those of the folder for tools, and those on its `PATH`.
struct PythonFinder {
    struct Python: Equatable {
        var version: SemanticVersion
        /// As the job knows it.
        var program: String
        /// Where it was installed: `/usr`, or its folder below the one for tools.
        var prefix: String
        var architecture: String
        var isTool: Bool
    }

    let invocation: ActionInvocation
    private var folder: ToolFolder { ToolFolder(tools: invocation.folders.tools, name: "Python") }

    init(_ invocation: ActionInvocation) { self.invocation = invocation }

    /// The highest version that is wished for; for nil the first on `PATH`.
    ///
    /// - Throws: `ActionFailure` that says what there is, and how to add what is not.
    func find(_ wish: PythonRequest.Wish?, architecture wanted: String?) throws(ActionFailure) -> Python {
        let architecture = (wanted ?? ToolFolder.architecture) + (wish?.isFreeThreaded == true ? "-freethreaded" : "")
        let tools = folder.installed(architecture: architecture, program: "bin/python3").map { tool in
            Python(
                version: tool.version, program: "\(tool.folder)/bin/python3", prefix: tool.folder, architecture: architecture,
                isTool: true)
        }
        let host = architecture == ToolFolder.architecture ? try hostPythons() : []
        guard let wish else {
            if let first = host.first { return first }
            throw ActionFailure("there is no Python on PATH: \(remedy(nil, architecture))")
        }
        if let best = wish.range.best(of: tools + host, version: \.version) { return best }
        let all = (tools + host).map { "\($0.version) (\($0.program))" }
        throw ActionFailure(
            "Python \(wish.text)\(wanted.map { " for \($0)" } ?? "") is not installed here. "
                + (all.isEmpty ? "There is none at all: " : "There is \(all.joined(separator: ", ")): ")
                + remedy(wish, architecture))
    }

    private func remedy(_ wish: PythonRequest.Wish?, _ architecture: String) -> String {
        let place = folder.place(of: "<version>", architecture: architecture)
        return "install it on the host, or put it in \(place), with bin/python3 in it, as runners of GitHub have it"
    }

    /// Asks each `python3…` on `PATH`, in its order, what it is. One may be there under several names.
    private func hostPythons() throws(ActionFailure) -> [Python] {
        let script = """
            IFS=:
            for folder in $PATH; do
                for program in "$folder"/python3 "$folder"/python3.[0-9] "$folder"/python3.[0-9][0-9]; do
                    if [ -x "$program" ]; then "$program" -I -S -c '
            import platform, sys
            print(platform.python_implementation(), platform.python_version(), sys.executable, sys.base_prefix, sep="|")
            ' 2>/dev/null; fi
                done
            done
            :
            """
        guard let answer = try JobCommand(invocation).answer(["sh", "-c", script]) else { return [] }
        var found: [Python] = []
        for line in answer.split(whereSeparator: \.isNewline) {
            let parts = line.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 4, parts[0] == "CPython", let version = SemanticVersion(PythonRequest.normalized(parts[1])),
                !found.contains(where: { $0.version == version && $0.prefix == parts[3] })
            else { continue }
            found.append(
                Python(
                    version: version, program: parts[2], prefix: parts[3], architecture: ToolFolder.architecture, isTool: false))
        }
        return found
    }
}
