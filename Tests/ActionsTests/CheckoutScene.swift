import Actions
import Execution
import Expressions
import Foundation
import Git
import Plan
import SampleRepositories

/// Fetches in the tests' own process.
struct LocalCheckoutFetcher: CheckoutFetcher {
    func fetch(_ request: FetchRequest, cancellation: Cancellation) throws(GitError) { try request.run() }
}

/// A repository with two commits on `main`, a branch and a tag; its mirror; and a job's workspace.
final class CheckoutScene {
    let repository: SampleRepository
    let first: String
    let second: String
    let branch: String
    var log: [String] = []
    /// Where other repositories are: below a folder that a test fills.
    var sources: SourceAccess
    var sharesNetwork = true
    let cancellation: Cancellation
    private var others: [SampleRepository] = []
    var workspace: String { "\(repository.folder)/workspace" }

    init() throws {
        repository = try SampleRepository()
        first = try repository.commit("first", ["README.md": "one", "src/main.txt": "code"])
        try repository.git("tag", "-a", "v1", "-m", "release")
        second = try repository.commit("second", ["README.md": "two"])
        try repository.git("checkout", "-q", "-b", "topic", "v1")
        branch = try repository.commit("topic", ["README.md": "topic"])
        try repository.git("push", "-q", "origin", "main", "topic", "v1")
        let mirror = try Mirror.open(at: "\(repository.folder)/mirror.git", remote: RemoteAddress(parsing: repository.origin))
        _ = try mirror.fetch(knownHosts: .any)
        sources = SourceAccess(
            directory: SourceDirectory(server: "\(repository.folder)/server"), folder: "\(repository.folder)/checkouts",
            knownHosts: "/nonexistent")
        cancellation = try Cancellation()
        for folder in ["workspace", "server", "job"] {
            try FileManager.default.createDirectory(atPath: "\(repository.folder)/\(folder)", withIntermediateDirectories: true)
        }
    }

    /// Another repository, which the server has under that name.
    func other(_ name: String, _ files: [String: String]) throws -> SampleRepository {
        let other = try SampleRepository()
        others.append(other)
        try other.push("first", files)
        let link = URL(filePath: "\(repository.folder)/server/\(name).git")
        try FileManager.default.createDirectory(at: link.deletingLastPathComponent(), withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(at: link, withDestinationURL: URL(filePath: other.origin))
        return other
    }

    func run(
        _ inputs: [String: String] = [:], originURL: String = "https://example.org/ada/app.git", commit: String? = nil
    ) throws(ActionFailure) -> ActionResult {
        let assignment = JobAssignment(
            runID: 1, jobID: 1, jobName: "test", job: JobPlan(key: "test"),
            contexts: .init(github: ["repository": "ada/app"]), folder: JobFolder(path: "\(repository.folder)/job"),
            eventFile: "",
            workspace: repository.folder, toolsFolder: "",
            source: .init(
                mirror: "\(repository.folder)/mirror.git", commit: commit ?? second, ref: "refs/heads/main", originURL: originURL),
            confinement: .init(kind: .none, sharesNetwork: sharesNetwork), sources: sources)
        return try CheckoutAction(fetcher: LocalCheckoutFetcher()).run(
            ActionInvocation(
                inputs: inputs, environment: [:], assignment: assignment,
                workplace: FolderWorkplace(workspace: workspace), cancellation: cancellation, log: { self.log.append($0) }))
    }

    func text(_ name: String) throws -> String { try String(contentsOfFile: "\(workspace)/\(name)", encoding: .utf8) }

    func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: "\(workspace)/\(name)") }

    /// What git says in the checkout.
    func git(_ arguments: String..., in folder: String = "") throws -> String {
        let command = (["-C", "\(workspace)/\(folder)"] + arguments).map { "'\($0)'" }.joined(separator: " ")
        return try repository.git("-c", "alias.there=!git \(command)", "there")
    }
}
