import Testing

@testable import slipway

struct URLTextTests {
    @Test("only fields with a value are in a query")
    func query() {
        let path = URLText.path("/runs", query: [("branch", "fix/ü&x"), ("status", nil), ("limit", "5")])
        #expect(path == "/runs?branch=fix%2F%C3%BC%26x&limit=5")
    }

    @Test("a repository keeps its slashes, where it can't be taken for another path")
    func repository() {
        #expect(URLText.repository("team/my app") == "team/my%20app")
        #expect(URLText.repository("team/metrics") == "team%2Fmetrics")
    }
}
