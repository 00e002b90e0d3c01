import Expressions
import Testing

@testable import slipway

struct PlanOutlineTests {
    @Test("a plan is a tree of jobs and their steps")
    func tree() throws {
        let answer = try ExpressionValue(
            json: """
                {"triggered":true,"reason":"branch 'main' was pushed","name":"CI","jobs":[
                 {"id":"build","name":"build","needs":[],"matrix":null,"if":null,"runsOn":["ubuntu-latest"],
                  "steps":[{"name":"Run make","kind":"run","if":null}],"obstacles":[]},
                 {"id":"test","name":"test (1)","needs":["build"],"matrix":{"v":1},"if":"always()","runsOn":[],
                  "steps":[],"obstacles":["\\"services\\" is not supported"]}]}
                """)
        #expect(
            PlanOutline(answer).text == """
                CI: ✓ triggered, 2 jobs (branch 'main' was pushed)
                ├─ build  on ubuntu-latest
                │     1. Run make
                └─ test  "test (1)"
                      needs: build
                      matrix: v=1
                      if: always()
                      ! "services" is not supported

                """)
    }
}
