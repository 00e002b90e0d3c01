extension Store {
    /// Records how a remote answered. Subscribers are told only where it went down, came back, or fails in another way.
    public func recordPoll(_ status: RemoteStatus) async throws(StoreError) {
        try await write("record the state of \(status.repository)'s remote") { database, changes in
            let earlier = try RemotesTable.status(of: status.repository, database)
            try RepositoriesTable.add(status.repository, database)
            try RemotesTable.set(status, database)
            if earlier?.error != status.error {
                changes.append(StoreChange(kind: .remote, repository: status.repository))
            }
        }
    }

    public func remoteStatus(of repository: String) async throws(StoreError) -> RemoteStatus? {
        try await read("read the state of \(repository)'s remote") { database in
            try RemotesTable.status(of: repository, database)
        }
    }

    /// Of every repository that was asked, by name.
    public func remoteStatuses() async throws(StoreError) -> [RemoteStatus] {
        try await read("read the state of the remotes", RemotesTable.all)
    }
}
