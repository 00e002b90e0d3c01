internal import FoundationEssentials
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import Plan
internal import Store

/// `/jobs/{id}`: the log of one attempt at a job, step by step, live while it runs.
///
/// The page comes with the part of the log that matters most; its script fetches the rest as it is scrolled into sight.
struct JobPage: Sendable {
    private let site: WebSite

    init(_ site: WebSite) { self.site = site }

    /// What the page is made of but for the log itself.
    struct Content: Sendable {
        let run: Run
        let job: Job
        let steps: [Step]
        let diagnoses: [Diagnosis]
        /// All attempts at this job, the first one first; of each the last try.
        let attempts: [Job]
        /// Those at this job in its attempt, this one among them.
        let tries: JobTries
        /// Whether its request for an approval is one that no user may answer.
        let isUnanswerable: Bool
        let canRerun: Bool

        var failedStep: Step? { steps.first { $0.conclusion?.isFailure ?? false } }
    }

    func show(_ request: WebRequest) async throws -> Response {
        let content = try await content(job: try request.id())
        let file = try await site.log(of: content.job)
        if file == nil, try await site.calls(content.job) {
            // It has no log of its own: those of the jobs that it calls are listed below it.
            return Response(status: .seeOther, headers: [.location: "/runs/\(content.run.id)#job-\(content.job.id)"])
        }
        let isEnded = await !(file?.isLive() ?? (content.job.status != .completed))
        let feed = file.map(site.logs.feed)
        let size = try await feed?.size() ?? 0
        let sections = LogSections.of(content.steps)
        let focus = try await focus(request.query, content: content, sections: sections, feed: feed)
        var lines: LogWindow?
        if let feed, let focus { lines = try await window(focus, feed: feed, size: size, isEnded: isEnded) }
        let head = headFragment(content)
        let body = site.renderer.html(
            "job",
            [
                "head": head.html, "id": content.job.id, "size": size, "isLive": !isEnded, "blockSize": LineIndex.blockSize,
                "sections": sections.map { sectionValues($0, content: content, focus: focus, lines: lines) },
                "hasLog": size > 0 || !isEnded, "line": focus?.line ?? 0,
            ])
        let view = site.renderer.view(
            title: "\(content.job.name) · \(content.run.title)", mood: Mood(content.job).name,
            frame: PageFrame(
                section: .runs, events: isEnded ? nil : "page=job&job=\(content.job.id)", scripts: ["job.js"]),
            fragments: [RenderedView.Fragment(id: nil, html: body)])
        return site.renderer.response(view, request: request)
    }

    /// What changes by itself on an open page, apart from the log.
    func view(job id: Int64, run: Int64) async throws -> RenderedView {
        let count = site.changes.count(of: .run(run))
        return try await site.views.view("job/\(id)", count: count) {
            let content = try await content(job: id)
            let steps = site.renderer.fragment(
                "job-steps", id: "job-steps", event: "steps",
                [
                    "sections": LogSections.of(content.steps).map {
                        sectionValues($0, content: content, focus: nil, lines: nil)
                    }
                ])
            return site.renderer.view(
                title: content.job.name, mood: Mood(content.job).name, frame: nil,
                fragments: [headFragment(content), steps])
        }
    }

    private func content(job id: Int64) async throws -> Content {
        let job = try await site.job(id)
        let run = try await site.run(job.runID)
        let newest = try await site.store.jobs(ofRun: run.id)
        let all = run.attempt > 1 ? try await site.store.allAttempts(ofRun: run.id) : newest
        let replaced = Set(all.flatMap(\.earlierTries))
        let attempts = all.filter { $0.key == job.key && $0.cellIndex == job.cellIndex && !replaced.contains($0.id) }
        let repeatable = RepeatableJobs(run, jobs: newest, isStaged: try await site.isStaged(run))
        return Content(
            run: run, job: job, steps: try await site.steps(of: job),
            diagnoses: try await site.diagnoses(of: [job])[job.id] ?? [],
            attempts: attempts, tries: try await site.tries(of: job, among: attempts),
            isUnanswerable: try await site.unanswerable([job]).contains(job.id), canRerun: repeatable.mayRunAgain(job))
    }

    private func headFragment(_ content: Content) -> RenderedView.Fragment {
        let (job, run) = (content.job, content.run)
        let mood = Mood(job)
        return site.renderer.fragment(
            "job-head", id: "job-head",
            [
                "id": job.id, "name": job.name, "badge": mood.badge, "mood": mood.name, "label": mood.label,
                "reason": Filled(job.reason), "runID": run.id, "runTitle": run.title, "repository": run.repository,
                "repositoryPath": RepositoryPath.encoded(run.repository),
                "started": HTMLText.time(job.startedAt), "hasStarted": job.startedAt != nil,
                "duration": HTMLText.duration(from: job.startedAt, to: job.finishedAt),
                "hasError": content.failedStep != nil, "failedStep": content.failedStep?.name ?? "",
                "canRerun": content.canRerun, "hasOptions": run.status == .completed,
                "hasTries": content.tries.all.count > 1, "tries": content.triesValues,
                "canCancel": run.status != .completed && job.status != .completed,
                "hasAttempts": content.attempts.count > 1,
                "attempts": content.attempts.map { attempt -> PageValues in
                    ["number": attempt.attempt, "id": attempt.id, "isShown": attempt.id == job.id]
                },
                "isReused": job.reusedFrom != nil,
                "approval": ApprovalValues.values(of: job, isUnanswerable: content.isUnanswerable),
                "pause": PauseValues.values(of: job),
            ])
    }

