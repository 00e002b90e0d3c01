import Execution
import Expressions
import Foundation
import Plan
import Testing

@Suite struct JobAssignmentTests {
    @Test("an assignment that was written before there were gates is read, with the job's time limit")
    func earlierVersion() throws {
        let assignment = JobAssignment(
            runID: 1, jobID: 2, jobName: "test", job: JobPlan(key: "test"), contexts: .init(github: ExpressionObject()),
            folder: JobFolder(path: "/job"), eventFile: "", workspace: "/work", toolsFolder: "/tools",
            source: .init(mirror: "", commit: "", ref: "refs/heads/main", originURL: ""),
            confinement: .init(kind: .none, sharesNetwork: true), timeLimit: 7200)
        var newest = assignment
        newest.isFollowed = true
        var fields = try #require(
            try JSONSerialization.jsonObject(with: JSONEncoder().encode(newest)) as? [String: Any])
        let removed = fields.removeValue(forKey: "isFollowed")
        #expect(removed as? Bool == true)
        let earlier = try JSONSerialization.data(withJSONObject: fields)
        #expect(try JSONDecoder().decode(JobAssignment.self, from: earlier).timeLimit == 7200)
    }
}
