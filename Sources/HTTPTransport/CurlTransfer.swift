internal import CLibCurl

/// One request in libcurl's hands: owns the handles and hands over what comes. Whoever drives it decides on which thread,
/// and how long it waits.
final class CurlTransfer {
    /// libcurl wants this once per process, before any thread uses it.
    private static let isLibraryReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    let request: TransportRequest
    private unowned let receiver: any TransferReceiver
    private let upload: (any TransportUpload)?
    private var easy: UnsafeMutableRawPointer?
    private(set) var multi: UnsafeMutableRawPointer?
    private var headerList: UnsafeMutablePointer<curl_slist>?
    private let errorText: UnsafeMutablePointer<CChar>
    let clock = ContinuousClock()
    private let start: ContinuousClock.Instant
    var lastNews: ContinuousClock.Instant
    private var status = 0
    private var headers: [(name: String, value: String)] = []
    private var isHeadDelivered = false

    /// - Parameter receiver: has to outlive this value.
    init(
        _ request: TransportRequest, receiver: any TransferReceiver, upload: (any TransportUpload)? = nil
    ) throws(HTTPTransportError) {
        self.request = request
        self.receiver = receiver
        self.upload = upload
        errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        start = clock.now
        lastNews = start
        guard Self.isLibraryReady else { throw failure(.exhausted, "libcurl") }
        try prepare()
    }

    deinit {
        if let multi, let easy { curl_multi_remove_handle(multi, easy) }
        curl_easy_cleanup(easy)
        curl_multi_cleanup(multi)
        curl_slist_free_all(headerList)
        errorText.deallocate()
    }

    func failure(_ reason: HTTPTransportError.Reason, _ detail: String = "") -> HTTPTransportError {
        HTTPTransportError(reason, request.target, detail)
    }
}

// MARK: - Preparation

extension CurlTransfer {
    private func prepare() throws(HTTPTransportError) {
        try validate(request)
        guard let easy = curl_easy_init(), let multi = curl_multi_init() else { throw failure(.exhausted, "libcurl") }
        self.easy = easy
        self.multi = multi
        slipway_curl_set_error_buffer(easy, errorText)
        slipway_curl_set_long(easy, CURLOPT_NOSIGNAL, 1)
        slipway_curl_set_long(easy, CURLOPT_PATH_AS_IS, 1)
        slipway_curl_set_long(easy, CURLOPT_CONNECTTIMEOUT_MS, max(1, request.deadlines.connect.milliseconds))
        slipway_curl_set_text(easy, CURLOPT_PROTOCOLS_STR, "http,https")
        try address(easy, request)
        try describe(easy, request)
        let context = Unmanaged.passUnretained(self).toOpaque()
        slipway_curl_set_receivers(easy, Self.receiveHeader, Self.receiveBody, context)
        guard curl_multi_add_handle(multi, easy) == CURLM_OK else { throw failure(.exhausted, "libcurl") }
    }

    private func validate(_ request: TransportRequest) throws(HTTPTransportError) {
        let isToken = !request.method.isEmpty && request.method.utf8.allSatisfy { (65...90).contains($0) }
        guard isToken else { throw failure(.invalidRequest, "the method is not a word in capitals") }
        guard request.path.hasPrefix("/"), request.path.utf8.allSatisfy({ $0 > 32 && $0 < 127 }) else {
            throw failure(.invalidRequest, "the path does not start with / or is not percent-encoded")
        }
        for header in request.headers {
            let isName = !header.name.isEmpty && header.name.utf8.allSatisfy { $0 > 32 && $0 < 127 && $0 != 58 }
            guard isName, header.value.utf8.allSatisfy({ $0 >= 32 || $0 == 9 }) else {
                throw failure(.invalidRequest, "a header has a character that is not allowed")
            }
        }
    }

