import Docker
import Execution
import Foundation
import Testing

@testable import Diagnoses

@Suite struct DockerfileCopiesTests {
    private func paths(_ text: String, target: String? = nil, arguments: [String: String] = [:]) -> [String] {
        DockerfileCopies(text, target: target, arguments: arguments).sources.map { "\($0.line):\($0.path)" }
    }

    @Test("sources are read with their lines, in both forms, over continued lines and past options")
    func sources() {
        let text = """
            # syntax=docker/dockerfile:1
            FROM python:3.11-slim
            WORKDIR /app
            COPY --chown=app requirements.txt ./
            COPY ["my model.pkl", "data/", "/app/"]
            # a comment
            COPY a.py \\
                 # between
                 b.py \\
                 /app/
            ADD ./sub/../c.py /app/
            ADD https://example.com/model.bin /app/
            COPY . .
            """
        #expect(paths(text) == ["4:requirements.txt", "5:my model.pkl", "5:data", "7:a.py", "7:b.py"])
    }

    @Test("what has wildcards or unknown variables is left to the builder, what has values is read with them")
    func variables() {
        let text = """
            FROM base
            ARG DIR=artifacts
            ARG OTHER
            COPY $DIR/model.pkl ${OTHER}/x ${MISSING:-models}/y *.csv data[0-9] /app/
            """
        #expect(paths(text) == ["4:artifacts/model.pkl", "4:models/y"])
        #expect(paths(text, arguments: ["DIR": "out", "OTHER": "o"]) == ["4:out/model.pkl", "4:o/x", "4:models/y"])
    }

    @Test("only the stages count that the target is made of")
    func stages() {
        let text = """
            FROM golang AS build
            COPY main.go .
            FROM node AS unused
            COPY package.json .
            FROM build AS test
            COPY test.go .
            FROM scratch
            COPY --from=build /out /out
            COPY config.yml /
            """
        #expect(paths(text) == ["2:main.go", "9:config.yml"])
        #expect(paths(text, target: "test") == ["2:main.go", "6:test.go"])
        #expect(paths(text, target: "unused") == ["4:package.json"])
    }

    @Test("what a here-document holds is no instruction, and broken text is no reason to stop")
    func heredocs() {
        let text = """
            FROM x
            COPY <<EOF /app/start.sh
            COPY not-a-file .
            EOF
            RUN <<-'END'
            COPY neither .
            END
            COPY real .
            """
        #expect(paths(text) == ["8:real"])
        let more = """
            # syntax=docker/dockerfile:1
            FROM x
            COPY <<ONE <<"TWO" first /app/
            COPY inside-one .
              ONE
            ONE
            COPY inside-two .
            TWO
            RUN python3 - 3<<-END --flag
            COPY inside-python .
            \t\tEND
            ONBUILD RUN <<EOF
            COPY inside-trigger .
            EOF
            RUN echo "<<EOF" 'and <<EOF' \\<<EOF <<<EOF && x=$((1 << 2))
            COPY after-quotes .
            RUN ["sh", "-c", "cat <<EOF"]
            COPY after-list .
            ENV TEXT=<<EOF
            COPY last .
            """
        #expect(paths(more) == ["3:first", "16:after-quotes", "18:after-list", "20:last"])
        for broken in ["", "COPY", "FROM", "COPY a", "FROM x\nCOPY \\", "FROM x\nCOPY [\"a", "\\\n\\\n", "FROM x\nCOPY <<"] {
            #expect(paths(broken).count <= 1)
        }
    }

    @Test("a comment behind COPY or ADD is told as such, and its words are no files; the words before it still are")
    func comments() throws {
        let text = """
            FROM python:3.9-slim
            COPY requirements.txt .
            COPY your_model.pkl .  # Include your trained model file
            COPY ["app.py", "./"] # and the "service"
            ADD data.csv \\
                # a comment of its own
                /app/ #raw
            RUN echo # this is the shell's
            COPY "#notes#" ./
            """
        #expect(paths(text) == ["2:requirements.txt", "3:your_model.pkl", "4:app.py", "5:data.csv", "9:#notes#"])
        #expect(
            DockerfileCopies(text).comments == [
                .init(text: "# Include your trained model file", line: 3, instruction: "COPY"),
                .init(text: "# and the \"service\"", line: 4, instruction: "COPY"),
                .init(text: "#raw", line: 5, instruction: "ADD"),
            ])
        let folder = FileManager.default.temporaryDirectory.appending(path: "comments-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for name in ["requirements.txt", "app.py", "data.csv", "#notes#", "#raw"] {
            try Data().write(to: folder.appending(path: name))
        }
        let missing = CopySourceCheck(workspace: .init(inside: "/w", outside: folder.path), context: folder.path).missing(
            dockerfile: text, target: nil, arguments: [:], rules: try IgnoreRules(text: [], name: ".dockerignore"))
        // A file that is called like the comment's first word may be meant.
        #expect(missing.map(\.line) == [3, 4, 3])
        #expect(missing[0].message.contains("a comment can't follow an instruction"))
        #expect(missing[2].path == "your_model.pkl")
    }

    @Test("a source that an ignore file hides, or that Git does not have, is told with the line")
    func check() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "copies-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        func write(_ path: String, _ text: String) throws {
            let file = folder.appending(path: path)
            try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
        }
        try write(".gitignore", "*.joblib\n")
        try write("service/app.py", "")
        try write("service/model.pkl", "")
        try write("service/data/a.csv", "")
        try write("elsewhere/spare.txt", "")
        let context = folder.appending(path: "service").path
        let rules = try IgnoreRules(text: Array("# data\ndata\n*.pkl\n".utf8), name: ".dockerignore")
        let place = WorkplaceFolders.Place(inside: "/w", outside: folder.path)
        let missing = CopySourceCheck(workspace: place, context: context).missing(
            dockerfile: "FROM x\nCOPY app.py model.pkl best.joblib spare.txt gone.txt ./\nCOPY data/ ./\n", target: nil,
            arguments: [:],
            rules: rules)
        #expect(missing.map(\.path) == ["model.pkl", "best.joblib", "spare.txt", "gone.txt", "data"])
        #expect(missing.map(\.line) == [2, 2, 2, 2, 3])
        #expect(missing[0].message.contains(#"line 3 of .dockerignore ("*.pkl")"#))
        #expect(missing[1].message.contains(#"line 1 of .gitignore ("*.joblib")"#))
        #expect(missing[2].message.contains("elsewhere/spare.txt"))
        #expect(missing[3].message.contains("commit it"))
        #expect(missing[4].message.contains("line 2 of .dockerignore"))
        let other = CopySourceCheck(workspace: place, context: context).missing(
            dockerfile: "# syntax=team/own:1\nFROM x\nCOPY gone ./\n", target: nil, arguments: [:], rules: rules)
        #expect(other.isEmpty)
    }
}
