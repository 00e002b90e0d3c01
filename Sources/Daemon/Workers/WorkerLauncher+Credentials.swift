internal import Execution
internal import Foundation
internal import Plan
internal import Processes
internal import Scheduling
internal import Settings
internal import Store

extension WorkerLauncher {
    /// Gives a running job credentials for AWS that are newer than those that it has, as the settings say by now.
    func renewCredentials(of job: Job) async {
        let answer = await newCredentials(of: job)
        do {
            let text = String(decoding: try JSONEncoder().encode(answer), as: UTF8.self)
            try UnixSocket.connect(to: folders.job(job.id, ofRun: job.runID).control).write(Array("credentials \(text)\n".utf8))
        } catch {
            // A worker that is gone needs none; one that waits asks again.
            report("job \(job.id) can't be given new AWS credentials: \(error)")
        }
    }

    private func newCredentials(of job: Job) async -> CredentialAnswer {
        do {
            guard let state = try await store.runState(job.runID) else { return CredentialAnswer(refusal: "the run is gone") }
            guard let repository = settings.value.repository(named: state.run.repository) else {
                return CredentialAnswer(refusal: "the repository \(state.run.repository) is not in the settings any more")
            }
            let handed = try await credentials.hand(
                toJob: job.id, of: state.run, for: state.event, repository.aws)
            guard let credentials = HandedCredentials(in: handed.variables, end: handed.end) else {
                return CredentialAnswer(refusal: "the settings give the repository no role any more (aws.role)")
            }
            return CredentialAnswer(credentials: credentials)
        } catch let error as LaunchError {
            return CredentialAnswer(refusal: error.message)
        } catch {
            return CredentialAnswer(refusal: "\(error)")
        }
    }
}
