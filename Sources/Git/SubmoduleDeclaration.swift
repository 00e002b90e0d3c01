/// A submodule as a commit has it: what `.gitmodules` says about a path, and the commit that belongs there.
public struct SubmoduleDeclaration: Sendable, Hashable, Codable {
    public let name: String
    /// From the repository's root.
    public let path: String
    /// As written: an address, or one that is relative to the repository's own (`../lib.git`).
    public let url: String
    public let commit: ObjectID

    /// The address, with a relative one resolved as git-submodule(1) does it.
    ///
    /// - Returns: nil where a relative address climbs out of its base, or there is none to start from.
    public func address(relativeTo base: String) -> String? {
        guard url.hasPrefix("./") || url.hasPrefix("../") else { return url }
        var base = base[...]
        while base.hasSuffix("/") { base = base.dropLast() }
        var rest = url[...]
        // What can't be climbed over: the scheme and host of a URL, the host of the short form of ssh.
        let floor = base.firstRange(of: "://").map { $0.upperBound } ?? base.startIndex
        while true {
            if rest.hasPrefix("./") {
                rest = rest.dropFirst(2)
            } else if rest.hasPrefix("../") {
                rest = rest.dropFirst(3)
                if let slash = base[floor...].lastIndex(of: "/") {
                    base = base[..<slash]
                } else if floor == base.startIndex, let colon = base.lastIndex(of: ":") {
                    return "\(base[...colon])\(rest)"
                } else {
                    return nil
                }
            } else {
                return base.isEmpty ? nil : "\(base)/\(rest)"
            }
        }
    }
}

extension Mirror {
    /// The submodules of a commit, in the order of `.gitmodules`; what is declared but is no submodule in the tree, or the
    /// other way round, is left out.
    public func submodules(in commit: ObjectID) throws(GitError) -> [SubmoduleDeclaration] {
        guard let bytes = try file(at: ".gitmodules", in: commit), bytes.count <= 1 << 20 else { return [] }
        var found: [SubmoduleDeclaration] = []
        for section in SubmoduleSection.read(String(decoding: bytes, as: UTF8.self)) {
            guard let path = section.values["path"], let url = section.values["url"], !url.hasPrefix("-"),
                let commit = try submodule(at: path, in: commit)
            else { continue }
            found.append(SubmoduleDeclaration(name: section.name, path: path, url: url, commit: commit))
        }
        return found
    }
}

/// One section of `.gitmodules` (git-config(1) has the form).
struct SubmoduleSection {
    var name: String
    /// By the key in lower case; the last one of several.
    var values: [String: String] = [:]

    static func read(_ text: String) -> [SubmoduleSection] {
        var sections: [SubmoduleSection] = []
        for line in text.split(whereSeparator: \.isNewline) {
            let line = line.drop(while: \.isWhitespace)
            if line.hasPrefix("[") {
                guard line.dropFirst().lowercased().hasPrefix("submodule"), let start = line.firstIndex(of: "\""),
                    let end = line.lastIndex(of: "\""), start < end
                else {
                    // Another kind of section: its keys belong to nobody here.
                    sections.append(SubmoduleSection(name: ""))
                    continue
                }
                sections.append(SubmoduleSection(name: unquoted(line[start...end])))
            } else if let equals = line.firstIndex(of: "="), !sections.isEmpty, !line.hasPrefix("#"), !line.hasPrefix(";") {
                let key = line[..<equals].filter { !$0.isWhitespace }.lowercased()
                sections[sections.count - 1].values[key] = value(line[line.index(after: equals)...])
            }
        }
        return sections.filter { !$0.name.isEmpty }
    }

    private static func value(_ text: Substring) -> String {
        var text = text.drop(while: \.isWhitespace)
        while text.last?.isWhitespace == true { text = text.dropLast() }
        if text.hasPrefix("\"") { return unquoted(text) }
        if let comment = text.firstIndex(where: { $0 == "#" || $0 == ";" }),
            comment > text.startIndex, text[text.index(before: comment)].isWhitespace
        {
            text = text[..<comment]
            while text.last?.isWhitespace == true { text = text.dropLast() }
        }
        return String(text)
    }

    /// The text between quotes, with `\"` and `\\` resolved.
    private static func unquoted(_ text: Substring) -> String {
        var result = ""
        var isEscaped = false
        for character in text.dropFirst() {
            if isEscaped {
                result.append(character)
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else if character == "\"" {
                break
            } else {
                result.append(character)
            }
        }
        return result
    }
}
