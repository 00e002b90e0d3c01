internal import Execution

/// Which versions of Python a step asks for: by `python-version`, or by a file of the repository.
struct PythonRequest {
    /// One line of `python-version`.
    struct Wish {
        /// As it was written.
        var text: String
        var range: VersionRange
        var isFreeThreaded: Bool
    }

    /// In their order; empty: whatever Python there is.
    let wishes: [Wish]

    init(_ invocation: ActionInvocation, files: JobFiles) throws(ActionFailure) {
        let takesPrereleases = try invocation.flag("allow-prereleases")
        let isFreeThreaded = try invocation.flag("freethreaded")
        var wishes: [Wish] = []
        for text in try Self.texts(invocation, files) {
            wishes.append(try Self.wish(text, takesPrereleases: takesPrereleases, isFreeThreaded: isFreeThreaded))
        }
        self.wishes = wishes
    }

    private static func texts(_ invocation: ActionInvocation, _ files: JobFiles) throws(ActionFailure) -> [String] {
        let lines = invocation.lines("python-version")
        let file = invocation.input("python-version-file")
        if !lines.isEmpty {
            if file != nil {
                invocation.log("##[warning]python-version and python-version-file are both given: only python-version counts")
            }
            return lines
        }
        if let file {
            guard let text = try files.text(file) else {
                throw ActionFailure("The specified python version file at: \(file) doesn't exist.")
            }
            let found = PythonVersionFile(named: file, text: text).versions
            guard !found.isEmpty else { throw ActionFailure("the file \(file) names no version of Python") }
            invocation.log("Resolved \(file) as \(found.joined(separator: ", "))")
            return found
        }
        guard let text = try files.text(".python-version") else {
            invocation.log("The `python-version` input is not set. The version of Python currently in `PATH` will be used.")
            return []
        }
        return PythonVersionFile(named: ".python-version", text: text).versions
    }

    private static func wish(
        _ text: String, takesPrereleases: Bool, isFreeThreaded: Bool
    ) throws(ActionFailure) -> Wish {
        let lower = text.lowercased()
        for other in ["pypy", "graalpy"] where lower.hasPrefix(other) {
            throw ActionFailure("\(text) is not supported: only CPython is, such as 3.12")
        }
        var spec = text
        var isFree = isFreeThreaded
        var isEarly = takesPrereleases
        if spec.hasSuffix("-dev") {
            spec = "~\(spec.dropLast(4))"
            isEarly = true
        }
        if spec.last == "t", spec.dropLast().last?.isNumber == true {
            spec.removeLast()
            isFree = true
        }
        guard let range = VersionRange(normalized(spec), takesPrereleases: isEarly) else {
            throw ActionFailure("python-version \"\(text)\" is no version, such as 3.12, 3.11.4, 3.x or >=3.9 <3.13")
        }
        return Wish(text: text, range: range, isFreeThreaded: isFree)
    }

    /// Python's way to write versions and their ranges (PEP 440) as npm's.
    static func normalized(_ text: String) -> String {
        text.split(separator: ",").compactMap { part -> String? in
            var part = String(part.drop { $0 == " " })
            if part.hasPrefix("!=") { return nil }
            if part.hasPrefix("~=") {
                // Up to the next of the number before the last.
                let version = part.dropFirst(2).drop { $0 == " " }
                return version.split(separator: ".").count < 3 ? "^\(version)" : "~\(version)"
            }
            part = part.split(separator: ".", omittingEmptySubsequences: false).map { $0 == "*" ? "x" : $0 }.joined(
                separator: ".")
            return prerelease(part)
        }.joined(separator: " ")
    }

    /// `3.13.0rc2` as `3.13.0-rc.2`.
    private static func prerelease(_ text: String) -> String {
        for (short, long) in [("rc", "rc"), ("a", "alpha"), ("b", "beta")] {
            guard let range = text.firstRange(of: short), let before = text[..<range.lowerBound].last, before.isNumber,
                let after = text[range.upperBound...].first, after.isNumber
            else { continue }
            return "\(text[..<range.lowerBound])-\(long).\(text[range.upperBound...])"
        }
        return text
    }
}
