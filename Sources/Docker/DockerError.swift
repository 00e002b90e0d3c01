internal import HTTPTransport

/// What the Docker Engine could not do, or why it could not be asked. Never holds a secret: of a request, only what it was
/// for is told.
public struct DockerError: Error, Equatable, Sendable, CustomStringConvertible {
    public enum Reason: Equatable, Sendable {
        /// Nobody answers at the address.
        case noDaemon
        /// The socket is there, and this user may not use it.
        case forbidden
        /// TLS: one side does not believe the other's certificate.
        case insecure
        /// The engine is older or newer than what is spoken here.
        case unsupportedVersion
        /// There is no such container, image, network or volume.
        case notFound
        /// A name, a port or an object is in use.
        case conflict
        /// An image is not here and can't be pulled.
        case imageUnavailable
        /// A Dockerfile's instruction failed.
        case buildFailed
        /// A registry takes no such credentials, or none at all.
        case unauthorized
        /// A registry did not take an image.
        case pushFailed
        /// The engine refused what was asked, as it makes no sense to it.
        case refused
        /// The caller's descriptor became readable.
        case interrupted
        /// The caller's moment has come.
        case momentPassed
        /// The engine, or its host, had a problem of its own.
        case failed
    }

    public let reason: Reason
    /// What was to be done: `pull the image python:3.12`.
    public let action: String
    /// What the engine, or the system, says.
    public let detail: String

    public init(_ reason: Reason, _ action: String, _ detail: String) {
        self.reason = reason
        self.action = action
        self.detail = detail
    }

    public var description: String {
        let remedy = remedy.map { "; \($0)" } ?? ""
        return "can't \(action): \(detail.isEmpty ? "the engine gives no reason" : detail)\(remedy)"
    }

    /// Whether the same may succeed a little later.
    public var isTransient: Bool {
        switch reason {
        case .noDaemon: true
        case .imageUnavailable, .pushFailed: ImageProblem(detail).isTransient
        default: false
        }
    }

    /// What whoever reads the message can do.
    private var remedy: String? {
        switch reason {
        case .noDaemon: "start the Docker Engine, or set docker.socket to where it listens"
        case .forbidden: "add the daemon's user to the group that may use the socket, usually \"docker\""
        case .insecure:
            "check ca.pem, cert.pem and key.pem in the folder of DOCKER_CERT_PATH or docker.certificates, and the engine's address:"
                + " its certificate has to name it"
        case .unsupportedVersion: "install a Docker Engine from 19.03 on"
        case .imageUnavailable: ImageProblem(detail).remedy
        case .pushFailed where detail.contains("does not exist"): "make the repository in the registry first"
        case .pushFailed: ImageProblem(detail).remedy
        case .unauthorized: "log in to the registry in a step before, and check that the login may write there"
        case .buildFailed where detail.contains("BuildKit"):
            "install docker-buildx or a Docker command line from 18.09 on, so that Slipway can build with BuildKit"
        case .conflict where detail.contains("port is already allocated") || detail.contains("address already in use"):
            "publish the container's port alone, and take the host's from job.services.<id>.ports"
        case .failed where detail.contains("no space left on device"): "free space where the engine keeps its data"
        default: nil
        }
    }
}

/// What the words that engine and registry use for a failed pull mean.
struct ImageProblem {
    private let text: String

    init(_ detail: String) { text = detail.lowercased() }

    private func says(_ parts: String...) -> Bool { parts.contains { text.contains($0) } }

    var isTransient: Bool {
        says(
            "timeout", "timed out", "connection refused", "connection reset", "temporary failure", "unexpected eof",
            "tls handshake", "bad gateway", "service unavailable", "no such host", "i/o error")
    }

    var remedy: String? {
        if says("toomanyrequests", "rate limit") { return "give credentials, or use a mirror of the registry" }
        if says("no space left") { return "free space where the engine keeps its data" }
        if says("unauthorized", "denied", "authentication required", "no basic auth") {
            return "check the image's name, and whether it needs credentials"
        }
        if says("no such host", "connection refused", "timeout", "timed out") {
            return "check that this host reaches the image's registry"
        }
        if says("not found", "manifest unknown", "no such image") { return "check the image's name and tag" }
        if says("no matching manifest") { return "use an image for this host's processor" }
        return nil
    }
}
