internal import Accounts
internal import Logging
internal import Store

/// What every handler has at hand.
struct WebSite: Sendable {
    let configuration: WebConfiguration
    let store: Store
    let accounts: Accounts
    let operations: any Operations
    let changes: ChangeFeed
    let views: RenderedViews
    let logs: LogFeeds
    let renderer: PageRenderer
    let assets: EmbeddedAssets
    let traffic: WebTraffic
    let bodies: BodyBudget
    let peers: SocketPeers
    let logger: Logger

    init(configuration: WebConfiguration, store: Store, accounts: Accounts, operations: any Operations, logger: Logger)
        throws(WebError)
    {
        self.configuration = configuration
        self.store = store
        self.accounts = accounts
        self.operations = operations
        self.logger = logger
        changes = ChangeFeed()
        views = RenderedViews()
        logs = LogFeeds()
        assets = EmbeddedAssets()
        renderer = try PageRenderer(assets: assets)
        traffic = WebTraffic()
        peers = SocketPeers()
        bodies = BodyBudget(limit: 4 * max(configuration.webhookBodyLimit, configuration.bodyLimit))
    }
}
