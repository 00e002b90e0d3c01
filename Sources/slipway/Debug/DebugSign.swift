internal import AWS
internal import ArgumentParser

/// `slipway debug sign`: a request with AWS Signature Version 4, and what it was made of.
struct DebugSign: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sign", abstract: "Sign a request for AWS with Signature Version 4.",
        discussion: """
            The context is JSON as in AWS' published examples: credentials (access_key_id, secret_access_key, token), region, \
            service, timestamp, and, where it differs, normalize, sign_body, signed_body_value, omit_session_token, \
            use_double_uri_encode and expiration_in_seconds. The request is a text as it is sent. What is printed is byte for \
            byte what is hashed or sent.
            """)

    enum Part: String, CaseIterable, ExpressibleByArgument {
        case creq
        case sts
        case signature
        case request
    }

    @Option(help: "A file with the context.", completion: .file())
    var context: String

    @Option(help: "A file with the request.", completion: .file())
    var request: String

    @Flag(help: "Put the signature into the URL instead of the headers.")
    var presign = false

    @Option(help: "What to print: creq (the canonical request), sts (the string to sign), signature, or the signed request.")
    var emit = Part.signature

    func run() throws {
        let context: SigningContext
        var request: SignableRequest
        do throws(AWSError) {
            context = try SigningContext(json: try bytes(self.context))
            request = try SignableRequest(text: try bytes(self.request))
        } catch {
            throw CommandFailure(.usage, error.message)
        }
        let body = request.payload
        if let payload = context.payload { request.payload = .digest(payload) }
        let signed =
            presign
            ? context.signature.signByQuery(request, at: context.date, expiresAfter: context.expiresAfter)
            : context.signature.signByHeaders(request, at: context.date)
        switch emit {
        case .creq: print(signed.canonicalRequest)
        case .sts: print(signed.stringToSign)
        case .signature: print(signed.signature)
        case .request: Terminal.write(bytes: text(of: signed.request, body: body))
        }
    }

    private func bytes(_ path: String) throws(AWSError) -> [UInt8] {
        do { return try InputFile.bytes(path) } catch { throw AWSError(.local, error.message) }
    }

    /// Without an end of line, which is no part of it, unless somebody looks at a terminal.
    private func print(_ text: String) {
        if Terminal.isInteractive { Terminal.write(line: text) } else { Terminal.write(bytes: Array(text.utf8)) }
    }

    private func text(of request: SignableRequest, body: SignedPayload) -> [UInt8] {
        let target = request.path + (request.query.isEmpty ? "" : "?" + request.query)
        var lines = ["\(request.method) \(target) HTTP/1.1"]
        lines += request.headers.map { "\($0.name):\($0.value)" }
        let head = Array((lines.joined(separator: "\n") + "\n\n").utf8)
        guard case .bytes(let bytes) = body else { return head }
        return head + bytes
    }
}
