extension AWSError {
    /// An error that a service answered with.
    static func answered(
        by service: AWSService, operation: String, code: String?, message: String, status: Int, requestID: String?,
        source: String
    ) -> AWSError {
        let reason = reason(code: code, message: message, status: status)
        var error = AWSError(
            reason, service: service.name, operation: operation, code: code, safe(message, reason: reason), requestID: requestID,
            status: status)
        error.remedy = remedy(reason, service: service, operation: operation, code: code, message: message, source: source)
        return error
    }

    /// An answer to a wrong signature holds the request with its token: only its first sentence is kept.
    private static func safe(_ message: String, reason: Reason) -> String {
        guard reason == .refusedCredentials else { return message }
        let first = message.prefix { $0 != "\n" && $0 != "\r" }
        guard let end = first.firstRange(of: "The Canonical String") else { return String(first) }
        return String(first[..<end.lowerBound])
    }

    private static func reason(code: String?, message: String, status: Int) -> Reason {
        let code = code ?? ""
        if AWSRetryPolicy.isThrottling(code: code, message: message, status: status) { return .throttled }
        switch code {
        case "ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired", "RequestExpired": return .expiredCredentials
        case "InvalidClientTokenId", "UnrecognizedClientException", "InvalidAccessKeyId", "SignatureDoesNotMatch",
            "InvalidSignatureException", "AuthFailure", "InvalidToken", "IncompleteSignature", "MissingAuthenticationToken",
            "MissingAuthenticationTokenException", "RequestTimeTooSkewed", "AuthorizationHeaderMalformed":
            return .refusedCredentials
        case "AccessDenied", "AccessDeniedException", "AccessDeniedFault", "UnauthorizedOperation", "AuthorizationError",
            "AuthorizationErrorException", "NotAuthorized", "AllAccessDisabled", "Forbidden":
            return .accessDenied
        default: break
        }
        if code.contains("NotFound") || code.hasPrefix("NoSuch") { return .notFound }
        if code.contains("AlreadyExists") || code.contains("InUse") || code.contains("Conflict") { return .conflict }
        switch status {
        case 403: return .accessDenied
        case 404: return .notFound
        case 409, 412: return .conflict
        case 500...: return .unavailable
        case 400..<500: return .invalidRequest
        default: return .other
        }
    }

    private static func remedy(
        _ reason: Reason, service: AWSService, operation: String, code: String?, message: String, source: String
    ) -> String? {
        switch reason {
        case .accessDenied:
            let action = deniedAction(in: message) ?? "\(service.permissionPrefix):\(service.permission(for: operation))"
            return "allow \(action) in the policy of who owns the credentials (they are from \(source))"
        case .expiredCredentials:
            return "the credentials from \(source) have expired: have them last longer (\"role-duration-seconds\" of"
                + " aws-actions/configure-aws-credentials, aws.session_duration of the settings), or get new ones shortly before"
        case .refusedCredentials where code == "RequestTimeTooSkewed": return "set this machine's clock"
        case .refusedCredentials: return "check the access key and its secret from \(source), and the region"
        case .throttled: return "try again later, or ask AWS for a higher limit"
        case .unavailable: return "it is AWS' problem: try again later"
        default: return nil
        }
    }

    /// The action that AWS names in "is not authorized to perform: ecs:RunTask on resource: …".
    private static func deniedAction(in message: String) -> String? {
        guard let start = message.firstRange(of: "to perform: ") else { return nil }
        let action = message[start.upperBound...].prefix { !$0.isWhitespace && $0 != "," }
        return action.contains(":") ? String(action) : nil
    }
}
