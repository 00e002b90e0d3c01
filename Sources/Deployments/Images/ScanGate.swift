internal import AWS
internal import Execution
internal import Expressions

/// Refuses images in which ECR's scan found too much.
public struct ScanGate {
    /// ECR's severities, the worst first.
    public enum Severity: String, CaseIterable, Sendable {
        case critical = "CRITICAL"
        case high = "HIGH"
        case medium = "MEDIUM"
        case low = "LOW"

        /// Itself and those that are worse.
        var atLeast: [Severity] { Self.allCases.prefix { $0 != self } + [self] }
    }

    /// Findings of this severity, or of a worse one, refuse an image.
    public var least: Severity
    public var pace: Pace
    /// Seconds after which a scan that is not over refuses its image as well.
    public var limit: Double
    /// Asked between two looks: a step's time limit is nothing that a wait is interrupted by.
    private let isCancelled: () -> Bool

    public init(
        least: Severity, pace: Pace = Pace(), limit: Double = 15 * 60, isCancelled: @escaping () -> Bool = { false }
    ) {
        self.isCancelled = isCancelled
        self.least = least
        self.pace = pace
        self.limit = limit
    }

    /// Waits for the scan of an image, which is asked for where there is none.
    ///
    /// - Throws: `refused` for one with findings, or one whose findings can't be known.
    func check(
        _ manifest: ECRManifest, of image: String, _ name: ECRImageName, _ client: ECRClient, in cloud: Cloud
    ) throws(DeploymentError) {
        for digest in Self.platforms(of: manifest) ?? [manifest.digest] {
            let findings = try wait(for: digest, of: image, name, client, in: cloud)
            let counts = Severity.allCases.compactMap { severity in
                findings.counts[severity.rawValue].map { "\($0) \(severity.rawValue.lowercased())" }
            }
            let found = counts.isEmpty ? "nothing" : counts.joined(separator: ", ")
            cloud.log("the scan of \(image) found \(found)")
            guard least.atLeast.allSatisfy({ findings.counts[$0.rawValue] ?? 0 == 0 }) else {
                throw DeploymentError(
                    .refused,
                    "\(image) is not deployed: its scan in ECR found \(found), and \"fail-on-findings\" allows none of"
                        + " \(least.rawValue) or worse. ECR's console has the list (\(name.repository), \(digest))")
            }
        }
    }

    private func wait(
        for digest: String, of image: String, _ name: ECRImageName, _ client: ECRClient, in cloud: Cloud
    ) throws(DeploymentError) -> ECRScanFindings {
        let deadline = Deadline(after: limit)
        var pace = pace
        var isAsked = false
        while true {
            let found = try cloud.asking { () throws(AWSError) in
                try client.scanFindings(digest, in: name.repository, of: name.account)
            }
            if let found, found.isWhole { return found }
            if let found, !found.isUnderWay {
                throw DeploymentError(
                    .refused,
                    "\(image) is not deployed: ECR can't scan it (\(found.status ?? "")), and \"fail-on-findings\" wants"
                        + " to know what is in it"
                )
            }
            if found == nil, !isAsked {
                isAsked = true
                try cloud.asking { () throws(AWSError) in
                    try client.startScan(digest, in: name.repository, of: name.account)
                }
                cloud.log("waiting for ECR's scan of \(image)")
            }
            guard !deadline.hasPassed else {
                throw DeploymentError(
                    .refused,
                    "\(image) is not deployed: its scan in ECR was not over after \(Int(limit)) seconds. See whether the registry"
                        + " scans images at all, or leave \"fail-on-findings\" out")
            }
            if cloud.patience.wait(pace.next(hasMoved: false)) == .interrupted || isCancelled() {
                throw DeploymentError(.cancelled, "cancelled while ECR scanned \(image)")
            }
        }
    }

    /// The images that an index stands for: scans are of these. Nil for what is no index.
    private static func platforms(of manifest: ECRManifest) -> [String]? {
        guard let object = try? ExpressionObject(json: manifest.text), case .array(let members)? = object["manifests"] else {
            return nil
        }
        // What builders add about the build (attestations) is an image of no platform.
        return members.filter { $0["platform"]?["os"] != .string("unknown") }.compactMap { $0["digest"]?.displayString }
    }
}
