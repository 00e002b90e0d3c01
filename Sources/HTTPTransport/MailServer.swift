internal import CLibCurl

/// A server that takes mail (SMTP).
///
/// Sending blocks the calling thread, ends at its deadline or when a descriptor becomes readable, and follows no proxy.
public struct MailServer: Sendable {
    /// How the connection is protected.
    public enum Protection: Sendable, Equatable {
        /// From its first byte: port 465.
        case immediate
        /// By STARTTLS before anything is said: port 587.
        case upgrade
        /// Not at all: for a server on this machine.
        case none
    }

    public var host: String
    public var port: Int
    public var protection: Protection
    /// Nil signs in as nobody.
    public var username: String?
    public var password: String?

    public init(
        host: String, port: Int, protection: Protection, username: String? = nil, password: String? = nil
    ) {
        self.host = host
        self.port = port
        self.protection = protection
        self.username = username
        self.password = password
    }

    /// - Parameters:
    ///   - message: with its headers, as RFC 5322 has it.
    ///   - limit: how long all of it may take.
    public func send(
        _ message: [UInt8], from sender: String, to recipients: [String], limit: Duration = .seconds(60),
        interruption: Int32? = nil
    ) throws(HTTPTransportError) {
        try MailTransfer(self, message, from: sender, to: recipients).run(limit: limit, interruption: interruption)
    }

    /// For messages.
    var target: String { "mail by \(host):\(port)" }
}

/// One mail in libcurl's hands.
private final class MailTransfer {
    private let server: MailServer
    private var easy: UnsafeMutableRawPointer?
    private var multi: UnsafeMutableRawPointer?
    private var recipients: UnsafeMutablePointer<curl_slist>?
    private let errorText: UnsafeMutablePointer<CChar>
    private var rest: ArraySlice<UInt8>

    init(
        _ server: MailServer, _ message: [UInt8], from sender: String, to recipients: [String]
    ) throws(HTTPTransportError) {
        self.server = server
        rest = message[...]
        errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        guard curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK, let easy = curl_easy_init(),
            let multi = curl_multi_init()
        else { throw failure(.exhausted, "libcurl") }
        self.easy = easy
        self.multi = multi
        try validate(sender, recipients)
        slipway_curl_set_error_buffer(easy, errorText)
        slipway_curl_set_long(easy, CURLOPT_NOSIGNAL, 1)
        slipway_curl_set_long(easy, CURLOPT_CONNECTTIMEOUT_MS, 10_000)
        slipway_curl_set_text(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps")
        slipway_curl_set_text(easy, CURLOPT_NOPROXY, "*")
        let scheme = server.protection == .immediate ? "smtps" : "smtp"
        slipway_curl_set_text(easy, CURLOPT_URL, "\(scheme)://\(server.host):\(server.port)")
        if server.protection == .upgrade { slipway_curl_set_long(easy, CURLOPT_USE_SSL, Int(CURLUSESSL_ALL.rawValue)) }
        if let username = server.username { slipway_curl_set_text(easy, CURLOPT_USERNAME, username) }
        if let password = server.password { slipway_curl_set_text(easy, CURLOPT_PASSWORD, password) }
        slipway_curl_set_text(easy, CURLOPT_MAIL_FROM, sender)
        for recipient in recipients {
            guard let list = curl_slist_append(self.recipients, recipient) else { throw failure(.exhausted, "memory") }
            self.recipients = list
        }
        slipway_curl_set_list(easy, CURLOPT_MAIL_RCPT, self.recipients)
        slipway_curl_set_upload(easy, Self.provide, Unmanaged.passUnretained(self).toOpaque())
        guard curl_multi_add_handle(multi, easy) == CURLM_OK else { throw failure(.exhausted, "libcurl") }
    }

    deinit {
        if let multi, let easy { curl_multi_remove_handle(multi, easy) }
        curl_easy_cleanup(easy)
        curl_multi_cleanup(multi)
        curl_slist_free_all(recipients)
        errorText.deallocate()
    }

    /// An address becomes a line of the protocol.
    private func validate(_ sender: String, _ recipients: [String]) throws(HTTPTransportError) {
        let isPlain = { (text: String) in
            !text.isEmpty && text.utf8.allSatisfy { $0 > 32 && $0 < 127 && $0 != UInt8(ascii: "<") && $0 != UInt8(ascii: ">") }
        }
        guard isPlain(server.host), !server.host.contains("/"), (1...65535).contains(server.port) else {
            throw failure(.invalidRequest, "the server is not HOST:PORT")
        }
        guard !recipients.isEmpty, ([sender] + recipients).allSatisfy({ isPlain($0) && $0.contains("@") }) else {
            throw failure(.invalidRequest, "an address is not of the form name@host")
        }
    }

    func run(limit: Duration, interruption: Int32?) throws(HTTPTransportError) {
        let end = ContinuousClock.now + limit
        while true {
            var running: Int32 = 0
            guard curl_multi_perform(multi, &running) == CURLM_OK else { throw failure(.exhausted, "libcurl") }
            let code = slipway_curl_outcome(multi)
            if code >= 0 { return try conclude(CURLcode(rawValue: UInt32(code))) }
            let left = end - ContinuousClock.now
            guard left > .zero else { throw failure(.totalDeadline, "\(limit)") }
            var extra = curl_waitfd(fd: interruption ?? -1, events: Int16(CURL_WAIT_POLLIN), revents: 0)
            curl_multi_poll(
                multi, &extra, interruption == nil ? 0 : 1, Int32(clamping: min(left, .seconds(60)).milliseconds + 1), nil)
            if interruption != nil, extra.revents != 0 { throw failure(.cancelled) }
        }
    }

    private func conclude(_ code: CURLcode) throws(HTTPTransportError) {
        guard code != CURLE_OK else { return }
        let said = String(cString: errorText)
        // RFC 5321, 4.2.1: the first digit says whether the same may be taken later.
        let answer = slipway_curl_answer(easy)
        let (isDeferred, isRefused) = ((400..<500).contains(answer), (500..<600).contains(answer))
        let reason: HTTPTransportError.Reason =
            switch code {
            case CURLE_COULDNT_RESOLVE_HOST: .unknownHost
            case CURLE_COULDNT_CONNECT: .unreachable
            case CURLE_OPERATION_TIMEDOUT: .connectDeadline
            case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_USE_SSL_FAILED:
                .insecure
            case CURLE_LOGIN_DENIED: isDeferred ? .deferred : .unauthorized
            // It says so of a refused command, and of a connection that broke while it was sent to.
            case CURLE_SEND_ERROR, CURLE_QUOTE_ERROR: isRefused ? .refused : isDeferred ? .deferred : .interrupted
            default: .interrupted
            }
        throw failure(reason, said.isEmpty ? String(cString: curl_easy_strerror(code)) : said)
    }

    private func failure(_ reason: HTTPTransportError.Reason, _ detail: String = "") -> HTTPTransportError {
        HTTPTransportError(reason, server.target, detail)
    }

    private static let provide: slipway_curl_receiver = { bytes, size, count, context in
        guard let bytes, let context else { return Int(CURL_READFUNC_ABORT) }
        let transfer = Unmanaged<MailTransfer>.fromOpaque(context).takeUnretainedValue()
        let part = transfer.rest.prefix(size * count)
        part.withUnsafeBytes { source in
            if let base = source.baseAddress { UnsafeMutableRawPointer(bytes).copyMemory(from: base, byteCount: source.count) }
        }
        transfer.rest = transfer.rest.dropFirst(part.count)
        return part.count
    }
}
