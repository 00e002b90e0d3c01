/// The rule for names of artifacts, which is GitHub's: one that every file system can hold.
enum ArtifactName {
    private static let forbidden: [Character] = ["\"", ":", "<", ">", "|", "*", "?", "\r", "\n", "\r\n", "\\", "/"]
    private static let longest = 256

    static func check(_ name: String) throws(StorageError) {
        func refuse(_ reason: String) -> StorageError {
            StorageError(.invalid, "the artifact name \"\(name)\" is not allowed: \(reason)")
        }
        guard !name.isEmpty else { throw refuse("it is empty") }
        guard name.utf8.count <= longest else { throw refuse("it is longer than \(longest) bytes") }
        if let character = name.first(where: { forbidden.contains($0) }) {
            throw refuse(
                "it holds \(String(reflecting: String(character))), of \" : < > | * ? \\ / and line ends none may be in it")
        }
        guard name != "." && name != ".." else { throw refuse("it stands for a folder") }
        guard !name.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
            throw refuse("it holds a control character")
        }
    }
}
