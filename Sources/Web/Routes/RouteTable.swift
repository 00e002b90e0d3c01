internal import HTTPTypes

/// Everything that the server answers. What is not listed here is 404, whatever it is.
///
/// Of two patterns that match one path, the first counts: literal ones stand before those with parameters.
enum RouteTable {
    static let routes: [Route] =
        probes + repositories + runs + deployments + storage + outward + jobs + administration + accounts + hooks + pages
        + forms + assets

    private static let probes: [Route] = [
        Route(.get, "/health", .open, "getHealth") { try await HealthEndpoints($0).health($1) },
        Route(.get, "/metrics", .read, "getMetrics") { try await HealthEndpoints($0).metrics($1) },
        Route(.get, "/api/v1/openapi.json", .read, "getOpenAPI") { try AssetEndpoints($0).openAPI($1) },
    ]

    private static let repositories: [Route] = [
        Route(.get, "/api/v1/repositories", .read, "listRepositories") { try await RepositoryEndpoints($0).list($1) },
        Route(.post, "/api/v1/repositories/{name…}/dispatch", .change, "dispatchRun") {
            try await RepositoryEndpoints($0).dispatch($1)
        },
        Route(.post, "/api/v1/repositories/{name…}/poll", .change, "pollRepository") {
            try await RepositoryEndpoints($0).poll($1)
        },
        Route(.get, "/api/v1/repositories/{name…}/triggers", .read, "listTriggers") {
            try await RepositoryEndpoints($0).triggers($1)
        },
        Route(.get, "/api/v1/repositories/{name…}/workflows", .read, "listWorkflows") {
            try await RepositoryEndpoints($0).workflows($1)
        },
        Route(.get, "/api/v1/repositories/{name…}/caches", .read, "listCaches") { try await CacheEndpoints($0).list($1) },
        Route(.get, "/api/v1/repositories/{name…}/environments/{environment}/deployments", .read, "listEnvironmentDeployments") {
            try await EnvironmentEndpoints($0).deployments($1)
        },
        Route(.get, "/api/v1/repositories/{name…}/metrics", .read, "listMetrics") { try await GateEndpoints($0).history($1) },
        Route(.get, "/api/v1/repositories/{name…}", .read, "getRepository") { try await RepositoryEndpoints($0).get($1) },
    ]

    private static let runs: [Route] = [
        Route(.get, "/api/v1/runs", .read, "listRuns") { try await RunEndpoints($0).list($1) },
        Route(.get, "/api/v1/runs/{id}", .read, "getRun") { try await RunEndpoints($0).get($1) },
        Route(.get, "/api/v1/runs/{id}/annotations", .read, "listAnnotations") {
            try await RunEndpoints($0).annotations($1)
        },
        Route(.get, "/api/v1/runs/{id}/gates", .read, "listGates") { try await GateEndpoints($0).list($1) },
        Route(.get, "/api/v1/search/runs", .read, "searchRuns") { try await SearchEndpoints($0).runs($1) },
        Route(.get, "/api/v1/search/logs", .read, "searchLogs") { try await SearchEndpoints($0).logs($1) },
        Route(.get, "/api/v1/compare", .read, "compareRuns") { try await GateEndpoints($0).compare($1) },
        Route(.post, "/api/v1/runs/{id}/rerun", .change, "rerunRun") { try await RunEndpoints($0).rerun($1) },
        Route(.post, "/api/v1/runs/{id}/cancel", .change, "cancelRun") { try await RunEndpoints($0).cancel($1) },
        Route(.post, "/api/v1/runs/{id}/approve", .approve, "approveJob") { try await ApprovalEndpoints($0).approve($1) },
        Route(.post, "/api/v1/runs/{id}/reject", .approve, "rejectJob") { try await ApprovalEndpoints($0).reject($1) },
        Route(.post, "/api/v1/runs/{id}/override", .approve, "overrideGate") { try await ApprovalEndpoints($0).override($1) },
        Route(.get, "/api/v1/approvals", .read, "listApprovals") { try await ApprovalEndpoints($0).list($1) },
    ]

