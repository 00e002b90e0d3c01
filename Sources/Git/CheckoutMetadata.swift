/// The few files that make a folder a Git repository for the job: HEAD, config, references, shallow. No hooks, no templates.
struct CheckoutMetadata {
    let commit: ObjectID
    let options: CheckoutOptions
    /// The address of origin, if it has one to show.
    let originURL: String?
    /// The tag object of an annotated tag that is checked out.
    var tagObject: ObjectID?
    /// The branches and tags that come along.
    var mirrored: [Reference] = []
    /// Commits whose parents are left out.
    var boundary: [ObjectID] = []

    private var branch: String? {
        guard let reference = options.reference, reference.hasPrefix("refs/heads/") else { return nil }
        return String(reference.dropFirst("refs/heads/".count))
    }

    func write(into folder: borrowing FolderDescriptor) throws(GitError) {
        try folder.write(head, to: "HEAD")
        try folder.write(config, to: "config")
        let references = self.references
        if !references.isEmpty {
            let lines = references.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)\n" }
            try folder.write(lines.joined(), to: "packed-refs")
        }
        if let sparse = options.sparse {
            try folder.folder("info", creating: .always).write(sparse.fileContents, to: "sparse-checkout")
        }
        if !boundary.isEmpty { try folder.write(boundary.map { "\($0)\n" }.joined(), to: "shallow") }
        try folder.makeFolder("refs")
    }

    private var head: String { branch.map { "ref: refs/heads/\($0)\n" } ?? "\(commit)\n" }

    /// What a clone would call them: branches are the remote's, and the one that is checked out exists here as well.
    private var references: [String: ObjectID] {
        var result: [String: ObjectID] = [:]
        for reference in mirrored {
            if reference.name.hasPrefix("refs/heads/") {
                result["refs/remotes/origin/\(reference.name.dropFirst("refs/heads/".count))"] = reference.target
            } else if reference.name.hasPrefix("refs/tags/") {
                result[reference.name] = reference.target
            }
        }
        guard let reference = options.reference else { return result }
        if let branch {
            result["refs/heads/\(branch)"] = commit
            result["refs/remotes/origin/\(branch)"] = commit
        } else if reference.hasPrefix("refs/tags/") {
            result[reference] = tagObject ?? commit
        } else if reference.hasPrefix("refs/") {
            result["refs/remotes/\(reference.dropFirst("refs/".count))"] = commit
        }
        return result
    }

    private var config: String {
        var text = """
            [core]
            \trepositoryformatversion = 0
            \tfilemode = true
            \tbare = false
            \tlogallrefupdates = true
            [gc]
            \tauto = 0

            """
        if let originURL {
            text += "[remote \"origin\"]\n\turl = \(Self.quoted(originURL))\n"
            text += "\tfetch = +refs/heads/*:refs/remotes/origin/*\n"
        }
        if let branch {
            let name = branch.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
            text += "[branch \"\(name)\"]\n\tremote = origin\n\tmerge = \(Self.quoted("refs/heads/\(branch)"))\n"
        }
        if let sparse = options.sparse {
            text += "[core]\n\tsparseCheckout = true\n\tsparseCheckoutCone = \(sparse.isCone)\n"
        }
        for submodule in options.submodules where !submodule.name.contains(where: \.isNewline) {
            text += "[submodule \(Self.quoted(submodule.name))]\n\tactive = true\n\turl = \(Self.quoted(submodule.url))\n"
        }
        return text
    }

    /// A value as git-config(1) reads it back, whatever is in it.
    private static func quoted(_ value: String) -> String {
        "\"\(value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n"))\""
    }
}
