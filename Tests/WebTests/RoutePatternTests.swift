import HTTPTypes
import Testing

@testable import Web

@Suite struct RoutePatternTests {
    @Test(
        "a pattern takes its parameters from the path",
        arguments: [
            ("/runs/{id}", "/runs/12", ["id": "12"]),
            ("/hooks/{forge}/{name…}", "/hooks/github/team/app", ["forge": "github", "name": "team/app"]),
            ("/r/{name…}/dispatch", "/r/app/dispatch", ["name": "app"]),
            ("/r/{name…}/dispatch", "/r/team/app/dispatch", ["name": "team/app"]),
            ("/r/{name…}/dispatch", "/r/team%2Fapp/dispatch", ["name": "team/app"]),
            ("/r/{name…}", "/r/a%20b", ["name": "a b"]),
            ("/", "/", [:]),
        ])
    func matches(pattern: String, path: String, expected: [String: String]) {
        #expect(RoutePattern(pattern).match(path.split(separator: "/")) == expected)
    }

    @Test(
        "a pattern refuses what is shorter, longer or other",
        arguments: [
            ("/runs/{id}", "/runs"), ("/runs/{id}", "/runs/1/2"), ("/r/{name…}/dispatch", "/r/dispatch"),
            ("/r/{name…}/dispatch", "/r/app/other"), ("/hooks/{forge}/{name…}", "/hooks/github"), ("/", "/x"),
        ])
    func refuses(pattern: String, path: String) {
        #expect(RoutePattern(pattern).match(path.split(separator: "/")) == nil)
    }

    @Test("a repository has its page whatever it is called", arguments: RepositoryPath.words.sorted())
    func repositoryNames(word: String) throws {
        for name in ["acme/\(word)", "acme/\(word)/app", "acme/app/\(word)"] {
            let path = "/repositories/\(RepositoryPath.encoded(name))".split(separator: "/")
            let found = try #require(
                RouteTable.routes.lazy.filter { $0.method == .get }.compactMap { route in
                    route.pattern.match(path).map { (route.name, $0) }
                }.first)
            #expect(found.0 == "repositoryPage" && found.1 == ["name": name])
        }
        #expect(RepositoryPath.encoded("acme/my app") == "acme/my%20app")
    }

    @Test("form fields are decoded, and of a repeated one the last value counts")
    func formFields() {
        let fields = FormFields(encoded: "reason=worn+out%21&flag=false&flag=true&empty=&bare&odd=%zz")
        #expect(fields["reason"] == "worn out!")
        #expect(fields["flag"] == "true")
        #expect(fields.all("flag") == ["false", "true"])
        #expect(fields.filled("empty") == nil)
        #expect(fields["bare"] == "")
        #expect(fields["odd"] == "%zz")
    }
}
