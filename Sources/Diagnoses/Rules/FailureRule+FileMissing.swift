extension FailureRule {
    static let fileMissing = FailureRule(
        name: "file-missing", title: "A model or data file is not there",
        signs:
            "`No such file or directory` for a model or a data file (`.pkl`, `.joblib`, `.pt`, `.onnx`, `.csv`, `.parquet`, …)",
        remedy: "the line of `.gitignore` or `.dockerignore` that hides it is named; else commit, fetch or make the file",
        certainty: .likely,
        examples: [
            Example(
                log: """
                    Traceback (most recent call last):
                    FileNotFoundError: [Errno 2] No such file or directory: 'artifacts/model.pkl'
                    """, says: "artifacts/model.pkl"),
            Example(log: "cat: data/train.csv: No such file or directory", says: "data/train.csv"),
        ],
        find: { step in
            let lines = step.transcript.lines(with: "no such file or directory")
            let named = lines.reversed().lazy.compactMap { line in path(in: line.text).map { (line, $0) } }.first
            guard let (line, path) = named else { return nil }
            let answer = step.surroundings.find(path)
            var findings = answer.paths.map { "The workspace has \($0)." }
            var remedies: [String] = []
            if let rule = answer.gitRule, answer.paths.isEmpty {
                findings.append("Git leaves it out of the repository by \(rule.description).")
                remedies += [
                    "Add it all the same, and push: git add --force \(rule.sample(of: path))",
                    "Or don't keep it in Git: load it from S3 (slipway/s3-sync) or from an artifact of the run that made it.",
                ]
            }
            if let rule = answer.dockerRule {
                findings.append("Docker leaves it out of the image by \(rule.description).")
                remedies.append("Let it through with a line after that one: !\(rule.sample(of: path))")
            }
            if remedies.isEmpty {
                remedies = [
                    "Make it or fetch it in a step before, and check that the Dockerfile copies it.",
                    "Check the path: a relative one begins in the working directory of the program.",
                ]
            }
            return Finding(
                explanation: "The program looks for \"\(path)\", which is not there.", findings: findings, remedies: remedies,
                line: line)
        })

    private static let extensions: Set<Substring> = [
        "pkl", "pickle", "joblib", "pt", "pth", "ckpt", "onnx", "h5", "hdf5", "keras", "tflite", "safetensors", "model", "bst",
        "cbm",
        "npy", "npz", "csv", "tsv", "parquet", "feather", "arff", "sav", "bin", "gguf",
    ]

    /// The path of a model or data file that a line says is missing.
    private static func path(in text: String) -> String? {
        let quoted = text.after("No such file or directory: ")?.quoted
        let named = quoted ?? text.before(": No such file or directory")?.split(separator: " ").last.map { $0.trimmedQuotes }
        guard let named, let dot = named.lastIndex(of: "."), extensions.contains(named[named.index(after: dot)...].lowercasedWord)
        else {
            return nil
        }
        return String(named)
    }
}

extension Substring {
    fileprivate var trimmedQuotes: Substring {
        var text = self
        while let first = text.first, "'\"`‘".contains(first) { text.removeFirst() }
        while let last = text.last, "'\"`’".contains(last) { text.removeLast() }
        return text
    }

    fileprivate var lowercasedWord: Substring { Substring(lowercased()) }
}

extension IgnoreLine {
    /// The file as it is named from the ignore file's folder on, as far as can be told.
    fileprivate func sample(of path: String) -> String {
        path.hasPrefix("/") ? String(path.split(separator: "/").last ?? "") : path
    }
}