    private static let deployments: [Route] = [
        Route(.get, "/api/v1/runs/{id}/deployments", .read, "listDeployments") {
            try await DeploymentEndpoints($0).list($1)
        },
        Route(.post, "/api/v1/deployments/{id}/rollback", .approve, "rollBackDeployment") {
            try await DeploymentEndpoints($0).rollBack($1)
        },
        Route(.get, "/api/v1/environments", .read, "listEnvironments") { try await EnvironmentEndpoints($0).list($1) },
        Route(.post, "/api/v1/environment-deployments/{id}/rollback", .approve, "rollBackEnvironment") {
            try await EnvironmentEndpoints($0).rollBack($1)
        },
    ]

    private static let storage: [Route] = [
        Route(.get, "/api/v1/runs/{id}/artifacts", .read, "listArtifacts") { try await ArtifactEndpoints($0).list($1) },
        Route(.get, "/api/v1/runs/{id}/reports", .read, "listReports") { try await ReportEndpoints($0).list($1) },
        Route(.get, "/api/v1/reports/{id}", .read, "getReport") { try await ReportEndpoints($0).get($1) },
        Route(.get, "/api/v1/reports/{id}/trend", .read, "getTrend") { try await ReportEndpoints($0).trend($1) },
        Route(.get, "/api/v1/artifacts/{id}", .read, "getArtifact") { try await ArtifactEndpoints($0).get($1) },
        Route(.get, "/api/v1/artifacts/{id}/zip", .read, "downloadArtifact") {
            try await ArtifactEndpoints($0).download($1)
        },
        Route(.delete, "/api/v1/artifacts/{id}", .change, "removeArtifact") {
            try await ArtifactEndpoints($0).remove($1)
        },
        Route(.delete, "/api/v1/caches/{id}", .change, "removeCache") { try await CacheEndpoints($0).remove($1) },
    ]

    private static let outward: [Route] = [
        Route(.get, "/api/v1/outward", .read, "listOutward") { try await OutwardEndpoints($0).list($1) },
        Route(.get, "/api/v1/webhooks/{webhook}/deliveries", .read, "listDeliveries") {
            try await OutwardEndpoints($0).deliveries($1)
        },
        Route(.post, "/api/v1/deliveries/{id}/redeliver", .change, "redeliver") {
            try await OutwardEndpoints($0).redeliver($1)
        },
        Route(.get, "/badges/{name…}", .open, "badge") { try await BadgeEndpoints($0).badge($1) },
    ]

    private static let jobs: [Route] = [
        Route(.get, "/api/v1/jobs/{id}", .read, "getJob") { try await JobEndpoints($0).get($1) },
        Route(.post, "/api/v1/jobs/{id}/continue", .change, "continueJob") { try await PauseEndpoints($0).resume($1) },
        Route(.post, "/api/v1/jobs/{id}/shell", .change, "openShell") { try await PauseEndpoints($0).shell($1) },
        Route(.get, "/api/v1/jobs/{id}/summary", .read, "getSummary") { try await JobSummaryPage($0).text($1) },
        Route(.get, "/api/v1/jobs/{id}/log", .read, "getLog") { try await LogEndpoints($0).log($1) },
        Route(.get, "/api/v1/jobs/{id}/log/stream", .read, "streamLog") { try await LogEndpoints($0).stream($1) },
        Route(.get, "/api/v1/jobs/{id}/log/search", .read, "searchLog") { try await LogEndpoints($0).search($1) },
    ]

    private static let administration: [Route] = [
        Route(.get, "/api/v1/audit", .read, "listAudit") { try await AdministrationEndpoints($0).audit($1) },
        Route(.get, "/api/v1/secrets", .admin, "listSecrets") { try await AdministrationEndpoints($0).secrets($1) },
        Route(.put, "/api/v1/secrets/{secret}", .admin, "setSecret") {
            try await AdministrationEndpoints($0).setSecret($1)
        },
        Route(.delete, "/api/v1/secrets/{secret}", .admin, "removeSecret") {
            try await AdministrationEndpoints($0).removeSecret($1)
        },
        Route(.get, "/api/v1/actions", .read, "listActions") { try await ActionEndpoints($0).list($1) },
        Route(.post, "/api/v1/actions/update", .admin, "updateActions") { try await ActionEndpoints($0).update($1) },
        Route(.post, "/api/v1/reload", .admin, "reloadSettings") { try await AdministrationEndpoints($0).reload($1) },
    ]

