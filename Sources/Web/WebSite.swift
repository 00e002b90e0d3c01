internal import Accounts
internal import Logging
internal import OpenIDConnect
internal import Store

/// What every handler has at hand.
struct WebSite: Sendable {
    let configuration: WebConfiguration
    let store: Store
    let accounts: Accounts
    /// By which people sign in besides passwords; nil: there is none.
    let provider: IdentityProvider?
    let operations: any Operations
    let changes: ChangeFeed
    let views: RenderedViews
    let logs: LogFeeds
    let renderer: PageRenderer
    let assets: EmbeddedAssets
    let traffic: WebTraffic
    /// Of webhooks, and of everything else: forges and users do not refuse each other.
    let hookBodies: BodyBudget
    let bodies: BodyBudget
    let peers: SocketPeers
    let logger: Logger

    init(
        configuration: WebConfiguration, store: Store, accounts: Accounts, provider: IdentityProvider?,
        operations: any Operations, logger: Logger
    ) throws(WebError) {
        self.configuration = configuration
        self.store = store
        self.accounts = accounts
        self.provider = provider
        self.operations = operations
        self.logger = logger
        changes = ChangeFeed()
        views = RenderedViews()
        logs = LogFeeds()
        assets = EmbeddedAssets()
        renderer = try PageRenderer(assets: assets)
        traffic = WebTraffic()
        peers = SocketPeers()
        hookBodies = BodyBudget(limit: 4 * configuration.webhookBodyLimit, share: configuration.webhookBodyLimit)
        bodies = BodyBudget(limit: 16 * configuration.bodyLimit, share: 4 * configuration.bodyLimit)
    }
}
