internal import AWS
public import Plan

/// Finds the digests of the images that are about to be deployed, so that what runs is what was looked at.
///
/// An image of ECR whose manifest is not in the registry is refused: its push was not begun, not finished, or went elsewhere.
/// Images of other registries are left as they are named.
public struct ImagePins {
    private let cloud: Cloud
    private let gate: ScanGate?
    private let running: String?

    /// - Parameters:
    ///   - gate: asked about each image of ECR; nil: what scans found is told, and refuses nothing.
    ///   - running: the ARN of the task definition that is replaced; nil: there is none.
    public init(_ cloud: Cloud, gate: ScanGate? = nil, after running: String? = nil) {
        self.cloud = cloud
        self.gate = gate
        self.running = running
    }

    /// Has a task definition name the images of ECR by their digests.
    ///
    /// - Returns: every container's image, as it was named and with the digest that was found.
    public func pin(_ document: inout TaskDefinitionDocument) throws(DeploymentError) -> [Deployment.Image] {
        var images: [Deployment.Image] = []
        var known: [String: String] = [:]
        try document.changeImages { (container, image) throws(DeploymentError) -> String in
            guard let name = ECRImageName(image) else {
                images.append(Deployment.Image(container: container, name: image, digest: Self.digest(in: image)))
                return image
            }
            let digest: String
            if let found = known[image] {
                digest = found
            } else {
                do throws(DeploymentError) { digest = try resolve(name, as: image) } catch {
                    guard error.kind == .denied, gate == nil, try runs(image) else { throw error }
                    cloud.log(
                        "##[warning]\(image) is what runs already, and stays as it is named: these credentials may not look at it"
                    )
                    images.append(Deployment.Image(container: container, name: image, digest: Self.digest(in: image)))
                    return image
                }
            }
            known[image] = digest
            images.append(Deployment.Image(container: container, name: image, digest: digest))
            return name.pinned(to: digest)
        }
        return images
    }

    /// Whether what is replaced has the image, too: a helper's from another account's registry, say.
    private func runs(_ image: String) throws(DeploymentError) -> Bool {
        guard let running else { return false }
        return try cloud.taskDefinition(named: running).containers.contains { $0.image == image }
    }

    /// The digest of an image that is wholly in its registry.
    ///
    /// - Throws: `refused` where it is not.
    func resolve(_ name: ECRImageName, as image: String) throws(DeploymentError) -> String {
        let client = cloud.ecr.client(for: name.region)
        let found = try foundManifest(name, as: image, client)
        if let manifest = found {
            cloud.log("\(image) is in the registry: \(manifest.digest)")
            if let gate {
                try gate.check(manifest, of: image, name, client, in: cloud)
            } else {
                tellFindings(manifest.digest, name, client)
            }
            return manifest.digest
        }
        do {
            // What the registry itself serves counts, whatever its API knows.
            let login = try client.logins(to: [name.account]).first
            if let digest = try cloud.askRegistry(name, login, cloud.patience) {
                cloud.log("\(image) is in the registry: \(digest)")
                guard gate == nil else {
                    throw DeploymentError(
                        .refused,
                        "\(image) is not deployed: ECR's API does not know it, so \"fail-on-findings\" has no scan to ask"
                    )
                }
                return digest
            }
        } catch let error as AWSError {
            throw Self.unknown(image, error)
        } catch let error as DeploymentError {
            throw error
        } catch {
            throw DeploymentError(.unavailable, "\(error)")
        }
        throw DeploymentError(
            .refused,
            "\(image) is not in its registry: nothing was deployed. Push it before this step, to this very name, and see"
                + " whether the push ended without an error")
    }

    private func foundManifest(
        _ name: ECRImageName, as image: String, _ client: ECRClient
    ) throws(DeploymentError) -> ECRManifest? {
        do throws(AWSError) { return try client.manifest(name.reference, in: name.repository, of: name.account) } catch {
            throw Self.unknown(image, error)
        }
    }

    private static func unknown(_ image: String, _ error: AWSError) -> DeploymentError {
        let kind: DeploymentError.Kind =
            switch error.reason {
            case .cancelled: .cancelled
            case .accessDenied: .denied
            default: .unavailable
            }
        return DeploymentError(kind, "can't find out whether \(image) is in its registry: \(error)")
    }

    /// What ECR's scan found, where it made one and this may be asked: a deploy does not depend on it.
    private func tellFindings(_ digest: String, _ name: ECRImageName, _ client: ECRClient) {
        guard let findings = try? client.scanFindings(digest, in: name.repository, of: name.account), findings.status != nil
        else {
            return
        }
        let counts = findings.counts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key.lowercased())" }
        cloud.log("its scan found \(counts.isEmpty ? "nothing" : counts.joined(separator: ", "))")
    }

    /// Gives images of ECR another tag, by which people find what is deployed.
    public func tag(_ images: [Deployment.Image], as tag: String) throws(DeploymentError) {
        for image in images {
            guard let name = ECRImageName(image.name), let digest = image.digest else { continue }
            let client = cloud.ecr.client(for: name.region)
            let isTagged = try cloud.asking { () throws(AWSError) -> Bool in
                guard let manifest = try client.manifest(digest, in: name.repository, of: name.account) else { return false }
                try client.tag(manifest, as: tag, in: name.repository, of: name.account)
                return true
            }
            cloud.log(
                isTagged
                    ? "\(name.registry)/\(name.repository):\(tag) is now what is deployed"
                    : "\(image.name) can't be given the tag \(tag): ECR's API does not know it")
        }
    }

    /// The digest by which an image is named, where it is.
    public static func digest(in image: String) -> String? {
        image.firstRange(of: "@sha256:").map { String(image[image.index(after: $0.lowerBound)...]) }
    }
}
