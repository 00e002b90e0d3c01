import Testing

@testable import Web

@Suite struct BadgeTests {
    @Test("what is broken counts before what runs, and what has ended before what is under way")
    func states() {
        typealias Found = (newest: Badge.State, verdict: Badge.State?)
        let cases: [([Found], Badge.State)] = [
            ([], .unknown), ([(.running, nil)], .running), ([(.running, .passing)], .passing),
            ([(.running, .failing)], .failing), ([(.passing, .passing), (.failing, .failing)], .failing),
            ([(.passing, .passing), (.running, nil)], .running), ([(.cancelled, nil)], .cancelled),
        ]
        for (found, state) in cases { #expect(Badge(label: "CI", found).state == state) }
    }

    @Test("a badge is told to those who don't see it, and no name in it becomes markup")
    func markup() {
        let svg = Badge(label: "<b>&\"", [(.passing, .passing)]).svg
        #expect(svg.contains("<title>&lt;b&gt;&amp;&quot;: passing</title>"))
        #expect(svg.contains("role=\"img\"") && !svg.contains("<b>"))
    }
}
