/// Where services are asked: at AWS, or where the settings say.
public struct AWSEndpoints: Sendable, Equatable {
    /// For every service without one of its own, as `AWS_ENDPOINT_URL`.
    public var everywhere: String?
    /// By the service's identifier, as `AWS_ENDPOINT_URL_<SERVICE>`.
    public var services: [String: String]
    /// Whether AWS' FIPS endpoints are asked.
    public var usesFIPS: Bool

    public init(everywhere: String? = nil, services: [String: String] = [:], usesFIPS: Bool = false) {
        self.everywhere = everywhere
        self.services = services
        self.usesFIPS = usesFIPS
    }

    /// The URL that the settings give for a service; nil where AWS' own is meant.
    public func override(for service: AWSService) -> String? { services[service.identifier] ?? everywhere }

    /// Scheme, host and, where the settings have one, port and path; without a slash at the end.
    public func url(of service: AWSService, region: String) -> String {
        if let override = override(for: service) { return override.hasSuffix("/") ? String(override.dropLast()) : override }
        let prefix = usesFIPS ? service.fipsPrefix ?? service.endpointPrefix + "-fips" : service.endpointPrefix
        return "https://\(prefix).\(region).\(Self.domain(of: region))"
    }

    /// The partition's domain: regions of China and the isolated ones have their own.
    public static func domain(of region: String) -> String {
        switch true {
        case region.hasPrefix("cn-"): "amazonaws.com.cn"
        case region.hasPrefix("us-isob-"): "sc2s.sgov.gov"
        case region.hasPrefix("us-iso-"): "c2s.ic.gov"
        case region.hasPrefix("eusc-"): "amazonaws.eu"
        default: "amazonaws.com"
        }
    }

    /// From the environment and a profile, in the order of AWS' own kits.
    init(environment: [String: String], profile: SharedProfile?) {
        let environmentWins = environment.filter { !$0.value.isEmpty }
        func flag(_ variable: String, _ key: String) -> Bool {
            (environmentWins[variable] ?? profile?[key])?.lowercased() == "true"
        }
        self.init(usesFIPS: flag("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint"))
        guard !flag("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "ignore_configured_endpoint_urls") else { return }
        services = profile?.endpoints ?? [:]
        everywhere = environmentWins["AWS_ENDPOINT_URL"] ?? profile?["endpoint_url"]
        // The environment's general URL goes before a profile's URL of one service.
        if environmentWins["AWS_ENDPOINT_URL"] != nil { services = [:] }
        let prefix = "AWS_ENDPOINT_URL_"
        for (name, value) in environmentWins where name.hasPrefix(prefix) {
            services[name.dropFirst(prefix.count).lowercased()] = value
        }
    }
}
