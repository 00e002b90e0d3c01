internal import PercentCoding
internal import XML

extension AWSClient {
    /// Calls an operation of a service that takes forms and answers in XML.
    ///
    /// - Returns: the element `<operation>Result`; an empty one where the answer has none.
    func callQuery(
        _ operation: String, _ parameters: [(name: String, value: String)], isAnonymous: Bool = false, _ patience: AWSPatience
    ) throws(AWSError) -> XMLElement {
        guard case .query(let version) = service.format else { preconditionFailure("\(service.name) does not take forms") }
        var call = AWSCall(operation)
        call.isAnonymous = isAnonymous
        call.headers = [("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")]
        let all = [("Action", operation), ("Version", version)] + parameters.map { ($0.name, $0.value) }
        call.body = Array(
            all.map { "\(PercentEncoding.encoded($0.0))=\(PercentEncoding.encoded($0.1))" }.joined(separator: "&").utf8)
        let answer = try answer(to: call, patience)
        let root = try xml(answer.body, of: operation)
        return root.child("\(operation)Result") ?? XMLElement(tag: XMLTag(name: "\(operation)Result"))
    }

    /// The document of an answer.
    func xml(_ body: [UInt8], of operation: String) throws(AWSError) -> XMLElement {
        do throws(XMLError) { return try XMLElement.parse(body, name: "the answer") } catch {
            throw AWSError(.unexpectedAnswer, service: service.name, operation: operation, "\(error)")
        }
    }
}