    private func sectionValues(
        _ section: LogSection, content: Content, focus: LogFocus?, lines: LogWindow?
    ) -> PageValues {
        let isFocus = focus?.section.number == section.number
        let shown = isFocus ? lines : nil
        let step = section.step
        let mood = step.map(Mood.init) ?? Mood(content.job)
        let exit = step?.exitCode.map { $0 == 0 ? "" : "exit code \($0)" } ?? ""
        let end = section.to ?? lines?.size ?? 0
        return [
            "number": section.number, "name": step?.name ?? "Log", "icon": mood.icon, "mood": mood.name,
            "duration": step.map { HTMLText.duration(from: $0.startedAt, to: $0.finishedAt) } ?? "",
            "detail": Filled(step?.reason ?? exit), "from": section.from, "to": section.to.map { String($0) } ?? "",
            "isOpen": isFocus, "hasLog": section.hasLog, "jobID": content.job.id,
            "lines": shown.map { String(decoding: $0.html, as: UTF8.self) } ?? "", "hasLines": shown != nil,
            "linesFrom": shown?.from ?? 0, "linesTo": shown?.to ?? 0,
            "hasEarlier": shown.map { $0.from > section.from } ?? false,
            "earlier": shown.map { max(section.from, $0.from - Int64(LineIndex.blockSize)) } ?? 0,
            "hasLater": shown.map { $0.to < end } ?? false, "later": shown?.to ?? 0,
            "isTolerated": step?.outcome?.isFailure == true && step?.conclusion == .success,
            "diagnoses": step.map { DiagnosisValues.list(content.diagnoses, of: $0, job: content.job) } ?? [],
        ]
    }
}

extension JobPage.Content {
    fileprivate var triesValues: [PageValues] {
        tries.all.enumerated().map { index, entry in
            [
                "number": index + 1, "id": entry.job.id, "isShown": entry.job.id == job.id, "label": Mood(entry.job).label,
                "duration": Filled(HTMLText.duration(from: entry.job.startedAt, to: entry.job.finishedAt)),
                "reason": Filled(entry.job.reason), "successor": Filled(entry.successor),
            ]
        }
    }
}

extension JobPage {
    /// `/jobs/{id}/lines?from=&to=`: the lines that begin there, as the page shows them.
    func lines(_ request: WebRequest) async throws -> Response {
        let job = try await site.job(try request.id())
        guard let from = request.query["from"].flatMap({ Int64($0) }), from >= 0,
            let to = request.query["to"].flatMap({ Int64($0) }), to >= from
        else { throw WebProblem(.badRequest, "from and to are byte offsets.") }
        guard let file = try await site.log(of: job) else { throw WebProblem(.notFound, "Job \(job.id) has no log yet.") }
        let isEnded = await !file.isLive()
        let window = try await site.logs.feed(of: file).window(from: from, to: to, isEnded: isEnded)
        return Response(
            status: .ok,
            headers: [
                .contentType: "text/html; charset=utf-8", .cacheControl: "no-store", .logFrom: String(window.from),
                .logTo: String(window.to), .logSize: String(window.size),
            ],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: window.html)))
    }

    /// `/jobs/{id}/layout`: which line begins each block, from which the page knows how long the log is.
    func layout(_ request: WebRequest) async throws -> Response {
        struct Layout: Codable {
            var size: Int64
            var blockSize: Int
            var lines: [Int]
        }
        let job = try await site.job(try request.id())
        guard let file = try await site.log(of: job) else {
            return try JSONBody.response(Layout(size: 0, blockSize: LineIndex.blockSize, lines: [1]))
        }
        let layout = try await site.logs.feed(of: file).layout()
        return try JSONBody.response(Layout(size: layout.size, blockSize: LineIndex.blockSize, lines: layout.lines))
    }

    /// `/jobs/{id}/byte/{offset}`: leads to the line that holds a byte of the log.
    func line(_ request: WebRequest) async throws -> Response {
        let content = try await content(job: try request.id())
        guard let offset = Int64(request.parameter("offset")), offset >= 0 else {
            throw WebProblem(.badRequest, "The place in a log is a byte offset.")
        }
        let step = content.steps.last { $0.logFrom.map { $0 <= offset } ?? false }
        guard let step, let file = try await site.log(of: content.job) else {
            return Response(status: .seeOther, headers: [.location: "/jobs/\(content.job.id)"])
        }
        let feed = site.logs.feed(of: file)
        let number = try await feed.lineNumber(at: min(offset, max(try await feed.size() - 1, 0)))
        return Response(
            status: .seeOther,
            headers: [.location: "/jobs/\(content.job.id)?step=\(step.number)&line=\(number)#L\(number)"])
    }

    /// `/jobs/{id}/error`: leads to the first line that is marked as an error in the step that failed, or to the step's
    /// last line.
    func firstError(_ request: WebRequest) async throws -> Response {
        let content = try await content(job: try request.id())
        guard let step = content.failedStep, let from = step.logFrom, let file = try await site.log(of: content.job) else {
            return Response(status: .seeOther, headers: [.location: "/jobs/\(content.job.id)"])
        }
        let feed = site.logs.feed(of: file)
        var line = try await feed.firstError(from: from, to: step.logTo)
        if line == nil {
            let size = try await feed.size()
            line = max(1, try await feed.lineNumber(at: step.logTo ?? size) - 1)
        }
        let number = line ?? 1
        return Response(
            status: .seeOther,
            headers: [.location: "/jobs/\(content.job.id)?step=\(step.number)&line=\(number)#L\(number)"])
    }
}
