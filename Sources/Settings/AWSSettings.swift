internal import YAML

/// `aws`: what jobs may do in AWS. A repository's keys go before the general ones.
public struct AWSSettings: Sendable, Equatable {
    /// The role that is assumed for each job.
    public enum Role: Sendable, Equatable {
        /// Jobs get no credentials.
        case off
        /// An ARN.
        case arn(String)
    }

    public var region: String?
    public var role = Role.off
    /// How long a job's credentials are good for.
    public var sessionDuration = Duration.seconds(3600)
    /// The file of a policy in JSON, which the job's credentials are bounded by besides the role's own.
    public var sessionPolicy: String?
    /// ARNs of managed policies that bound them as well.
    public var managedPolicies: [String] = []
    public var externalID: String?
    /// The daemon's own profile, with which the role is assumed; nil for the chain's default.
    public var profile: String?
    /// Where AWS is asked, in place of AWS itself.
    public var endpoint: String?

    /// What AWS allows.
    private static let durations = Duration.seconds(900)...Duration.seconds(12 * 3600)

    init(reading reader: SettingsReader, over general: AWSSettings? = nil) {
        if let general { self = general }
        region = Self.region(reader) ?? region
        role = Self.role(reader) ?? role
        sessionDuration = reader.duration("session_duration", default: sessionDuration, atLeast: Self.durations.lowerBound)
        if sessionDuration > Self.durations.upperBound, let (text, node) = reader.text("session_duration") {
            reader.error("out-of-range", "expected a duration of at most 12h, found \(text)", at: node)
        }
        sessionPolicy = reader.existingFile("session_policy") ?? sessionPolicy
        if reader.mapping?.value("managed_policies") != nil { managedPolicies = Self.policies(reader) }
        externalID = reader.text("external_id")?.text ?? externalID
        profile = reader.text("profile")?.text ?? profile
        endpoint = reader.webURL("endpoint") ?? endpoint
    }

    private static func region(_ reader: SettingsReader) -> String? {
        guard let (text, node) = reader.text("region") else { return nil }
        let isRegion = !text.isEmpty && text.allSatisfy { $0.isASCII && ($0.isLowercase || $0.isNumber || $0 == "-") }
        if isRegion, text.contains("-") { return text }
        reader.error("invalid-region", "expected a region such as eu-west-1, found \"\(text)\"", at: node)
        return nil
    }

    private static func role(_ reader: SettingsReader) -> Role? {
        guard let (text, node) = reader.text("role") else { return nil }
        if text == "off" { return .off }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        let isARN =
            parts.count == 6 && parts[0] == "arn" && parts[2] == "iam" && parts[3].isEmpty && parts[4].count == 12
            && parts[4].allSatisfy(\.isASCIIDigit) && parts[5].hasPrefix("role/") && parts[5].count > 5
        if isARN { return .arn(text) }
        reader.error(
            "invalid-role", "expected off or the ARN of a role such as arn:aws:iam::123456789012:role/deploy, found \"\(text)\"",
            at: node)
        return nil
    }

    private static func policies(_ reader: SettingsReader) -> [String] {
        reader.texts("managed_policies").compactMap { text, node in
            let parts = text.split(separator: ":", omittingEmptySubsequences: false)
            if parts.count == 6, parts[0] == "arn", parts[2] == "iam", parts[5].hasPrefix("policy/") { return text }
            reader.error(
                "invalid-policy",
                "expected the ARN of a policy such as arn:aws:iam::aws:policy/ReadOnlyAccess, found \"\(text)\"",
                at: node)
            return nil
        }
    }
}
