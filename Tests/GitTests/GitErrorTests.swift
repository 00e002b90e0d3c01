import FoundationEssentials
import Git
import Testing

@Suite struct GitErrorTests {
    @Test("an error is one sentence with its remedy")
    func description() {
        let error = GitError(.unreachable, operation: "fetching", subject: "https://h/m", reason: "no route", remedy: "Wait.")
        #expect("\(error)" == "fetching failed for https://h/m: no route. Wait.")
    }

    @Test("every kind has a remedy, except a wish of the caller's", arguments: GitError.Kind.allCases)
    func remedies(_ kind: GitError.Kind) {
        let error = GitError(kind, operation: "x", subject: "y", reason: "z")
        #expect(error.remedy.isEmpty == (kind == .cancelled))
        #expect(error.isTransient == (kind == .unreachable || kind == .timeout))
    }

    @Test("an error survives the way from a child process")
    func encoding() throws {
        let error = GitError(.corrupt, operation: "x", subject: "y", reason: "z")
        #expect(try JSONDecoder().decode(GitError.self, from: JSONEncoder().encode(error)) == error)
    }
}
