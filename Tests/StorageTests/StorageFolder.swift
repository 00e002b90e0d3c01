import Archives
import Execution
import Foundation
import Plan
import Storage
import Synchronization

/// A state folder for one test, with a clock of its own; removed afterwards.
final class StorageFolder: Sendable {
    let root: String
    private let clock = Mutex(Date(timeIntervalSince1970: 1_700_000_000))

    var folders: StateFolders { StateFolders(root: root) }
    var now: Date { clock.withLock { $0 } }
    func advance(days: Double) { clock.withLock { $0 += days * 86_400 } }

    init() {
        root = NSTemporaryDirectory() + "slipway-storage-\(UUID().uuidString)"
        try? FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: root) }

    func storage(
        repository: String = "team/app", attempt: Int = 1, ref: String = "refs/heads/main", base: String? = nil,
        isUntrusted: Bool = false, allowsUntrusted: Bool = false, limits: JobStorage.Limits = .init()
    ) -> JobStorage {
        JobStorage(
            runs: folders.runs, cache: folders.cache(of: repository), ledger: folders.storageLedger, repository: repository,
            attempt: attempt, ref: ref, baseBranch: base, isUntrusted: isUntrusted, readsUntrustedArtifacts: allowsUntrusted,
            limits: limits)
    }

    func artifacts(_ storage: JobStorage? = nil, run: Int64 = 1) -> RunArtifacts {
        RunArtifacts(
            storage ?? self.storage(), runID: run, jobID: run * 10, incoming: IncomingFiles(folder: "\(root)/incoming"),
            now: { self.now })
    }

    func caches(_ storage: JobStorage? = nil, defaultBranch: String? = "refs/heads/main") -> RunCaches {
        RunCaches(
            storage ?? self.storage(), runID: 1, incoming: IncomingFiles(folder: "\(root)/incoming"),
            defaultBranch: { defaultBranch }, now: { self.now })
    }

    func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: "\(root)/\(path)") }
}

extension RunArtifacts {
    @discardableResult
    func store(_ text: String, as order: Order) throws -> Stored {
        let file = try begin()
        try file.output.write(Array(text.utf8))
        return try store(file, digest: try file.output.finish(), as: order)
    }

    func text(_ artifact: Artifact) throws -> String {
        _ = try open(artifact)
        return try String(contentsOfFile: shelf.path(of: artifact), encoding: .utf8)
    }
}

extension RunCaches {
    @discardableResult
    func store(_ text: String, key: String, version: String = "1") throws -> Stored {
        let file = try begin()
        try file.output.write(Array(text.utf8))
        return try store(file, digest: try file.output.finish(), key: key, version: version)
    }
}
