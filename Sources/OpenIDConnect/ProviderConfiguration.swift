/// The provider of identities that people sign in by, and what it knows us as.
public struct ProviderConfiguration: Sendable, Equatable {
    /// Exactly as the provider writes it, also with a slash at its end.
    public var issuer: String
    public var clientID: String
    public var clientSecret: String
    /// What is asked for besides `openid`.
    public var scopes: [String]
    /// Where people reach our page, without a slash at its end.
    public var pageURL: String
    /// What the button calls the provider.
    public var label: String
    public var rules: ClaimRules

    /// Of the page to which the provider sends people back.
    public static let returnPath = "/sign-in/openid/return"
    /// The same with its host; the provider has to know it.
    public var redirectURL: String { pageURL + Self.returnPath }

    public init(
        issuer: String, clientID: String, clientSecret: String, scopes: [String], pageURL: String, label: String,
        rules: ClaimRules
    ) {
        self.issuer = issuer
        self.clientID = clientID
        self.clientSecret = clientSecret
        self.scopes = scopes
        self.pageURL = pageURL
        self.label = label
        self.rules = rules
    }
}
