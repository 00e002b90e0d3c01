internal import HTTPTransport
internal import PercentCoding

/// One request to a service, before it is signed.
struct AWSCall {
    var operation: String
    var method = "POST"
    /// Below the endpoint, percent-encoded: `/`.
    var path = "/"
    /// Not yet percent-encoded.
    var query: [(name: String, value: String)] = []
    var headers: [(name: String, value: String)] = []
    var body: [UInt8] = []
    /// The endpoint's URL, where it is not the service's.
    var endpoint: String?
    /// Without a signature: for what proves itself by a token.
    var isAnonymous = false
    /// How long one attempt may take.
    var deadlines = TransportDeadlines(connect: .seconds(10), total: .seconds(120), idle: .seconds(60))
    /// In bytes; of an answer that is collected.
    var longestAnswer = 64 << 20

    init(_ operation: String) { self.operation = operation }

    /// The query as it is sent.
    var queryText: String {
        query.map { "\(PercentEncoding.encoded($0.name))=\(PercentEncoding.encoded($0.value))" }.joined(separator: "&")
    }
}

/// A whole answer with a status below 300.
struct AWSAnswer {
    var head: TransportHead
    var body: [UInt8]
}
