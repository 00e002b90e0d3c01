internal import Git
internal import Plan
internal import Reports
internal import Store
internal import Web

extension DaemonOperations {
    func content(of report: StoredReport) async -> ReportContent? {
        let folder = folders.job(report.jobID, ofRun: report.runID)
        let number = report.report.number
        return await reportFiles.run { ReportShelf.read(number: number, in: folder) }
    }
}
