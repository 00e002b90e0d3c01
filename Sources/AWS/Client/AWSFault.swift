internal import FoundationEssentials
internal import HTTPTransport
internal import XML

/// What a service says of a request that it refused.
struct AWSFault {
    var code: String?
    var message = ""
    var requestID: String?

    init(_ answer: AWSAnswer, format: AWSService.Format) {
        requestID = answer.head.header("x-amzn-RequestId") ?? answer.head.header("x-amz-request-id")
        switch format {
        case .json: readJSON(answer)
        case .query, .rest: readXML(answer)
        }
        if message.isEmpty, !answer.body.isEmpty, code == nil {
            message = String(decoding: answer.body.prefix(500), as: UTF8.self)
        }
        // A HEAD has no body to say it in.
        if code == nil, answer.body.isEmpty {
            switch answer.head.status {
            case 301: code = "PermanentRedirect"
            case 403: code = "Forbidden"
            case 404: code = "NotFound"
            default: break
            }
        }
    }

    private struct JSONFault: Decodable {
        var type: String?
        var code: String?
        var message: String?
        var capitalMessage: String?

        enum CodingKeys: String, CodingKey {
            case type = "__type"
            case code
            case message
            case capitalMessage = "Message"
        }
    }

    private mutating func readJSON(_ answer: AWSAnswer) {
        let fault = try? JSONDecoder().decode(JSONFault.self, from: Data(answer.body))
        // `namespace#Code` in the body, `Code:http://…` in the header.
        let text = answer.head.header("x-amzn-errortype") ?? fault?.type ?? fault?.code
        code = text.map { String($0.prefix { $0 != ":" }.split(separator: "#").last ?? "") }
        message = fault?.message ?? fault?.capitalMessage ?? ""
    }

    private mutating func readXML(_ answer: AWSAnswer) {
        guard let root = try? XMLElement.parse(answer.body, name: "the answer") else { return }
        let error = root.name == "Error" ? root : root.child("Error") ?? root.child("Errors")?.child("Error") ?? root
        code = error.text(at: "Code")
        message = error.text(at: "Message") ?? ""
        requestID = root.text(at: "RequestId") ?? root.text(at: "RequestID") ?? error.text(at: "RequestId") ?? requestID
    }
}
