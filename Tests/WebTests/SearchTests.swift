import Plan
import Store
import Testing

@testable import Web

@Suite struct SearchTests {
    private static let html = ["Accept": "text/html"]

    @Test(
        "what a person types is taken apart",
        arguments: [
            ("drift branch:main", [RunSearch.Term("drift"), RunSearch.Term("main", in: .branch)]),
            ("\"two words\" by:anna", [RunSearch.Term("two words"), RunSearch.Term("anna", in: .actor)]),
            ("#12", [RunSearch.Term("12", in: .number)]), ("fix: it", [RunSearch.Term("fix:"), RunSearch.Term("it")]),
            ("  ", []),
            ("a\u{0}b \"c\u{0}d\"", [RunSearch.Term("a"), RunSearch.Term("b"), RunSearch.Term("c"), RunSearch.Term("d")]),
            ("unknown:thing", [RunSearch.Term("unknown:thing")]),
        ])
    func terms(text: String, expected: [RunSearch.Term]) {
        #expect(SearchText(text).terms == expected)
    }

    @Test("a status is one by either word, and another word is told")
    func status() {
        #expect(SearchText("status:running").status == .running)
        #expect(SearchText("is:failed").conclusion == .failure)
        #expect(SearchText("status:odd").problems.count == 1 && SearchText("status:odd").isEmpty)
        #expect(SearchText("12").runID == 12 && SearchText("#12").runID == 12 && SearchText("12 a").runID == nil)
    }

    @Test("a qualifier that there is not is told, and what merely has a colon in it is a word")
    func qualifiers() {
        #expect(
            SearchText("foo:bar").problems == [
                #""foo:" is no qualifier, so "foo:bar" was looked for as a word; there are branch:, actor:, workflow:, repo:, "#
                    + "commit:, event:, number:, title:, status:"
            ])
        for text in ["fix: it", "std::vector", "https://example.org", "feat(ci):x", "BRANCH:main", "12:30"] {
            #expect(SearchText(text).problems.isEmpty, "\(text)")
        }
    }

    @Test("runs are found by their words, escaped, and a search for nothing finds nothing")
    func runs() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            let run = try await site.run(title: "Mend <b>drift").run
            _ = try await site.run(title: "Other")
            let page = try await site.client.get("/search?q=drift", Self.html).text
            #expect(page.contains("Mend &lt;b&gt;drift") && !page.contains(">Other<"))
            #expect(try await site.client.get("/search?q=%23\(run.id)", Self.html).text.contains("The run of that number"))
            #expect(try await site.client.get("/search?q=%22%22", Self.html).text.contains("Nothing found"))
            #expect(try await site.client.get("/search?q=status%3Aodd", Self.html).text.contains("is no status"))
            #expect(try await site.client.get("/search", Self.html).text.contains("branch:main"))
        }
    }

    @Test("logs are searched past colours and in any case, newest run first, and the answer says how far it got")
    func logs() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            let old = try await site.logged(
                RunningSite.line("nothing here") + RunningSite.line("an \u{1b}[31mOut Of\u{1b}[0m Memory <x>"))
            _ = try await site.logged(RunningSite.line("all fine"))
            // A busy machine may take several pages.
            var (page, next) = ("", "/search?q=out+of+memory&in=logs" as String?)
            while let address = next {
                let part = try await site.client.get(address, Self.html).text
                next = part.firstMatch(of: /href="([^"]*)" rel="next"/).map { String($0.output.1).replacing("&amp;", with: "&") }
                page += part
            }
            #expect(page.contains("<span class=\"dim\">2</span> <code>an Out Of Memory &lt;x&gt;</code>"))
            #expect(page.contains("href=\"/jobs/\(old.id)/byte/"))
            #expect(page.contains("Searched the logs of ") && page.contains("That is all there is."))
            #expect(try await site.client.get("/search?q=ab&in=logs", Self.html).text.contains("at least 3 characters"))
        }
    }

    @Test("the logs of earlier attempts are searched, and those of jobs that were taken over from one")
    func earlierAttempts() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            let first = try await site.logged(RunningSite.line("the needle of the first attempt"))
            let run = try #require(try await site.store.run(first.runID))
            var taken = RunningSite.job()
            taken.reusedFrom = first.id
            _ = try await site.rerun(run, reason: "again", jobs: [taken])
            let page = try await site.client.get("/search?q=needle&in=logs", Self.html).text
            #expect(page.contains("the needle of the first attempt") && page.contains("attempt 1</span></a>"))
            #expect(page.contains("href=\"/jobs/\(first.id)/byte/"))
            #expect(page.ranges(of: "the needle of").count == 1)
        }
    }
}
