extension FailureRule {
    static let buildToolsMissing = FailureRule(
        name: "build-tools-missing", title: "A package needs a compiler",
        signs: "`command 'gcc' failed`, `Python.h: No such file or directory`",
        remedy: "a version with a wheel, or compiler and headers in the image",
        certainty: .certain,
        examples: [
            Example(log: "error: command 'gcc' failed: No such file or directory", says: "compiler"),
            Example(log: "psutil/_psutil_common.c:9:10: fatal error: Python.h: No such file or directory", says: "Python.h"),
        ],
        find: { step in
            guard
                let line = step.transcript.last(
                    with: "command 'gcc' failed", "command 'x86_64-linux-gnu-gcc' failed", "unable to execute 'gcc'",
                    "fatal error: python.h", "microsoft visual c++", "error: command 'g++' failed")
            else { return nil }
            let isHeader = line.text.contains("Python.h")
            return Finding(
                explanation: isHeader
                    ? "A package is compiled here, and the headers of Python (Python.h) are not installed."
                    : "A package has no wheel for this Python and processor, so it is compiled; there is no compiler.",
                remedies: [
                    "Take a version of the package that has a wheel for this Python.",
                    "Or install what is needed: apt-get install --yes build-essential python3-dev",
                ], line: line)
        })
}
