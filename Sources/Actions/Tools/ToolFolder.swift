internal import Execution
internal import FoundationEssentials

/// The versions of a tool in the folder that jobs share for tools, laid out as GitHub's runners have it:
/// `<tool>/<version>/<architecture>/`.
struct ToolFolder {
    struct Tool: Equatable {
        var version: SemanticVersion
        /// Its folder as the job knows it.
        var folder: String
    }

    let tools: WorkplaceFolders.Place
    /// `Python`, `node`.
    let name: String

    /// - Parameter program: what must be there of a version, from its folder on: `bin/node`.
    func installed(architecture: String, program: String) -> [Tool] {
        let place = tools.appending(name)
        let names = (try? FileManager.default.contentsOfDirectory(atPath: place.outside)) ?? []
        return names.compactMap { text in
            guard let version = SemanticVersion(text) else { return nil }
            let folder = place.appending(text).appending(architecture)
            // The link may lead to where only the job's own view has something: it is looked at, not followed.
            guard (try? FileManager.default.attributesOfItem(atPath: "\(folder.outside)/\(program)")) != nil else { return nil }
            return Tool(version: version, folder: folder.inside)
        }
    }

    /// Where an operator puts another version.
    func place(of version: String, architecture: String) -> String { "\(tools.outside)/\(name)/\(version)/\(architecture)" }

    /// As GitHub's runners name this machine's.
    static var architecture: String {
        #if arch(arm64)
            "arm64"
        #else
            "x64"
        #endif
    }
}
