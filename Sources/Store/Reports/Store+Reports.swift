extension Store {
    /// The reports of several jobs, by the job's id.
    public func reports(ofJobs ids: [Int64]) async throws(StoreError) -> [Int64: [StoredReport]] {
        try await read("read the reports of jobs") { database in
            var reports: [Int64: [StoredReport]] = [:]
            for id in ids { reports[id] = try ReportsTable.all(ofJob: id, database) }
            return reports
        }
    }

    public func report(_ id: Int64) async throws(StoreError) -> StoredReport? {
        try await read("read report \(id)") { database in try ReportsTable.report(id, database) }
    }

    /// The report and those of earlier runs that it is compared with: of the same name, of the same job of the same pipeline on the
    /// same branch. Newest first, one a run, without the tests that failed.
    public func trend(ofReport id: Int64, limit: Int = 30) async throws(StoreError) -> [StoredReport] {
        try await read("read the trend of report \(id)") { database in try ReportsTable.trend(of: id, limit: limit, database) }
    }
}
