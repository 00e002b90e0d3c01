// The rows of the keys that are not a repository's. A meaning is wrapped for the example; it is not wrapped here.

extension SettingsManual {
    static let placeKeys: [SettingKey] = [
        SettingKey(
            "state", \.state, .value("/var/lib/slipway"), sample: "/srv/slipway", effect: .restart,
            "The folder of the database, the mirrors, the runs with their logs, and the workspaces. The environment variable"
                + " SLIPWAY_STATE replaces it."),
        SettingKey(
            "web.listen", \.web.listen, .value("127.0.0.1:8080"), sample: "127.0.0.1:9090", effect: .restart,
            "The address and port of the page, the API and the webhooks. Where other machines reach it, put a proxy with TLS"
                + " in front: passwords go there. Port 0 takes a free one."),
        SettingKey(
            "web.url", \.web.url, .words("http:// and the address of web.listen"), sample: "https://ci.example.org",
            effect: .restart, "The address under which people reach the page, for links to it."),
        SettingKey(
            "web.allowed_hosts", \.web.allowedHosts, .value("[]"), sample: "[ci.internal]", effect: .restart,
            "Host names under which the page answers, besides localhost, the address of web.listen and the host of web.url."
                + " Requests for other names are refused."),
        SettingKey(
            "web.anonymous_role", \.web.anonymousRole, .value("none"), sample: "viewer", effect: .restart,
            "What somebody may do who did not sign in. none: nothing but sign in. viewer: see everything, logs and artifacts"
                + " too. operator: start, cancel and approve runs as well; that is everybody who reaches web.listen, and jobs that"
                + " have the host's network reach every address of the host."),
        SettingKey(
            "web.trusted_proxies", \.web.trustedProxies,
            .words("127.0.0.1 and ::1, but their tries to sign in also count as one address's, since jobs may be there"),
            sample: "[10.0.0.7]", effect: .restart,
            "Addresses of proxies whose X-Forwarded-For tells where a request came from, for the records and for how often"
                + " somebody may try to sign in."),
        SettingKey(
            "web.session_idle", \.web.sessionIdle, .value("7d"), sample: "12h", effect: .restart,
            "After what time without a request somebody has to sign in again."),
        SettingKey(
            "web.session_lifetime", \.web.sessionLifetime, .value("30d"), sample: "1d", effect: .restart,
            "After what time somebody has to sign in again in any case."),
        SettingKey(
            "web.openid_connect", \.web.openIDConnect, .words("none; people sign in by passwords only"),
            sample: "{issuer: \"https://login.example.org\", client_id: ci, client_secret: \"env:OPENID_SECRET\","
                + " default_role: viewer}",
            effect: .restart,
            "The provider of OpenID Connect by which people sign in besides passwords, as docs/access.md has it: issuer, client_id and"
                + " client_secret (env:NAME or file:PATH), as the provider gave them; it has to send people back to web.url with"
                + " /sign-in/openid/return. scopes: [profile, email]. name_claim: what users are called here; preferred_username, else"
                + " email. role_claim: groups. roles: values of that claim and what they give, {ci-admins: admin}. default_role: of"
                + " everybody else, viewer, operator or none. email_domains: whose mail addresses are let in; all. label: what the"
                + " button calls it."),
        SettingKey(
            "web.body_limit", \.web.bodyLimit, .value("25MiB"), sample: "1MiB", effect: .restart,
            "The largest body of a request; larger ones are answered with 413. GitHub sends webhooks of up to 25 MiB."),
        SettingKey(
            "socket", \.socket, .value("/run/slipway/slipway.sock"), sample: "/run/slipway/other.sock", effect: .restart,
            "The socket for the commands of operators (slipway runs, rerun, cancel and so on). The system says who opens it: root and the daemon's user are admins,"
                + " members of its group operators."),
    ]

