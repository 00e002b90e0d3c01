import Plan
import Store
import Testing

@testable import Web

@Suite struct AnnotationListTests {
    private static func remark(
        _ level: Annotation.Level, _ message: String, file: String? = nil, line: Int? = nil, job: Int64 = 1
    ) -> JobAnnotation {
        JobAnnotation(jobID: job, annotation: Annotation(level: level, message: message, file: file, line: line, step: 2))
    }

    private static let jobs: [Job] = (Int64(1)...5).map { id in
        var job = RunningSite.job("test-\(id)")
        job.id = id
        return job
    }

    @Test("what is about one file stands together in the order of its lines, the files with errors first")
    func files() {
        let list = AnnotationList(
            [
                Self.remark(.warning, "unused", file: "b.py", line: 9), Self.remark(.notice, "cache is cold"),
                Self.remark(.warning, "long line", file: "b.py", line: 3), Self.remark(.warning, "odd", file: "a.py", line: 1),
                Self.remark(.error, "undefined name", file: "c.py", line: 4),
                Self.remark(.warning, "unused", file: "c.py", line: 2),
            ], jobs: Self.jobs)
        #expect(list.groups.map(\.file) == ["c.py", "b.py", nil, nil])
        #expect(list.groups[0].remarks.map(\.annotation.line) == [2, 4])
        #expect(list.groups[1].remarks.map(\.annotation.message) == ["long line", "unused"])
        #expect(list.counts == "1 error, 4 warnings, 1 notice")
        #expect(!list.isCut)
    }

    @Test("what the cells of a matrix say alike is said once, with who said it")
    func alike() throws {
        let list = AnnotationList(
            (1...5).map { Self.remark(.error, "it broke", file: "a.py", line: 1, job: $0) }, jobs: Self.jobs)
        let remark = try #require(list.groups.first?.remarks.first)
        #expect(list.groups.count == 1 && remark.makers.map(\.job) == [1, 2, 3, 4, 5])
        let values = try #require((list.values[0]["remarks"] as? [PageValues])?.first)
        #expect((values["makers"] as? [PageValues])?.count == 3)
        #expect((values["others"] as? Filled)?.text == "and 2 more")
    }

    @Test("remarks of jobs that are not shown are left out, and a job at its limit says so")
    func bounds() {
        let many = (0..<AnnotationList.limit).map { Self.remark(.notice, "\($0)") }
        let list = AnnotationList(many + [Self.remark(.error, "elsewhere", job: 99)], jobs: Self.jobs)
        #expect(list.isCut && list.counts == "100 notices")
    }
}
