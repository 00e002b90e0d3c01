internal import GRDB

/// The named steps that make the database, oldest first. A step that was released is never changed; a new one follows it.
///
/// What holds for every table:
/// - ids of runs, jobs and events grow and never come again, also after the newest row was deleted;
/// - dates are REAL: seconds since 2001-01-01 00:00 UTC, which is what `Date` holds, so that a date that was stored equals
///   the one that was not. `datetime(created_at + 978307200, 'unixepoch')` shows one;
/// - statuses and the like are the words of the API; JSON is text;
/// - tables are STRICT: a column holds its type or the write fails.
enum Schema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("repositories and deliveries", migrate: createTriggerTables)
        migrator.registerMigration("events", migrate: createEvents)
        migrator.registerMigration("plans and runs", migrate: createRunTables)
        migrator.registerMigration("jobs", migrate: createJobTables)
        migrator.registerMigration("counts of what is completed", migrate: createCompletions)
        migrator.registerMigration("secrets, schedules and audit", migrate: createOperatorTables)
        migrator.registerMigration("pending deliveries by repository", migrate: indexPendingDeliveries)
        migrator.registerMigration("attempts", migrate: createAttempts)
        migrator.registerMigration("states of workflows", migrate: indexWorkflowStates)
        migrator.registerMigration("since when remotes fail", migrate: addFailingSince)
        migrator.registerMigration("calls and concurrency groups", migrate: addCallsAndClaims)
        migrator.registerMigration("what happened to runs", migrate: createRunActivities)
        migrator.registerMigration("lost tries", migrate: addLostTries)
        migrator.registerMigration("lock of references to other repositories", migrate: createActionLock)
        migrator.registerMigration("artifacts and caches", migrate: createStorageTables)
        migrator.registerMigration("deployments", migrate: createDeployments)
        migrator.registerMigration("diagnoses of failed steps", migrate: createDiagnoses)
        migrator.registerMigration("reports of tests and coverage", migrate: createReports)
        migrator.registerMigration("approvals", migrate: addApprovals)
        migrator.registerMigration("search over runs", migrate: createRunSearch)
        migrator.registerMigration("audit by actor, action and subject", migrate: indexAudit)
        migrator.registerMigration("environments", migrate: addEnvironments)
        migrator.registerMigration("gates and metrics", migrate: createGates)
        migrator.registerMigration("occurrences and outbox", migrate: createOutbox)
        migrator.registerMigration("stages that are to be tried again", migrate: createStageRetries)
        migrator.registerMigration("debug logging of attempts", migrate: addDebugLogging)
        migrator.registerMigration("reports of tests by repository", migrate: indexReports)
        migrator.registerMigration("users, sessions and tokens", migrate: createAccounts)
        migrator.registerMigration("who asked for attempts", migrate: addAskers)
        migrator.registerMigration("repeated tries", migrate: addRepeatedTries)
        migrator.registerMigration("deployments that took hold", migrate: indexStandingDeployments)
        migrator.registerMigration("occurrences of environments", migrate: tellOfEnvironments)
        migrator.registerMigration("gates of tags and pull requests", migrate: keepGatesWithoutBranch)
        migrator.registerMigration("pauses on failure", migrate: addPauses)
        migrator.registerMigration("identities of users", migrate: addIdentities)
        migrator.registerMigration("inputs of containers", migrate: addInputsOfContainers)
        migrator.registerMigration("runs by commit", migrate: indexCommits)
        migrator.registerMigration("approvals without an answer", migrate: indexUnanswered)
        migrator.registerMigration("gates by job", migrate: tellGatesOfJobsApart)
        migrator.registerMigration("deployments by repository and service", migrate: indexDeploymentsOfServices)
        migrator.registerMigration("causes of skipped steps", migrate: addSkipCauses)
        return migrator
    }
}