    private func address(_ easy: UnsafeMutableRawPointer, _ request: TransportRequest) throws(HTTPTransportError) {
        switch request.endpoint {
        case .server(let url):
            let base = url.hasSuffix("/") ? String(url.dropLast()) : url
            let isWeb = base.hasPrefix("http://") || base.hasPrefix("https://")
            guard isWeb, base.utf8.allSatisfy({ $0 > 32 && $0 < 127 }) else {
                throw failure(.invalidRequest, "the address is not an http or https URL")
            }
            slipway_curl_set_text(easy, CURLOPT_URL, base + request.path)
            if request.avoidsProxy {
                slipway_curl_set_text(easy, CURLOPT_NOPROXY, "*")
            } else if let proxy = request.proxy {
                slipway_curl_set_text(easy, CURLOPT_PROXY, proxy.url)
                slipway_curl_set_text(easy, CURLOPT_NOPROXY, proxy.exceptions)
            }
            if request.isPlainHTTP {
                slipway_curl_set_long(easy, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1)
            }
            // An answer may last for days; who sends it may be gone without a word.
            slipway_curl_set_long(easy, CURLOPT_TCP_KEEPALIVE, 1)
            if let certificates = request.certificates { trust(easy, certificates) }
        case .unixSocket(let path):
            slipway_curl_set_text(easy, CURLOPT_UNIX_SOCKET_PATH, path)
            slipway_curl_set_text(easy, CURLOPT_NOPROXY, "*")
            slipway_curl_set_text(easy, CURLOPT_URL, "http://localhost" + request.path)
        }
    }

    private func trust(_ easy: UnsafeMutableRawPointer, _ certificates: TransportCertificates) {
        if let path = certificates.authorities {
            slipway_curl_set_text(easy, CURLOPT_CAINFO, path)
            slipway_curl_set_text(easy, CURLOPT_CAPATH, nil)
        }
        if let path = certificates.certificate { slipway_curl_set_text(easy, CURLOPT_SSLCERT, path) }
        if let path = certificates.key { slipway_curl_set_text(easy, CURLOPT_SSLKEY, path) }
    }

    private func describe(_ easy: UnsafeMutableRawPointer, _ request: TransportRequest) throws(HTTPTransportError) {
        if upload != nil {
            slipway_curl_set_upload(easy, Self.provideBody, Unmanaged.passUnretained(self).toOpaque())
            slipway_curl_set_long(easy, CURLOPT_UPLOAD_BUFFERSIZE, 512 << 10)
        } else if let body = request.body {
            slipway_curl_set_long(easy, CURLOPT_POST, 1)
            guard slipway_curl_set_body(easy, body, body.count) == CURLE_OK else { throw failure(.exhausted, "memory") }
        }
        if request.method == "HEAD" { slipway_curl_set_long(easy, CURLOPT_NOBODY, 1) }
        slipway_curl_set_text(easy, CURLOPT_CUSTOMREQUEST, request.method)
        // libcurl would wait a second for "100 Continue", and would name a type that the body has not.
        var lines = upload == nil ? ["Expect:"] : ["Expect:", "Transfer-Encoding: chunked"]
        if !request.headers.contains(where: { $0.name.lowercased() == "content-type" }) { lines.append("Content-Type:") }
        // A header without a value is written with a semicolon, else it would be removed.
        lines += request.headers.map { $0.value.isEmpty ? $0.name + ";" : $0.name + ": " + $0.value }
        for line in lines {
            guard let list = curl_slist_append(headerList, line) else { throw failure(.exhausted, "memory") }
            headerList = list
        }
        slipway_curl_set_headers(easy, headerList)
    }
}

// MARK: - Steps

extension CurlTransfer {
    /// Does what can be done without waiting. Nil as long as the transfer goes on.
    func perform() throws(HTTPTransportError) -> Result<Void, HTTPTransportError>? {
        var running: Int32 = 0
        guard curl_multi_perform(multi, &running) == CURLM_OK else { throw failure(.exhausted, "libcurl") }
        let code = slipway_curl_outcome(multi)
        return code >= 0 ? outcome(CURLcode(rawValue: UInt32(code))) : nil
    }

    /// Lets a transfer go on whose receiver was behind.
    func resume() {
        lastNews = clock.now
        curl_easy_pause(easy, CURLPAUSE_CONT)
    }

