import Testing

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

    @Test("an absolute path is without dots")
    func absolute() {
        #expect(PipelineFile.absolute("/a/./b/../c.yml") == "/a/c.yml")
    }
}
