import Diagnostics
import Foundation
import Testing
import Workflows

@testable import slipway

struct PipelineFileTests {
    @Test(
        "the repository of a file is what stands before its folder for pipelines",
        arguments: [
            ("/nowhere/app/.github/workflows/ci.yml", "/nowhere/app"), ("/nowhere/app/.slipway/ci.yml", "/nowhere/app"),
        ])
    func repositoryRoot(path: String, root: String) {
        #expect(PipelineFile.repositoryRoot(of: path) == root)
    }

    @Test("a file outside a repository has no root")
    func noRoot() {
        #expect(PipelineFile.repositoryRoot(of: "/nowhere/ci.yml") == nil)
    }

    @Test("the check of a buildspec also tells what its batch asks for and a container is not given")
    func buildspecs() throws {
        let text = """
            version: 0.2
            batch:
              build-matrix:
                static: {env: {image: "python:3.12"}}
                dynamic: {env: {variables: {DATA: [small, large]}}}
            phases:
              install:
                runtime-versions: {python: 3.11, golang: 1.22}
              build: {commands: [make]}
            """
        let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).yml")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data(text.utf8).write(to: file)
        let checked = try PipelineFile(path: file.path).checked(as: .buildspec)
        #expect(checked.isAccepted)
        #expect(checked.diagnostics.map { "\($0.line):\($0.column) \($0.rule)" } == ["8:24 ignored", "8:38 ignored"])
    }

    @Test("an absolute path is without dots")
    func absolute() {
        #expect(PipelineFile.absolute("/a/./b/../c.yml") == "/a/c.yml")
    }
}
