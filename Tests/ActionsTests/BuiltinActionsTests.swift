import Execution
import Testing
import Workflows

@testable import Actions

struct BuiltinActionsTests {
    @Test("what checks and the manual say is built in is what there is")
    func whatIsSaidOfThemIsTrue() {
        let actions = BuiltinActions.all(fetcher: LocalCheckoutFetcher()).flatMap { type(of: $0).names }
        // Those of buildspecs are no part of the workflow language.
        let ofWorkflows = actions.filter { !$0.hasPrefix("slipway/codebuild-") }
        #expect(LanguageSupport.builtInActions.map(\.name).sorted() == ofWorkflows.sorted())
    }
}
