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

    @Test("inputs, environments, variables and what a call is given stand with the jobs")
    func inputs() throws {
        let answer = try ExpressionValue(
            json: """
                {"triggered":true,"reason":"started by hand","name":"CI","env":{"REGION":"eu"},
                 "inputs":[{"name":"stage","type":"choice","options":["a","b"],"value":"a"},
                           {"name":"n","type":"number","value":0,"problem":"the input \\"n\\" is required"}],
                 "jobs":[{"id":"call","name":"call","environment":{"name":"live","url":"https://x"},"env":{"A":"1"},
                   "call":{"workflow":"./w.yml","commit":null,"inputs":{"n":2},"jobs":[]}}]}
                """)
        #expect(
            PlanOutline(answer).text == """
                CI: ✓ triggered, 1 job (started by hand)
                input: stage=a  (choice of a, b)
                input: n=0  (number)  ! the input "n" is required
                env: REGION=eu
                └─ call
                      environment: live at https://x
                      env: A=1
                      calls: ./w.yml
                      with: n=2

                """)
    }
}
