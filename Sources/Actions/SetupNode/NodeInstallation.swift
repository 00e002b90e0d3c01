internal import Execution

/// A Node that a job can use.
struct NodeInstallation: Equatable {
    var version: SemanticVersion
    /// The folder of its programs, as the job knows it.
    var programs: String

    /// Those of the folder for tools, and those on the job's `PATH`.
    static func all(for invocation: ActionInvocation, architecture: String?) throws(ActionFailure) -> [NodeInstallation] {
        let own = architecture == nil || architecture == ToolFolder.architecture
        let folder = ToolFolder(tools: invocation.folders.tools, name: "node")
        let tools = folder.installed(architecture: architecture ?? ToolFolder.architecture, program: "bin/node").map {
            NodeInstallation(version: $0.version, programs: "\($0.folder)/bin")
        }
        return tools + (own ? try onPath(invocation) : [])
    }

    private static func onPath(_ invocation: ActionInvocation) throws(ActionFailure) -> [NodeInstallation] {
        let script = """
            IFS=:
            for folder in $PATH; do
                if [ -x "$folder/node" ]; then echo "$("$folder/node" --version 2>/dev/null)|$folder"; fi
            done
            :
            """
        guard let answer = try JobCommand(invocation).answer(["sh", "-c", script]) else { return [] }
        var found: [NodeInstallation] = []
        for line in answer.split(whereSeparator: \.isNewline) {
            let parts = line.split(separator: "|", maxSplits: 1)
            guard parts.count == 2, let version = SemanticVersion(parts[0]) else { continue }
            // /bin is often /usr/bin.
            if !found.contains(where: { $0.version == version }) {
                found.append(NodeInstallation(version: version, programs: String(parts[1])))
            }
        }
        return found
    }

    /// Makes a folder of the job in which this Node's programs are found, and to which `npm install --global` may write.
    ///
    /// - Returns: the folder above its `bin`, as the job knows it.
    func place(for invocation: ActionInvocation) throws(ActionFailure) -> String {
        let folder = "\(invocation.folders.temporary.inside)/node/\(version)"
        let script = """
            mkdir -p "$2/bin" "$2/lib" &&
            for program in node npm npx corepack yarn yarnpkg pnpm; do
                if [ -e "$1/$program" ]; then ln -sf "$1/$program" "$2/bin/$program" || exit; fi
            done
            echo ready
            """
        guard try JobCommand(invocation).answer(["sh", "-c", script, "sh", programs, folder]) == "ready" else {
            throw ActionFailure("can't make the folder \(folder) for Node's programs")
        }
        return folder
    }
}
