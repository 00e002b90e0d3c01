import Testing

@testable import Archives

struct FileSearchTests {
    private func scratch() throws -> Scratch {
        let scratch = Scratch()
        for path in [
            "dist/app.js", "dist/app.js.map", "dist/css/main.css", "dist/.hidden/secret", "dist/.env", "docs/a.md",
            "docs/deep/b.md",
            "top.txt", "Top.TXT", "we[i]rd/x.txt",
        ] { try scratch.write("workspace/\(path)") }
        try scratch.write("home/.cache/pip/wheel")
        return scratch
    }

    private func files(_ result: FileSearch.Result) -> [String] {
        result.found.filter { !$0.isFolder }.map { String($0.path.dropFirst("/job/".count)) }
    }

    @Test(
        "patterns mean what @actions/glob makes of them",
        arguments: [
            ("dist", ["dist/.env", "dist/.hidden/secret", "dist/app.js", "dist/app.js.map", "dist/css/main.css"]),
            ("dist/", ["dist/.env", "dist/.hidden/secret", "dist/app.js", "dist/app.js.map", "dist/css/main.css"]),
            ("./dist/*.js", ["dist/app.js"]),
            ("dist/**/*.css", ["dist/css/main.css"]),
            ("**/*.md", ["docs/a.md", "docs/deep/b.md"]),
            ("dist\n!dist/**/*.map\n!dist/.hidden", ["dist/.env", "dist/app.js", "dist/css/main.css"]),
            ("dist\n!dist\ndist/app.js", ["dist/app.js"]),
            ("/job/workspace/top.txt", ["top.txt"]),
            ("[t]op.txt", ["top.txt"]),
            ("?op.*", ["Top.TXT", "top.txt"]),
            ("we[[]i]rd", ["we[i]rd/x.txt"]),
            ("# a remark\n\n  docs/deep  \n", ["docs/deep/b.md"]),
            ("top.txt/", []),
            (
                "*/",
                [
                    "dist/.env", "dist/.hidden/secret", "dist/app.js", "dist/app.js.map", "dist/css/main.css", "docs/a.md",
                    "docs/deep/b.md", "we[i]rd/x.txt",
                ]
            ),
            ("nothing/here", []),
        ])
    func patterns(text: String, expected: [String]) throws {
        let result = try scratch().search(text)
        #expect(files(result) == expected.map { "workspace/\($0)" })
    }

    @Test("~ is the job's HOME")
    func home() throws {
        #expect(try files(scratch().search("~/.cache")) == ["home/.cache/pip/wheel"])
    }

    @Test("without descendants a folder is found and what is in it is not")
    func foldersOnly() throws {
        let result = try scratch().search("dist\ndocs/*", options: .init(takesDescendants: false))
        #expect(result.found.map(\.path) == ["/job/workspace/dist", "/job/workspace/docs/a.md", "/job/workspace/docs/deep"])
    }

    @Test("hidden files are left out on demand, with what is in hidden folders")
    func hidden() throws {
        let options = FileSearch.Options(leavesOutHidden: true)
        #expect(
            try files(scratch().search("dist", options: options)) == [
                "workspace/dist/app.js", "workspace/dist/app.js.map", "workspace/dist/css/main.css",
            ])
        #expect(try files(scratch().search("dist/.env", options: options)) == [])
    }

    @Test("the search paths are the parts before the first wildcard, none in another")
    func searchPaths() throws {
        let result = try scratch().search("dist/**/*.css\ndocs/a.md\ndocs\n!top.txt\n~/.cache/**")
        #expect(result.searchPaths == ["/job/workspace/dist", "/job/workspace/docs", "/job/home/.cache"])
    }

    @Test("links to files and folders of the job are followed, circles and dead links are not")
    func links() throws {
        let scratch = try scratch()
        try scratch.link("workspace/docs/cache", to: "/job/home/.cache")
        try scratch.link("workspace/docs/self", to: "..")
        try scratch.link("workspace/docs/dead", to: "nowhere")
        let found = try files(scratch.search("docs"))
        #expect(found.contains("workspace/docs/cache/pip/wheel"))
        #expect(found.contains("workspace/docs/self/dist/app.js"))
        #expect(!found.contains { $0.contains("dead") || $0.contains("self/docs/self") })
    }

    @Test("a link out of the job's folders is left out, and said so")
    func leaving() throws {
        let scratch = try scratch()
        try scratch.write("outside/key")
        try scratch.link("workspace/docs/out", to: "../../outside")
        try scratch.link("workspace/docs/root", to: "/")
        let result = try scratch.search("docs")
        #expect(files(result) == ["workspace/docs/a.md", "workspace/docs/deep/b.md"])
        #expect(result.leftOut.count == 2)
    }

    @Test("a path outside is told apart from one that is empty")
    func outside() throws {
        let result = try scratch().search("/etc/passwd\ntop.txt")
        #expect(result.outside == ["/etc/passwd"])
        #expect(files(result) == ["workspace/top.txt"])
    }

    @Test("paths with .. are refused", arguments: ["../x", "a/../b", "a/./b", "~/../x"])
    func climbing(pattern: String) throws {
        let scratch = try scratch()
        #expect(throws: ArchiveError.self) { try scratch.search(pattern) }
    }

    @Test("a cancelled search ends")
    func cancelled() throws {
        let search = try FileSearch(
            "dist", in: scratch().map(), folder: "/job/workspace", home: nil, isCancelled: { true })
        let error = #expect(throws: ArchiveError.self) { try search.run() }
        #expect(error?.kind == .cancelled)
    }
}
