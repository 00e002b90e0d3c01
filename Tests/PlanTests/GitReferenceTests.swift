import Plan
import Testing

struct GitReferenceTests {
    @Test(
        "a ref is taken apart as GITHUB_REF_NAME and GITHUB_REF_TYPE want it",
        arguments: [
            ("refs/heads/main", "main", "main", nil), ("refs/heads/feature/a", "feature/a", "feature/a", nil),
            ("refs/tags/v1", "v1", nil, "v1"), ("refs/pull/7/merge", "7/merge", nil, nil), ("HEAD", "HEAD", nil, nil),
        ] as [(String, String, String?, String?)])
    func parts(ref: String, short: String, branch: String?, tag: String?) {
        let reference = GitReference(ref)
        #expect(reference.shortName == short)
        #expect(reference.branch == branch)
        #expect(reference.tag == tag)
        #expect(reference.isTag == (tag != nil))
    }

    @Test("a name that a person types is a branch, unless it is a full ref")
    func operatorInput() {
        #expect(GitReference(operatorInput: "main").fullName == "refs/heads/main")
        #expect(GitReference(operatorInput: "refs/tags/v1").fullName == "refs/tags/v1")
    }
}