    private static let accounts: [Route] = [
        Route(.get, "/api/v1/users", .admin, "listUsers") { try await UserEndpoints($0).list($1) },
        Route(.post, "/api/v1/users", .admin, "addUser") { try await UserEndpoints($0).add($1) },
        Route(.patch, "/api/v1/users/{user}", .admin, "changeUser") { try await UserEndpoints($0).change($1) },
        Route(.delete, "/api/v1/users/{user}", .admin, "removeUser") { try await UserEndpoints($0).remove($1) },
        Route(.get, "/api/v1/tokens", .own, "listTokens") { try await TokenEndpoints($0).list($1) },
        Route(.post, "/api/v1/tokens", .own, "createToken") { try await TokenEndpoints($0).create($1) },
        Route(.delete, "/api/v1/tokens/{id}", .own, "revokeToken") { try await TokenEndpoints($0).revoke($1) },
        Route(.get, "/sign-in", .entry, "signInPage") { try await SignInPage($0).show($1) },
        Route(.post, "/sign-in", .entry, "signInForm") { try await SignInPage($0).signIn($1) },
        Route(.post, "/sign-out", .entry, "signOutForm") { try await SignInPage($0).signOut($1) },
        Route(.get, "/account", .own, "accountPage") { try await AccountPage($0).show($1) },
        Route(.post, "/account/password", .own, "passwordForm") { try await AccountPage($0).changePassword($1) },
        Route(.post, "/account/sign-out", .own, "signOutEverywhereForm") {
            try await AccountPage($0).signOutEverywhere($1)
        },
        Route(.post, "/account/tokens", .own, "createTokenForm") { try await AccountPage($0).createToken($1) },
        Route(.post, "/account/tokens/{id}/revoke", .own, "revokeTokenForm") { try await AccountPage($0).revokeToken($1) },
        Route(.get, "/users", .admin, "usersPage") { try await UsersPage($0).show($1) },
        Route(.post, "/users", .admin, "addUserForm") { try await UsersPage($0).add($1) },
        Route(.post, "/users/{user}", .admin, "changeUserForm") { try await UsersPage($0).change($1) },
        Route(.post, "/users/{user}/state", .admin, "userStateForm") { try await UsersPage($0).setState($1) },
        Route(.post, "/users/{user}/password", .admin, "userPasswordForm") { try await UsersPage($0).setPassword($1) },
        Route(.post, "/users/{user}/remove", .admin, "removeUserForm") { try await UsersPage($0).remove($1) },
    ]

    private static let hooks: [Route] = [
        Route(.post, "/hooks/{forge}", .hook, "receiveWebhook") { try await HookEndpoints($0).receive($1) },
        Route(.post, "/hooks/{forge}/{name…}", .hook, "receiveRepositoryWebhook") {
            try await HookEndpoints($0).receive($1)
        },
    ]

