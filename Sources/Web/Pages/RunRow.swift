internal import Plan

/// A run as a line of a list. Made without a template: a list has many lines, and lists are what is looked at most.
enum RunRow {
    /// - Parameter standing: those that wait for nothing but a person.
    static func html(_ runs: [Run], showsRepository: Bool = false, standing: Set<Int64> = []) -> String {
        var html = ""
        for run in runs {
            html += row(run, mood: run.mood(stands: standing.contains(run.id)), showsRepository: showsRepository)
        }
        return html
    }

    private static func row(_ run: Run, mood: Mood, showsRepository: Bool) -> String {
        """
        <li class="row" id="row-\(run.id)" data-row><a class="row-main" href="/runs/\(run.id)">\(mood.icon)\
        <span class="row-title">\(HTMLText.escaped(run.title))</span></a>
        <span class="row-facts"><span class="unseen">\(mood.label).</span> \(facts(run, showsRepository: showsRepository))</span>
        <span class="row-times"><span class="row-duration">\(HTMLText.duration(from: run.startedAt, to: run.finishedAt))\
        </span> \(HTMLText.time(run.createdAt))</span></li>

        """
    }

    private static func facts(_ run: Run, showsRepository: Bool) -> String {
        let actor = actor(run)
        var parts: [String] = []
        if showsRepository {
            let path = RepositoryPath.encoded(run.repository)
            parts.append("<a href=\"/repositories/\(path)\">\(HTMLText.escaped(run.repository))</a>")
        }
        parts.append("<span>\(HTMLText.escaped(run.workflow))</span> <span class=\"dim\">#\(run.id)</span>")
        if run.attempt > 1 { parts.append("<span class=\"dim\">attempt \(run.attempt)</span>") }
        parts.append(
            "<span class=\"ref\"><svg class=\"icon\" aria-hidden=\"true\"><use href=\"#i-\(run.reference.kind)\"/></svg>"
                + "\(HTMLText.escaped(run.reference.shortName))</span> <code>\(HTMLText.escaped(String(run.commit.prefix(8))))</code>"
        )
        parts.append(
            "<span class=\"dim\">\(HTMLText.escaped(run.event))\(actor.isEmpty ? "" : " by " + HTMLText.escaped(actor))</span>")
        // Why something waits is news anywhere; how it ended has its own page.
        if showsRepository || run.status != .completed, let reason = run.reason, !reason.isEmpty {
            parts.append("<span class=\"reason\">\(HTMLText.escaped(reason))</span>")
        }
        return parts.joined(separator: " ")
    }

    /// Nobody is named where nobody was authenticated.
    static func actor(_ run: Run) -> String { run.actor == "unknown" ? "" : run.actor }
}

extension GitReference {
    /// The name of its icon.
    var kind: String { isTag ? "tag" : "branch" }
}

extension Run {
    var reference: GitReference { GitReference(ref) }
}
