internal import FoundationEssentials
internal import NIOCore
internal import Plan

/// What stands in rendered pages, which are shared, for what is the client's own.
enum PageBlank: Sendable {
    case formToken, rights, caller
    /// The way to the users among the places, for those who may go there.
    case users
    /// Whether the client is one who may answer a request for an approval.
    case answers(JobApproval)

    /// Nobody can guess them, and have tokens put into an address that others are led to.
    private static let suffix = FormToken.fresh()
    private static let end = Array("@@".utf8)
    private static let answersStart = "@@answers-\(suffix)-"
    private static let fixed: [(PageBlank, [UInt8])] = [PageBlank.formToken, .rights, .caller, .users].map {
        ($0, Array($0.placeholder.utf8))
    }

    var placeholder: String {
        switch self {
        case .formToken: "@@formToken-\(Self.suffix)@@"
        case .rights: "@@rights-\(Self.suffix)@@"
        case .caller: "@@caller-\(Self.suffix)@@"
        case .users: "@@users-\(Self.suffix)@@"
        case .answers(let approval): Self.answers(to: approval)
        }
    }

    /// Has in it who may answer, so that whoever gets the page is told by nothing but it.
    static func answers(to approval: JobApproval) -> String {
        var rule = JobApproval(
            approvers: approval.approvers, since: approval.since, until: approval.until, excluded: approval.excluded,
            excludedAskers: approval.excludedAskers)
        rule.otherApprovers = approval.otherApprovers
        let encoder = JSONEncoder()
        // The same request is the same text, by which open pages know that nothing changed.
        encoder.outputFormatting = .sortedKeys
        // Where it can't be written, the form stays: the server has the last word.
        guard let data = try? encoder.encode(rule) else { return "yes" }
        return "\(answersStart)\(data.base64EncodedString())@@"
    }

    /// What stands for it in the page of somebody.
    static func word(for actor: Actor, _ approval: JobApproval) -> String { actor.mayAnswer(approval) ? "yes" : "no" }

    /// Where the first one is, and how long its placeholder is, in bytes.
    static func next(in buffer: ByteBuffer) -> (offset: Int, length: Int, blank: PageBlank)? {
        var found = fixed.compactMap { blank, placeholder -> (offset: Int, length: Int, blank: PageBlank)? in
            buffer.withUnsafeReadableBytes { LineEnds.offset(of: placeholder, in: $0) }.map { ($0, placeholder.count, blank) }
        }
        if let answers = nextAnswers(in: buffer) { found.append(answers) }
        return found.min { $0.offset < $1.offset }
    }

    private static func nextAnswers(in buffer: ByteBuffer) -> (offset: Int, length: Int, blank: PageBlank)? {
        let start = Array(answersStart.utf8)
        return buffer.withUnsafeReadableBytes { bytes in
            guard let offset = LineEnds.offset(of: start, in: bytes) else { return nil }
            let rest = UnsafeRawBufferPointer(rebasing: bytes[(offset + start.count)...])
            guard let length = LineEnds.offset(of: end, in: rest),
                let data = Data(base64Encoded: String(decoding: rest[..<length], as: UTF8.self)),
                let approval = try? JSONDecoder().decode(JobApproval.self, from: data)
            else { return nil }
            return (offset, start.count + length + end.count, .answers(approval))
        }
    }
}
