public import FoundationEssentials

/// One change of what a service runs, as the job that made it tells it. A service is one of ECS, or a container on an engine.
public struct Deployment: Codable, Equatable, Sendable, Identifiable {
    public enum Status: String, Codable, Sendable {
        /// Its job follows it.
        case running
        /// It was begun, and its job did not wait for its end.
        case begun
        case succeeded
        case failed
        /// It failed, and the service went back to what it ran before.
        case rolledBack = "rolled_back"
        /// Somebody else began another one before this one was done.
        case superseded
        /// Its job was stopped while it was under way: how it ended was not seen.
        case cancelled
        /// Its job's worker died while it was under way: how it ended was not seen.
        case lost

        public var isOver: Bool { self != .running }

        /// Whether what was deployed is what the service runs from then on: one whose job did not wait counts, too.
        public var takesHold: Bool { self == .succeeded || self == .begun }

        /// Whether the service may run it: how it ended is not known, or it is there although its job failed.
        public var mayHold: Bool { isOver && self != .rolledBack && self != .superseded }
    }

    /// An image that the service's tasks run.
    public struct Image: Codable, Equatable, Sendable {
        /// The container's name in the task definition.
        public var container: String
        /// As it was asked for: `registry/name:tag`.
        public var name: String
        /// `sha256:…` where it was resolved; the task definition then names the image by it.
        public var digest: String?

        public init(container: String, name: String, digest: String? = nil) {
            self.container = container
            self.name = name
            self.digest = digest
        }
    }

    /// Grows, and is never given again on a host.
    public var id: Int64
    public var runID: Int64
    public var jobID: Int64
    public var repository: String
    /// What was deployed; of a rollback, what is deployed again, empty where that is not known.
    public var commit: String
    public var region: String
    public var cluster: String
    public var service: String
    /// ECS's name for the service in the whole world.
    public var serviceARN: String
    /// What the service ran before; nil where it ran nothing.
    public var previousTaskDefinition: String?
    public var taskDefinition: String
    public var images: [Image]
    /// The deployment that this one undoes.
    public var undoes: Int64?
    public var status: Status
    /// How it ended, in a sentence.
    public var reason: String?
    public var startedAt: Date
    public var finishedAt: Date?
    /// Of a container: the inputs of `slipway/docker-run` that made it, without the image; null where one may hold a secret. Nil
    /// for a service of ECS. A container's `taskDefinition` is its image, by its digest; its `cluster` is the engine's host.
    public var inputs: [String: String?]?

    public init(
        id: Int64, runID: Int64, jobID: Int64, repository: String, commit: String, region: String, cluster: String,
        service: String, serviceARN: String, previousTaskDefinition: String? = nil, taskDefinition: String,
        images: [Image] = [], undoes: Int64? = nil, status: Status = .running, reason: String? = nil, startedAt: Date,
        finishedAt: Date? = nil, inputs: [String: String?]? = nil
    ) {
        self.id = id
        self.runID = runID
        self.jobID = jobID
        self.repository = repository
        self.commit = commit
        self.region = region
        self.cluster = cluster
        self.service = service
        self.serviceARN = serviceARN
        self.previousTaskDefinition = previousTaskDefinition
        self.taskDefinition = taskDefinition
        self.images = images
        self.undoes = undoes
        self.status = status
        self.reason = reason
        self.startedAt = startedAt
        self.finishedAt = finishedAt
        self.inputs = inputs
    }

    public var isContainer: Bool { inputs != nil }

    /// A task definition or an image without where it is, for people.
    public static func shortName(ofDefinition name: String) -> String {
        let last = name.split(separator: "/").last.map(String.init) ?? name
        guard let colon = last.lastIndex(of: ":"), last[..<colon].hasSuffix("sha256") else { return last }
        return String(last[...colon] + last[colon...].dropFirst().prefix(12))
    }

    /// Ended, with what is to be said about it.
    public func ended(_ status: Status, _ reason: String?, at date: Date) -> Deployment {
        var deployment = self
        deployment.status = status
        deployment.reason = reason
        deployment.finishedAt = date
        return deployment
    }
}
