internal import FoundationEssentials
internal import Plan

/// A job that stands still after a failure, as the pages show it.
enum PauseValues {
    static func values(of job: Job) -> PageValues {
        guard let pause = job.activePause else { return ["isPaused": false] }
        return [
            "isPaused": true, "jobID": job.id, "runID": job.runID, "jobName": job.name, "step": pause.step,
            "since": HTMLText.time(pause.since), "until": HTMLText.time(pause.until),
            "command": command(of: job),
        ]
    }

    /// By which somebody gets a shell beside it.
    static func command(of job: Job) -> String { "slipway shell \(job.runID) \(job.id)" }

    /// Why it waits, in a sentence; the command is to follow.
    static func reason(_ pause: JobPause, of job: Job) -> String {
        "stands still after the step \"\(pause.step)\" failed, until somebody lets it go on; a shell in it:"
    }
}
