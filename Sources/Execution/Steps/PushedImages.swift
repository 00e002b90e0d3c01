internal import LogText
public import Plan

/// Knows from what a command prints which images it has pushed: the lines of `docker push`, and those of BuildKit.
///
/// It sees every line of every step, so most are told apart by a few of their bytes. One for each process.
struct PushedImages {
    /// Of `docker push`: what the digests below belong to.
    private var repository: String?
    private var told: Set<String> = []
    private static let most = AnnotationCounts.limit

    /// In bytes.
    private static let longestTag = 128
    private static let head = Array("The push refers to repository [".utf8)
    private static let digest = Array(": digest: sha256:".utf8)
    private static let manifest = Array("pushing manifest for ".utf8)

    /// The name, tag and digest of an image that the line says is pushed; each once.
    mutating func find(in line: UnsafeBufferPointer<UInt8>) -> String? {
        // No shorter line has a digest, or a name.
        guard line.count > Self.head.count else { return nil }
        if line[0] == Self.head[0], line.starts(with: Self.head) {
            repository = String(decoding: line, as: UTF8.self).between("[", and: "]")
            return nil
        }
        guard let image = pushed(line) ?? built(line), told.count < Self.most, told.insert(image).inserted else { return nil }
        return image
    }

    /// `latest: digest: sha256:… size: 948`
    private func pushed(_ line: UnsafeBufferPointer<UInt8>) -> String? {
        // A tag has no colon.
        guard let repository, let colon = line.prefix(Self.longestTag + 1).firstIndex(of: UInt8(ascii: ":")),
            line[colon...].starts(with: Self.digest)
        else { return nil }
        let text = String(decoding: line, as: UTF8.self)
        guard let tag = text.before(": digest: "), Self.isTag(tag), let rest = text.after(": digest: "),
            let digest = Self.digest(atStartOf: rest)
        else { return nil }
        return "\(repository):\(tag)@\(digest)"
    }

    /// `#14 pushing manifest for app.example.com/app:1@sha256:… 0.2s done`; a line before that says that it begins.
    private func built(_ line: UnsafeBufferPointer<UInt8>) -> String? {
        guard line[0] == UInt8(ascii: "#"), let blank = line.prefix(10).firstIndex(of: UInt8(ascii: " ")),
            line[(blank + 1)...].starts(with: Self.manifest)
        else { return nil }
        let text = String(decoding: line, as: UTF8.self)
        guard text.hasSuffix(" done"), let image = text.after("pushing manifest for ")?.prefix(while: { $0 != " " }),
            let digest = image.after("@"), Self.digest(atStartOf: digest)?.count == digest.count
        else { return nil }
        return String(image)
    }

    private static func isTag(_ text: Substring) -> Bool {
        !text.isEmpty && text.utf8.count <= longestTag
            && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "_.-".contains($0)) }
    }

    private static func digest(atStartOf text: Substring) -> Substring? {
        let prefix = "sha256:"
        guard text.hasPrefix(prefix) else { return nil }
        let number = text.dropFirst(prefix.count).prefix { $0.isHexDigit && $0.isASCII }
        return number.count == 64 ? text[..<number.endIndex] : nil
    }
}

extension Annotation {
    /// Tells of an image that a registry has now.
    ///
    /// - Parameter name: with its tag and its digest: `app.example.com/app:1@sha256:…`.
    public static func pushedImage(_ name: String) -> Annotation {
        Annotation(level: .notice, message: name, title: "Image pushed")
    }
}

extension StringProtocol where SubSequence == Substring {
    fileprivate func after(_ text: String) -> Substring? { firstRange(of: text).map { self[$0.upperBound...] } }
    fileprivate func before(_ text: String) -> Substring? { firstRange(of: text).map { self[..<$0.lowerBound] } }
    fileprivate func between(_ start: String, and end: String) -> String? { after(start)?.before(end).map(String.init) }
}
