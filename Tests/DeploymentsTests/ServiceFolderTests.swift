import Execution
import Foundation
import Plan
import Testing

@testable import Deployments

@Suite struct ServiceFolderTests {
    private let root = NSTemporaryDirectory() + "slipway-folders-\(UUID().uuidString)"
    private let dotted = "docker:host/api.v1"
    private let underlined = "docker:host/api_v1"

    private func deployment(_ id: Int64, of identity: String) -> Deployment {
        Deployment(
            id: id, runID: id, jobID: id, repository: "app", commit: "c\(id)", region: "", cluster: "host", service: "s",
            serviceARN: identity, taskDefinition: "image", status: .succeeded, startedAt: Date(timeIntervalSince1970: 0))
    }

    /// A folder as earlier versions made it.
    private func leave(_ identities: [String]) throws -> String {
        let folder = "\(root)/\(ServiceFolder.earlierName(of: identities[0]))"
        try Folder.make(folder)
        var history = ServiceHistory()
        for (index, identity) in identities.enumerated() { history.begin(deployment(Int64(index + 1), of: identity)) }
        try history.write(in: folder)
        return folder
    }

    @Test("names that differ in signs only have folders of their own, also very long ones")
    func injective() throws {
        defer { try? FileManager.default.removeItem(atPath: root) }
        let long = "arn:aws:ecs:eu-west-1:123456789012:service/" + String(repeating: "c_", count: 120)
        let identities = [
            dotted, underlined, "docker:host_api/v1", "docker:höst/api", "docker:host-/api", "docker:host/-api", "a_2fb", "a/b",
            "\(long)/web", "\(long)/web2",
        ]
        let folders = try identities.map { try ServiceFolder.make($0, in: root) }
        #expect(Set(folders).count == identities.count)
        #expect(folders.allSatisfy { Folder.exists($0) })
        #expect(try identities.map { try ServiceFolder.make($0, in: root) } == folders)
        #expect(folders.flatMap { $0.split(separator: "/") }.allSatisfy { $0.utf8.count <= 255 })
    }

    @Test("a folder of an earlier version stays that of the service it tells of, and no other's")
    func earlier() throws {
        defer { try? FileManager.default.removeItem(atPath: root) }
        let folder = try leave([dotted, dotted])
        #expect(try ServiceFolder.make(dotted, in: root) == folder)
        let other = try ServiceFolder.make(underlined, in: root)
        #expect(other != folder)
        #expect(try ServiceHistory.read(in: other) == ServiceHistory())
    }

    @Test("of one that tells of several, each takes what is its own")
    func mixed() throws {
        defer { try? FileManager.default.removeItem(atPath: root) }
        _ = try leave([dotted, underlined, dotted])
        let found = try [dotted, underlined].map { try ServiceHistory.read(in: ServiceFolder.make($0, in: root)) }
        #expect(found.map { $0.current?.id } == [3, 2])
        #expect(found.map { $0.earlier.map(\.id) } == [[1], []])
    }
}
