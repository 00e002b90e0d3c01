import Testing

@testable import slipway

struct URLTextTests {
    @Test("only fields with a value are in a query")
    func query() {
        let path = URLText.path("/runs", query: [("branch", "fix/ü&x"), ("status", nil), ("limit", "5")])
        #expect(path == "/runs?branch=fix%2F%C3%BC%26x&limit=5")
    }

    @Test("a repository is one part")
    func repository() {
        #expect(URLText.repository("team/my app") == "team%2Fmy%20app")
    }
}
