internal import Plan

extension RunPage {
    /// Bytes of summaries that one page holds; the others are a link away.
    private static let summaryLimit = 512 << 10

    func notesValues(_ content: Content) async -> PageValues {
        let list = AnnotationList(content.annotations, jobs: content.jobs)
        let summaries = await summaryValues(content)
        let diagnostics = await DiagnosticValues(site: site).all(of: content.run)
        return [
            "diagnostics": diagnostics, "hasDiagnostics": !diagnostics.isEmpty,
            "isRefused": content.run.conclusion == .refused,
            "annotations": list.values, "hasAnnotations": !list.groups.isEmpty, "annotationCounts": list.counts,
            "isCut": list.isCut, "limit": AnnotationList.limit,
            "summaries": summaries, "hasSummaries": !summaries.isEmpty,
        ]
    }

    private func summaryValues(_ content: Content) async -> [PageValues] {
        var values: [PageValues] = []
        var size = 0
        for job in content.jobs where job.status == .completed || job.status == .running {
            guard let summary = await site.operations.summary(ofJob: job) else { continue }
            let isShown = size + summary.shownSize <= Self.summaryLimit
            if isShown { size += summary.shownSize }
            values.append(SummaryValues.values(summary, job: job, isShown: isShown))
        }
        return values
    }
}
