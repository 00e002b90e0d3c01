internal import FoundationEssentials

extension AWSClient {
    /// Calls an operation of a service that speaks JSON.
    ///
    /// Moments in the answer are seconds since 1970, as AWS writes them there.
    public func call<Output: Decodable>(
        _ operation: String, _ input: some Encodable, as type: Output.Type = Output.self, _ patience: AWSPatience = .endless
    ) throws(AWSError) -> Output {
        let body: [UInt8]
        do {
            let encoder = JSONEncoder()
            encoder.dateEncodingStrategy = .secondsSince1970
            encoder.outputFormatting = [.withoutEscapingSlashes]
            body = [UInt8](try encoder.encode(input))
        } catch {
            throw AWSError(
                .invalidRequest, service: service.name, operation: operation, "the request can't be written as JSON: \(error)")
        }
        let answer = try callJSON(operation, body: body, patience)
        do {
            let decoder = JSONDecoder()
            decoder.dateDecodingStrategy = .secondsSince1970
            return try decoder.decode(Output.self, from: Data(answer.isEmpty ? Array("{}".utf8) : answer))
        } catch {
            throw AWSError(
                .unexpectedAnswer, service: service.name, operation: operation,
                "the answer is not what the service's API promises: \(error)")
        }
    }

    /// The same with JSON that the caller has, such as a task definition whose every member is to arrive as it was written.
    ///
    /// - Returns: the answer's JSON.
    public func callJSON(
        _ operation: String, body: [UInt8], _ patience: AWSPatience = .endless
    ) throws(AWSError) -> [UInt8] {
        guard case .json(let version, let target) = service.format else {
            preconditionFailure("\(service.name) does not speak JSON")
        }
        var call = AWSCall(operation)
        call.headers = [("Content-Type", "application/x-amz-json-\(version)"), ("X-Amz-Target", "\(target).\(operation)")]
        call.body = body
        return try answer(to: call, patience).body
    }
}

/// For operations without input, and for answers of which nothing is wanted.
public struct AWSNothing: Codable, Sendable {
    public init() {}
}
