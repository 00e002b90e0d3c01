/// One call on its way: its body is given piece by piece, then it is answered.
///
/// `receive` is called on the connection's thread and never waits for anybody; `answer` once, after all of the body, on a thread
/// that may wait.
protocol ServiceCall: AnyObject {
    func receive(_ bytes: UnsafeRawBufferPointer) throws(ServiceRefusal)
    func answer() throws(ServiceRefusal) -> ServiceResponse
}

/// A call whose whole body is taken before anything is done.
final class WholeBodyCall: ServiceCall {
    private var body: [UInt8] = []
    private let limit: Int
    private let work: ([UInt8]) throws(ServiceRefusal) -> ServiceResponse

    /// - Parameter limit: bytes that the body may have.
    init(limit: Int = 1 << 20, work: @escaping ([UInt8]) throws(ServiceRefusal) -> ServiceResponse) {
        self.limit = limit
        self.work = work
    }

    func receive(_ bytes: UnsafeRawBufferPointer) throws(ServiceRefusal) {
        guard body.count + bytes.count <= limit else {
            throw ServiceRefusal(status: 413, code: "malformed", message: "the body is longer than \(limit) bytes")
        }
        body += bytes
    }

    func answer() throws(ServiceRefusal) -> ServiceResponse { try work(body) }
}
