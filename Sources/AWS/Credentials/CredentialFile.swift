internal import FoundationEssentials

/// Files that hold a token.
enum CredentialFile {
    static func text(_ path: String, of source: String) throws(AWSError) -> String {
        let content: Data
        do { content = try Data(contentsOf: URL(filePath: path)) } catch {
            throw AWSError(
                .noCredentials, "\(source): can't read \(path)", remedy: "check that the file is there and may be read")
        }
        let text = String(decoding: content, as: UTF8.self).trimmed
        guard !text.isEmpty else { throw AWSError(.noCredentials, "\(source): \(path) is empty") }
        return text
    }
}
