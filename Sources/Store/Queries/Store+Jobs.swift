public import Plan

extension Store {
    /// The jobs of an attempt at a run, in the plan's order; what was taken over from an earlier one is among them.
    ///
    /// - Parameter attempt: nil for the newest.
    public func jobs(ofRun id: Int64, attempt: Int? = nil) async throws(StoreError) -> [Job] {
        try await read("read the jobs of run \(id)") { database in
            try JobsTable.all(ofRun: id, database).newest(upTo: attempt)
        }
    }

    /// The jobs of several runs, by the run's id; those of a run without jobs are empty.
    public func jobs(ofRuns ids: [Int64]) async throws(StoreError) -> [Int64: [Job]] {
        try await read("read the jobs of runs") { database in
            var jobs: [Int64: [Job]] = [:]
            for id in ids { jobs[id] = try JobsTable.all(ofRun: id, database).newest() }
            return jobs
        }
    }

    /// Every attempt at every job of a run, in the order in which they were made.
    public func allAttempts(ofRun id: Int64) async throws(StoreError) -> [Job] {
        try await read("read the jobs of run \(id)") { database in try JobsTable.all(ofRun: id, database) }
    }

    /// As `allAttempts(ofRun:)`, of several runs, by the run's id; those of a run without jobs are empty.
    public func allAttempts(ofRuns ids: [Int64]) async throws(StoreError) -> [Int64: [Job]] {
        try await read("read the jobs of runs") { database in
            var jobs: [Int64: [Job]] = [:]
            for id in ids { jobs[id] = try JobsTable.all(ofRun: id, database) }
            return jobs
        }
    }

    public func job(_ id: Int64) async throws(StoreError) -> Job? {
        try await read("read job \(id)") { database in try JobsTable.job(id, database) }
    }

    /// The steps of one attempt at a job, by number. A job that was taken over has none of its own: ask for those of the
    /// job that it was taken over from.
    public func steps(ofJob id: Int64) async throws(StoreError) -> [Step] {
        try await read("read the steps of job \(id)") { database in try StepsTable.all(ofJob: id, database) }
    }

    /// The steps of several jobs, by the job's id; those of a job without steps are empty.
    public func steps(ofJobs ids: [Int64]) async throws(StoreError) -> [Int64: [Step]] {
        try await read("read the steps of jobs") { database in
            var steps: [Int64: [Step]] = [:]
            for id in ids { steps[id] = try StepsTable.all(ofJob: id, database) }
            return steps
        }
    }

    /// Why the steps of several jobs failed, where that is known by name, by the job's id: of a step the likeliest first.
    public func diagnoses(ofJobs ids: [Int64]) async throws(StoreError) -> [Int64: [Diagnosis]] {
        try await read("read the diagnoses of jobs") { database in
            var diagnoses: [Int64: [Diagnosis]] = [:]
            for id in ids { diagnoses[id] = try DiagnosesTable.all(ofJob: id, database) }
            return diagnoses
        }
    }

    /// The annotations of one attempt at a job, oldest first.
    public func annotations(ofJob id: Int64, limit: Int = 500) async throws(StoreError) -> [Annotation] {
        try await read("read the annotations of job \(id)") { database in
            try AnnotationsTable.all(ofJob: id, limit: limit, database)
        }
    }

    /// The annotations of each job of a run as an attempt has them; those of a job that was taken over are those of the
    /// attempt that made them.
    ///
    /// - Parameters:
    ///   - attempt: nil for the newest.
    ///   - limit: how many of each job.
    public func annotations(ofRun id: Int64, attempt: Int? = nil, limit: Int = 500) async throws(StoreError) -> [JobAnnotation] {
        try await read("read the annotations of run \(id)") { database in
            try JobsTable.all(ofRun: id, database).newest(upTo: attempt).flatMap { job in
                try AnnotationsTable.all(ofJob: job.reusedFrom ?? job.id, limit: limit, database).map { annotation in
                    JobAnnotation(jobID: job.id, annotation: annotation)
                }
            }
        }
    }
}