    static let jobKeys: [SettingKey] = [
        SettingKey(
            "capacity", \.capacity, .words("the number of processors"), sample: "3",
            "How many jobs run at a time, from 1 to 1024."),
        SettingKey(
            "ready_workers", \.readyWorkers, .value("2"), sample: "0",
            "How many workers wait for jobs, at most as many as capacity has. Each has a workspace and a sandbox made, so that the"
                + " next job begins at once, and takes some 10 MB of memory. 0: every job waits for its own."),
        SettingKey(
            "retry_lost", \.retryLost, .value("0"), sample: "1",
            "How often a job is tried again by itself, in the same run, whose worker or machine died. A job that was lost may have"
                + " done half of its work: set this where jobs can be repeated. The lost tries and their logs are kept."),
        SettingKey(
            "sandbox", \.sandbox, .value("bubblewrap"), sample: "none",
            "What separates a job from this host. \"bubblewrap\": the system is read-only, /tmp, HOME and the processes are the"
                + " job's own, and only its workspace is writable. \"none\": the job may do all that the daemon's user may."),
        SettingKey(
            "sandbox_options.read_only", \.sandboxOptions.readOnly, .value("[]"), sample: "[/opt/models]",
            "Absolute paths of files and folders that jobs in the sandbox may read besides the system."),
        SettingKey(
            "sandbox_options.read_write", \.sandboxOptions.readWrite, .value("[]"), sample: "[/var/cache/pip]",
            "Absolute paths of files and folders that jobs in the sandbox may change. What one job writes there, others read."),
        SettingKey(
            "sandbox_options.hide", \.sandboxOptions.hide, .value("[]"), sample: "[/etc/ssl/private]",
            "Absolute paths of files and folders that jobs in the sandbox see as empty."),
        SettingKey(
            "sandbox_options.devices", \.sandboxOptions.devices, .value("[]"), sample: "[/dev/kvm]",
            "Absolute paths of device files that jobs in the sandbox may open, such as those of a GPU."),
        SettingKey(
            "sandbox_options.network", \.sandboxOptions.network, .value("true"), sample: "false",
            "Whether jobs in the sandbox have the host's network. If not, they have a loopback interface of their own. Pull requests of"
                + " forks never have it."),
        SettingKey(
            "sandbox_options.home", \.sandboxOptions.home, .value("job"), sample: "/var/cache/slipway-home",
            "The HOME of jobs in the sandbox. \"job\": an empty folder for each job. An absolute path: that folder, which jobs"
                + " share, so that caches in it are kept."),
        SettingKey(
            "environment", \.environment, .value("{}"), sample: "{PIP_INDEX_URL: \"https://pypi.example.org/simple\"}",
            "Variables of the environment of every job. What the pipeline sets goes before. They are shown in logs: no secrets."),
        SettingKey(
            "limits.job_timeout", \.limits.jobTimeout, .value("6h"), sample: "90m",
            "The time of a job that sets no timeout-minutes itself. A job that does may have less or more, up to five days."),
        SettingKey(
            "limits.termination_grace", \.limits.terminationGrace, .value("10s"), sample: "1m",
            "How long a job that is cancelled or out of time may go on after TERM, until everything it started gets KILL."),
        SettingKey(
            "limits.worker_grace", \.limits.workerGrace, .value("1m"), sample: "10m",
            "How long the process that runs a job may go on once the job has to be over: after a second cancel, or five minutes"
                + " after its time. Then it is killed with all that it started. On a slow disk, or with a slow Docker Engine, it"
                + " may need more."),
        SettingKey(
            "limits.fetch_timeout", \.limits.fetchTimeout, .value("10m"), sample: "1h",
            "How long one fetch from a repository may take."),
        SettingKey(
            "limits.step_log", \.limits.stepLog, .value("1GiB"), sample: "10MiB",
            "How much log one step may write. The rest is dropped, and the log says so."),
        SettingKey(
            "limits.step_summary", \.limits.stepSummary, .value("1MiB"), sample: "64KiB",
            "How large the summary of one step may be."),
        SettingKey(
            "limits.output", \.limits.output, .value("1MiB"), sample: "64KiB",
            "How large each of the files GITHUB_OUTPUT, GITHUB_ENV and GITHUB_PATH of one step may be."),
        SettingKey(
            "pause_on_failure.role", \.pauseOnFailure.role, .value("operator"), sample: "admin",
            "Who may ask for a pause of jobs whose steps fail, and open a shell in them: operator, admin or none. Such a shell"
                + " has the job's secrets."),
        SettingKey(
            "pause_on_failure.limit", \.pauseOnFailure.limit, .value("30m"), sample: "2h",
            "How long a job stands still until it goes on by itself. It keeps its slot and its workspace meanwhile."),
    ]

    static let keepingKeys: [SettingKey] = [
        SettingKey(
            "workspaces.keep", \.workspaces.keep, .value("never"), sample: "failed",
            "Which jobs' workspaces are left for a look at them after the job: never, failed or always."),
        SettingKey(
            "workspaces.keep_for", \.workspaces.keepFor, .value("1d"), sample: "1h",
            "After what time a workspace that was left is deleted."),
        SettingKey(
            "retention.runs", \.retention.runs, .value("off"), sample: "1000",
            "How many of the newest runs of each repository are kept with their logs, however old. With retention.days: off all"
                + " others are deleted."),
        SettingKey(
            "retention.days", \.retention.age, .value("90"), sample: "14",
            "How many days a run is kept after its end; off keeps it for ever, unless retention.runs says how many are."),
        SettingKey(
            "retention.audit_days", \.retention.audit, .value("400"), sample: "30",
            "How many days an entry of the audit trail is kept; off keeps it for ever."),
    ]

    static let daemonKeys: [SettingKey] = [
        SettingKey(
            "schedules.missed", \.schedules.missed, .value("skip"), sample: "once",
            "What happens to the ticks of cron schedules that passed while the daemon was not running. \"skip\": they are"
                + " recorded only. \"once\": each schedule runs once for all of them."),
        SettingKey(
            "schedules.timezone", \.schedules.timeZone, .value("UTC"), sample: "Europe/Berlin",
            "The IANA time zone of schedules that name none."),
        SettingKey(
            "secrets.key_file", \.secrets.keyFile, .words("secret.key in the folder of state"), sample: "/etc/slipway/secret.key",
            effect: .restart,
            "The file of the key that encrypts the secrets set with \"slipway secret set\". It is made, readable by the daemon's"
                + " user only, when it is missing. Without it the secrets are lost, so keep a copy of it elsewhere."),
        SettingKey(
            "log.level", \.log.level, .value("info"), sample: "debug", effect: .restart,
            "From which level on the daemon's own messages are written: trace, debug, info, notice, warning, error, critical."),
        SettingKey(
            "log.format", \.log.format, .value("text"), sample: "json", effect: .restart,
            "Their form: text, or json for one object a line."),
        SettingKey(
            "shutdown.grace", \.shutdown.grace, .value("10s"), sample: "1s", effect: .restart,
            "How long open requests may take to end when the daemon stops. Jobs go on without it."),
    ]
}