    private static let pages: [Route] = [
        Route(.get, "/", .read, "dashboardPage") { try await DashboardPage($0).show($1) },
        Route(.get, "/search", .read, "searchPage") { try await SearchPage($0).show($1) },
        Route(.get, "/repositories", .read, "repositoriesPage") { try await RepositoriesPage($0).show($1) },
        Route(.get, "/runs", .read, "runsPage") { try await RunsPage($0).show($1) },
        Route(.get, "/runs/{id}", .read, "runPage") { try await RunPage($0).show($1) },
        Route(.get, "/runs/{id}/timeline", .read, "timelinePage") { try await TimelinePage($0).show($1) },
        Route(.get, "/jobs/{id}", .read, "jobPage") { try await JobPage($0).show($1) },
        Route(.get, "/jobs/{id}/summary", .read, "jobSummaryPage") { try await JobSummaryPage($0).show($1) },
        Route(.get, "/jobs/{id}/lines", .read, "jobLines") { try await JobPage($0).lines($1) },
        Route(.get, "/jobs/{id}/layout", .read, "jobLayout") { try await JobPage($0).layout($1) },
        Route(.get, "/jobs/{id}/error", .read, "jobError") { try await JobPage($0).firstError($1) },
        Route(.get, "/jobs/{id}/byte/{offset}", .read, "jobByte") { try await JobPage($0).line($1) },
        Route(.get, "/reports/{id}", .read, "reportPage") { try await ReportPage($0).show($1) },
        Route(.get, "/artifacts/{id}", .read, "artifactPage") { try await ArtifactPage($0).show($1) },
        Route(.get, "/artifacts/{id}/file", .read, "artifactFile") { try await ArtifactEndpoints($0).download($1) },
        Route(.get, "/environments", .read, "environmentsPage") { try await EnvironmentsPage($0).show($1) },
        Route(.get, "/repositories/{name…}/environments/{environment}", .read, "environmentPage") {
            try await EnvironmentPage($0).show($1)
        },
        Route(.get, "/repositories/{name…}/flaky", .read, "flakyTestsPage") { try await FlakyTestsPage($0).show($1) },
        Route(.get, "/reports/{id}/test", .read, "testHistoryPage") { try await TestHistoryPage($0).show($1) },
        Route(.get, "/repositories/{name…}/caches", .read, "cachesPage") { try await CachesPage($0).show($1) },
        Route(.get, "/repositories/{name…}/metrics", .read, "metricsPage") { try await MetricsPage($0).show($1) },
        Route(.get, "/compare", .read, "comparePage") { try await ComparePage($0).show($1) },
        Route(.get, "/repositories/{name…}", .read, "repositoryPage") { try await RepositoryPage($0).show($1) },
        Route(.get, "/webhooks/{webhook}", .read, "webhookPage") { try await WebhookPage($0).show($1) },
        Route(.get, "/host", .read, "hostPage") { try await HostPage($0).show($1) },
        Route(.get, "/audit", .read, "auditPage") { try await AuditPage($0).show($1) },
        Route(.get, "/events", .read, "pageEvents") { try await PageEvents($0).stream($1) },
    ]

    private static let forms: [Route] = [
        Route(.post, "/runs/{id}/rerun", .change, "rerunForm") { try await FormEndpoints($0).rerun($1) },
        Route(.post, "/runs/{id}/cancel", .change, "cancelForm") { try await FormEndpoints($0).cancel($1) },
        Route(.post, "/jobs/{id}/continue", .change, "continueForm") { try await PauseEndpoints($0).resumeForm($1) },
        Route(.post, "/runs/{id}/approval", .approve, "approvalForm") { try await FormEndpoints($0).answer($1) },
        Route(.post, "/runs/{id}/override", .approve, "overrideForm") { try await FormEndpoints($0).override($1) },
        Route(.post, "/artifacts/{id}/delete", .change, "removeArtifactForm") {
            try await FormEndpoints($0).removeArtifact($1)
        },
        Route(.post, "/deployments/{id}/rollback", .approve, "rollBackForm") {
            try await FormEndpoints($0).rollBack($1)
        },
        Route(.post, "/deliveries/{id}/redeliver", .change, "redeliverForm") {
            try await WebhookPage($0).redeliver($1)
        },
        Route(.post, "/environment-deployments/{id}/rollback", .approve, "rollBackEnvironmentForm") {
            try await FormEndpoints($0).rollBackEnvironment($1)
        },
        Route(.post, "/caches/{id}/delete", .change, "removeCacheForm") { try await FormEndpoints($0).removeCache($1) },
        Route(.post, "/repositories/{name…}/dispatch", .change, "dispatchForm") {
            try await FormEndpoints($0).dispatch($1)
        },
        Route(.post, "/repositories/{name…}/poll", .change, "pollForm") { try await FormEndpoints($0).poll($1) },
    ]

    private static let assets: [Route] = [
        Route(.get, "/assets/{version}/{file…}", .open, "asset") { try AssetEndpoints($0).asset($1) },
        Route(.get, "/favicon/{status}", .open, "favicon") { try AssetEndpoints($0).favicon($1) },
        Route(.get, "/favicon.ico", .open, "faviconFallback") { try AssetEndpoints($0).favicon($1) },
    ]
}
