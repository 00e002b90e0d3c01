internal import Plan

/// What the steps of a job wrote about their work.
enum SummaryValues {
    /// - Parameter isShown: false where the page holds enough already.
    static func values(_ summary: JobSummary, job: Job, isShown: Bool) -> PageValues {
        [
            "job": job.name, "id": job.id, "isShown": isShown, "html": isShown ? summary.html ?? "" : "",
            "hasHTML": isShown && summary.html != nil, "text": isShown && summary.html == nil ? summary.text : "",
            "hasText": isShown && summary.html == nil, "size": ByteCountText.text(summary.size),
            "isCut": summary.isCut, "shownSize": ByteCountText.text(summary.text.utf8.count),
        ]
    }
}

extension JobSummary {
    /// Bytes on the page.
    var shownSize: Int { html?.utf8.count ?? text.utf8.count }
}
