internal import Execution
internal import FoundationEssentials
internal import Plan

/// What was deployed to one service, as the deploys of this host wrote it down. Read and changed by who has the turn.
struct ServiceHistory: Codable, Equatable {
    /// What the service was last given, also where that came to no good end; nil: nothing that is known.
    private(set) var current: Deployment?
    /// The newest first.
    private(set) var earlier: [Deployment] = []
    private static let kept = 30

    /// The deployment that gave the service a task definition last; a container, an image with these inputs, or else with any.
    func deployment(of taskDefinition: String, inputs: [String: String?]? = nil) -> Deployment? {
        let all = ([current].compactMap { $0 } + earlier).filter { $0.taskDefinition == taskDefinition && !$0.commit.isEmpty }
        return all.first { $0.inputs == inputs } ?? all.first
    }

    /// What it tells of one service.
    func only(_ identity: String) -> ServiceHistory {
        var own = ([current].compactMap { $0 } + earlier).filter { $0.serviceARN == identity }
        var history = ServiceHistory()
        if !own.isEmpty { history.current = own.removeFirst() }
        history.earlier = own
        return history
    }

    mutating func begin(_ deployment: Deployment) {
        if let current { remember(current) }
        current = deployment
    }

    /// The end of the current one.
    ///
    /// - Parameter leavesEarlier: whether the service has what it had before: that counts again.
    mutating func end(_ deployment: Deployment, leavesEarlier: Bool) {
        guard leavesEarlier else { return current = deployment }
        current = earlier.first
        if !earlier.isEmpty { earlier.removeFirst() }
        remember(deployment)
    }

    private mutating func remember(_ deployment: Deployment) {
        earlier.insert(deployment, at: 0)
        if earlier.count > Self.kept { earlier.removeLast() }
    }

    // MARK: Disk

    private static func path(in folder: String) -> String { "\(folder)/history.json" }

    static func read(in folder: String) throws(DeploymentError) -> ServiceHistory {
        let text: String
        do throws(ExecutionError) { text = try Folder.read(path(in: folder), limit: 16 << 20) } catch {
            throw DeploymentError(.unavailable, error.message)
        }
        if text.isEmpty {
            let path = path(in: folder)
            guard Folder.exists(path) else { return ServiceHistory() }
            throw DeploymentError(
                .unavailable,
                "\(path), which says what was deployed last, is empty, as a disk that was full or a power cut may leave it: put it"
                    + " back from a backup, or remove it to have the next deploy compared with nothing")
        }
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .secondsSince1970
        do { return try decoder.decode(ServiceHistory.self, from: Data(text.utf8)) } catch {
            throw DeploymentError(
                .unavailable,
                "\(path(in: folder)), which says what was deployed last, can't be read: \(error); if it is lost for good, remove it"
            )
        }
    }

    /// Replaces what is on the disk as a whole.
    func write(in folder: String) throws(DeploymentError) {
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .secondsSince1970
        do {
            let text = String(decoding: try encoder.encode(self), as: UTF8.self)
            try Folder.replace(Self.path(in: folder), with: text, mode: 0o640)
        } catch {
            throw DeploymentError(
                .unavailable, "can't write down what is deployed: \((error as? ExecutionError)?.message ?? "\(error)")")
        }
    }
}
