internal import Execution
internal import FoundationEssentials
internal import Plan
internal import Store

/// Answers what the gates of a job ask: the journal has the question, a file in the job's folder the answer.
///
/// A question is answered once, also where the daemon was restarted in between: the worker waits for the file, and a file that is
/// there is left as it is.
extension JobFollower {
    /// - Throws: where the store can't be read or the file not be written: following begins anew then, and with it the answers.
    func answer(_ requests: [BaselineRequest]) async throws {
        for request in requests {
            let path = folder.baseline(number: request.number)
            guard !Folder.exists(path) else { continue }
            let answer = try await store.baseline(request, ofRun: job.runID, job: job.name, environments: environments)
            let text = String(decoding: try JSONEncoder().encode(answer), as: UTF8.self)
            try Folder.write(text, to: "\(path).new", mode: 0o640)
            try Folder.rename("\(path).new", to: path)
        }
    }
}
