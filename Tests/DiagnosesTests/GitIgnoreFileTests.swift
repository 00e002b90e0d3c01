import Testing

@testable import Diagnoses

@Suite struct GitIgnoreFileTests {
    @Test(
        "a pattern hides what Git has it hide",
        arguments: [
            ("*.pkl", "artifacts/model.pkl", true), ("artifacts/", "artifacts/model.pkl", true),
            ("artifacts/", "artifacts", false),
            ("/model.pkl", "sub/model.pkl", false), ("/model.pkl", "model.pkl", true), ("data/*.csv", "data/a.csv", true),
            ("data/*.csv", "data/x/a.csv", false), ("data/**/*.csv", "data/x/y/a.csv", true), ("**/tmp", "a/b/tmp/file", true),
            ("logs/**", "logs/a/b", true), ("model.[pj]*", "model.joblib", true), ("model.[!p]*", "model.pkl", false),
            ("mod?l.pt", "model.pt", true), ("# *.pt", "x.pt", false), ("\\#odd", "#odd", true), ("trail  ", "trail", true),
            ("a/b", "x/a/b", false), ("", "x", false), ("[unclosed", "[unclosed", true),
        ])
    func patterns(pattern: String, path: String, isHidden: Bool) {
        let files = GitIgnoreFiles([GitIgnoreFile(path: ".gitignore", text: pattern)])
        #expect((files.line(hiding: path) != nil) == isHidden)
    }

    @Test("the last line that matches counts, a deeper file before one above it, and nothing in a hidden folder comes back")
    func order() {
        let files = GitIgnoreFiles([
            GitIgnoreFile(path: ".gitignore", text: "*.pkl\n!keep.pkl\nout/\n!out/keep.pkl"),
            GitIgnoreFile(path: "models/.gitignore", text: "\n!best.pkl\nkeep.pkl"),
        ])
        #expect(files.line(hiding: "a.pkl") == IgnoreLine(file: ".gitignore", line: 1, pattern: "*.pkl"))
        #expect(files.line(hiding: "keep.pkl") == nil)
        #expect(files.line(hiding: "models/best.pkl") == nil)
        #expect(files.line(hiding: "models/keep.pkl") == IgnoreLine(file: "models/.gitignore", line: 3, pattern: "keep.pkl"))
        #expect(files.line(hiding: "out/keep.pkl")?.line == 3)
    }
}
