internal import AWS
internal import Expressions
internal import FoundationEssentials
internal import Notices
internal import PercentCoding

/// Puts a commit's status into the words of its forge's API.
struct ForgeReporter {
    let target: ForgeTarget
    let patience: AWSPatience

    func report(_ status: CommitStatus) throws(NoticeError) {
        guard let address = WebAddress(target.apiURL) else {
            throw NoticeError("status.api_url is not \(WebAddress.form)", kind: .unauthorized)
        }
        let api = API(address: address, headers: try headers(), patience: patience)
        do {
            switch target.kind {
            case .github, .gitea:
                try api.send(
                    "POST", "/repos/\(PercentEncoding.encoded(target.repository, keepingSlash: true))/statuses/\(status.commit)",
                    [
                        "state": .string(target.kind == .github ? status.state.github : status.state.gitea),
                        "target_url": .string(status.url), "description": .string(status.description),
                        "context": .string(status.context),
                    ])
            case .githubChecks: try check(status, api)
            case .gitlab: try reportToGitLab(status, api)
            }
        } catch {
            throw named(error)
        }
    }

    private func headers() throws(NoticeError) -> [(name: String, value: String)] {
        let token = try target.token.value()
        let common = [(name: "Content-Type", value: "application/json"), (name: "User-Agent", value: "slipway")]
        switch target.kind {
        case .github, .githubChecks:
            return common + [
                ("Authorization", "Bearer \(token)"), ("Accept", "application/vnd.github+json"),
                ("X-GitHub-Api-Version", "2022-11-28"),
            ]
        case .gitlab: return common + [("PRIVATE-TOKEN", token)]
        case .gitea: return common + [("Authorization", "token \(token)"), ("Accept", "application/json")]
        }
    }

    /// A forge hides what a token may not see: to it there is no such repository.
    private func named(_ error: NoticeError) -> NoticeError {
        let isHidden = error.message.hasPrefix("it answered HTTP 404")
        guard error.kind == .unauthorized || isHidden else { return error }
        return NoticeError(
            "\(error.message); the token of status.token is not taken for \(target.repository): check that it is valid and may set"
                + " statuses", kind: .unauthorized)
    }

    // MARK: - GitLab

    private func reportToGitLab(_ status: CommitStatus, _ api: API) throws(NoticeError) {
        var body: ExpressionObject = [
            "state": .string(status.state.gitlab), "name": .string(status.context), "target_url": .string(status.url),
            "description": .string(status.description),
        ]
        if let ref = status.ref { body["ref"] = .string(ref) }
        do throws(NoticeError) {
            try api.send("POST", "/projects/\(PercentEncoding.encoded(target.repository))/statuses/\(status.commit)", body)
        } catch {
            // It says so of a status that is what it is to become.
            guard !error.message.contains("Cannot transition status") else { return }
            throw error
        }
    }

    // MARK: - Check runs

    private struct CheckList: Decodable {
        struct Check: Decodable {
            var id: Int64
            var externalID: String?

            enum CodingKeys: String, CodingKey {
                case id
                case externalID = "external_id"
            }
        }

        var checks: [Check]

        enum CodingKeys: String, CodingKey { case checks = "check_runs" }
    }

    /// The one of this attempt is changed. Another attempt is another check run: one that is completed stays so.
    private func check(_ status: CommitStatus, _ api: API) throws(NoticeError) {
        let repository = "/repos/\(PercentEncoding.encoded(target.repository, keepingSlash: true))"
        let answer = try api.send(
            "GET",
            "\(repository)/commits/\(status.commit)/check-runs?check_name=\(PercentEncoding.encoded(status.context))&filter=latest",
            nil)
        let known = (try? JSONDecoder().decode(CheckList.self, from: Data(answer)))?.checks ?? []
        let (state, conclusion) = status.state.check
        var body: ExpressionObject = [
            "name": .string(status.context), "head_sha": .string(status.commit), "external_id": .string(status.externalID),
            "details_url": .string(status.url), "status": .string(state),
            "output": ["title": .string(status.description), "summary": .string("[The run in Slipway](\(status.url))")],
        ]
        if let conclusion { body["conclusion"] = .string(conclusion) }
        if let check = known.first(where: { $0.externalID == status.externalID }) {
            body["head_sha"] = nil
            try api.send("PATCH", "\(repository)/check-runs/\(check.id)", body)
        } else {
            try api.send("POST", "\(repository)/check-runs", body)
        }
    }
}

/// One forge's API with its credential.
private struct API {
    let address: WebAddress
    let headers: [(name: String, value: String)]
    let patience: AWSPatience

    @discardableResult
    func send(_ method: String, _ path: String, _ body: ExpressionObject?) throws(NoticeError) -> [UInt8] {
        try address.send(
            method, suffix: path, body.map { Array(ExpressionValue.object($0).jsonText().utf8) }, headers: headers, attempts: 1,
            patience)
    }
}

extension CommitStatus.State {
    var github: String {
        switch self {
        case .pending, .running: "pending"
        case .success, .skipped: "success"
        case .failure, .timedOut: "failure"
        case .error, .cancelled: "error"
        }
    }

    /// It has no word for a cancel.
    var gitea: String { github }

    var gitlab: String {
        switch self {
        case .pending: "pending"
        case .running: "running"
        case .success, .skipped: "success"
        case .failure, .error, .timedOut: "failed"
        case .cancelled: "canceled"
        }
    }

    var check: (status: String, conclusion: String?) {
        switch self {
        case .pending: ("queued", nil)
        case .running: ("in_progress", nil)
        case .success: ("completed", "success")
        case .failure, .error: ("completed", "failure")
        case .cancelled: ("completed", "cancelled")
        case .skipped: ("completed", "skipped")
        case .timedOut: ("completed", "timed_out")
        }
    }
}
