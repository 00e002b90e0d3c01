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

/// Numbers of bytes for people.
enum ByteCountText {
    /// `512 bytes`, `3.4 KiB`, `12 MiB`.
    static func text(_ bytes: some BinaryInteger) -> String {
        if bytes == 1 { return "1 byte" }
        if bytes < 1024 { return "\(bytes) bytes" }
        var value = Double(Int64(bytes))
        var unit = ""
        for next in ["KiB", "MiB", "GiB", "TiB"] {
            value /= 1024
            unit = next
            if value < 1023.5 { break }
        }
        let tenths = Int((value * 10).rounded())
        return value < 9.95 ? "\(tenths / 10).\(tenths % 10) \(unit)" : "\(Int(value.rounded())) \(unit)"
    }
}
