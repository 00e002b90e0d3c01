import Testing
import Web

@testable import slipway

struct RunMetricsTests {
    @Test("metrics say which gate and branch they are of, and what else there is")
    func head() throws {
        let body = #"""
            {"repository":"app","gates":["quality","speed"],"jobs":["test"],"places":[1],"branches":["main"],"gate":"quality",
             "job":"test","place":1,"branch":"main","points":[]}
            """#
        let history = try DaemonClient.decode(MetricHistoryRepresentation.self, from: Array(body.utf8))
        #expect(
            RunMetrics.head(history)
                == "Gate quality of the job test on main, the oldest run first; there are also --gate speed")
    }
}
