import Foundation
import Testing

@testable import Daemon

struct SecretKeyFileTests {
    let folder: TestFolder
    var path: String { "\(folder.path)/secret.key" }

    init() throws { folder = try TestFolder() }

    @Test("a key is made once, for its owner only, and found again")
    func made() throws {
        let key = try SecretKeyFile(path: path).key()
        #expect(key.count == 32)
        #expect(try SecretKeyFile(path: path).key() == key)
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["secret.key"])
    }

    @Test("those who begin at the same time have the same key, and none sees half of one")
    func together() async throws {
        let path = path
        let keys = try await withThrowingTaskGroup(of: [UInt8].self) { group in
            for _ in 0..<32 { group.addTask { try SecretKeyFile(path: path).key() } }
            return try await group.reduce(into: Set<[UInt8]>()) { $0.insert($1) }
        }
        #expect(keys.count == 1)
        // The folder goes with its last use, which would be before the keys are made.
        withExtendedLifetime(folder) {}
    }

    @Test("a file that holds no key is an error that says what to do, and stays as it is", arguments: ["", "abcd", "no hex"])
    func broken(text: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        let error = #expect(throws: DaemonError.self) { try SecretKeyFile(path: path).key() }
        #expect(error?.message.contains("restore it from a backup") == true)
        #expect(try String(contentsOfFile: path, encoding: .utf8) == text)
    }

    @Test("a folder that is missing is named")
    func missingFolder() {
        let error = #expect(throws: DaemonError.self) { try SecretKeyFile(path: "/no/such/folder/key").key() }
        #expect(error?.message.contains("/no/such/folder/key") == true)
    }
}
