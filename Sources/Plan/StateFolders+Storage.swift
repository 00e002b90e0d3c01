extension StateFolders {
    /// The artifacts of a run, each in a folder that is named by its id.
    public func artifacts(ofRun id: Int64) -> String { "\(run(id))/artifacts" }
    /// The cached files of a repository; no folder of one is in that of another.
    public func cache(of repository: String) -> String { "\(cache)/\(repository).cache" }
    /// What was deployed where: a folder for each service.
    public var deployments: String { "\(root)/deployments" }
    /// What was given out of ids and space; see `Ledger`.
    public var storageLedger: String { "\(root)/storage.ledger" }
}
