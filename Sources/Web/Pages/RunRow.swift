internal import Plan

/// A run as a line of a list.
enum RunRow {
    static func values(_ run: Run) -> PageValues {
        let mood = Mood(run)
        return [
            "id": run.id, "icon": mood.icon, "mood": mood.name, "label": mood.label, "title": run.title,
            "repository": run.repository, "repositoryPath": PercentEncoding.encoded(run.repository, keepingSlash: true),
            "workflow": run.workflow, "event": run.event, "actor": Filled(actor(run)), "ref": run.reference.shortName,
            "commit": String(run.commit.prefix(8)), "when": HTMLText.time(run.createdAt),
            "duration": HTMLText.duration(from: run.startedAt, to: run.finishedAt), "reason": Filled(run.reason),
            "attempt": Filled(run.attempt > 1 ? "attempt \(run.attempt)" : nil),
        ]
    }

    /// Nobody is named where nobody was authenticated.
    static func actor(_ run: Run) -> String { run.actor == "unknown" ? "" : run.actor }
}

extension Run {
    var reference: GitReference { GitReference(ref) }
}