    /// Waits for news of the connection, for a wake-up, or for the descriptor to become readable.
    func wait(milliseconds: Int32, descriptor: Int32? = nil) {
        var extra = curl_waitfd(fd: descriptor ?? -1, events: Int16(CURL_WAIT_POLLIN), revents: 0)
        curl_multi_poll(multi, &extra, descriptor == nil ? 0 : 1, milliseconds, nil)
    }

    /// How long may be waited until the next of the request's deadlines.
    ///
    /// - Parameter isPaused: whether the receiver is behind, in which time the server's silence is not counted.
    func timeToWait(isPaused: Bool) throws(HTTPTransportError) -> Duration {
        let deadlines = request.deadlines
        let now = clock.now
        var wait = Duration.seconds(60)
        if let total = deadlines.total {
            guard now - start < total else { throw failure(.totalDeadline, "\(total)") }
            wait = min(wait, total - (now - start))
        }
        if let idle = deadlines.idle, !isPaused {
            guard now - lastNews < idle else { throw failure(.idleDeadline, "\(idle)") }
            wait = min(wait, idle - (now - lastNews))
        }
        return wait
    }

    private func outcome(_ code: CURLcode) -> Result<Void, HTTPTransportError> {
        if code == CURLE_OK { return .success(()) }
        let text = String(cString: errorText)
        let detail = text.isEmpty ? String(cString: curl_easy_strerror(code)) : text
        let reason: HTTPTransportError.Reason =
            switch code {
            case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL: .invalidRequest
            case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: .unknownHost
            case CURLE_COULDNT_CONNECT: .unreachable
            case CURLE_OPERATION_TIMEDOUT: .connectDeadline
            case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CERTPROBLEM:
                .insecure
            case CURLE_OUT_OF_MEMORY: .exhausted
            default: .interrupted
            }
        return .failure(failure(reason, detail))
    }
}

// MARK: - What libcurl calls

extension CurlTransfer {
    private static func transfer(_ context: UnsafeMutableRawPointer) -> CurlTransfer {
        Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue()
    }

    private static let receiveHeader: slipway_curl_receiver = { bytes, size, count, context in
        guard let bytes, let context else { return 0 }
        let line = UnsafeRawBufferPointer(start: bytes, count: size * count)
        transfer(context).takeHeader(String(decoding: line, as: UTF8.self))
        return size * count
    }

    private static let receiveBody: slipway_curl_receiver = { bytes, size, count, context in
        guard let bytes, let context else { return 0 }
        let transfer = transfer(context)
        transfer.lastNews = transfer.clock.now
        let isTaken = transfer.receiver.deliver(UnsafeRawBufferPointer(start: bytes, count: size * count))
        return isTaken ? size * count : Int(CURL_WRITEFUNC_PAUSE)
    }

    private static let provideBody: slipway_curl_receiver = { bytes, size, count, context in
        guard let bytes, let context else { return Int(CURL_READFUNC_ABORT) }
        let transfer = transfer(context)
        // What is sent is news as well: the server has taken what came before.
        transfer.lastNews = transfer.clock.now
        let buffer = UnsafeMutableRawBufferPointer(start: bytes, count: size * count)
        return transfer.upload?.read(into: buffer) ?? Int(CURL_READFUNC_ABORT)
    }

    /// Status line, headers and the empty line behind them; interim answers come first, trailers behind the body.
    private func takeHeader(_ line: String) {
        lastNews = clock.now
        let text = line.unicodeScalars.prefix { $0 != "\r" && $0 != "\n" }
        if text.isEmpty {
            guard status >= 200, !isHeadDelivered else { return }
            isHeadDelivered = true
            receiver.deliver(TransportHead(status: status, headers: headers))
        } else if !isHeadDelivered, text.starts(with: "HTTP/".unicodeScalars) {
            status = text.split(separator: " ").dropFirst().first.flatMap { Int(String($0)) } ?? 0
            headers = []
        } else if !isHeadDelivered, let colon = text.firstIndex(of: ":") {
            let value = text[colon...].dropFirst().drop { $0 == " " || $0 == "\t" }
            headers.append((name: String(text[..<colon]), value: String(value)))
        }
    }
}

extension Duration {
    var milliseconds: Int {
        let parts = components
        return Int(clamping: parts.seconds &* 1000 + parts.attoseconds / 1_000_000_000_000_000)
    }
}
