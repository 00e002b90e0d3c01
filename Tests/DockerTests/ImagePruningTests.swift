import EngineRig
import Foundation
import Testing

@testable import Docker

@Suite("Image pruning")
struct ImagePruningTests {
    private func image(_ id: String, _ tags: [String], age: Int64, labels: [String: String] = [:]) throws -> ImageSummary {
        let fields: [String: Any] = ["Id": id, "RepoTags": tags, "Labels": labels, "Size": 1, "Created": 1_000_000 - age]
        return try JSONDecoder().decode(ImageSummary.self, from: JSONSerialization.data(withJSONObject: fields))
    }

    @Test("images without a name go by their age, or where space is short at any age")
    func unnamed() throws {
        let images = [
            try image("old", ["<none>:<none>"], age: 500), try image("new", [], age: 10), try image("named", ["a:1"], age: 900),
        ]
        var pruning = ImagePruning()
        #expect(pruning.isOff && pruning.superfluous(of: images, now: 1_000_000, isShort: false).isEmpty)
        pruning.unnamedAge = 100
        #expect(pruning.superfluous(of: images, now: 1_000_000, isShort: false) == ["old"])
        #expect(pruning.superfluous(of: images, now: 1_000_000, isShort: true) == ["old", "new"])
    }

    @Test("of each name the newest tags stay, and the latest")
    func kept() throws {
        let images = try [
            image("1", ["app:1"], age: 300), image("2", ["app:2", "r.example.org/app:2"], age: 200, labels: ["team": "web"]),
            image("3", ["app:3"], age: 100), image("4", ["app:latest"], age: 400), image("5", ["other:1"], age: 900),
        ]
        var pruning = ImagePruning()
        pruning.keptTags = 1
        #expect(pruning.superfluous(of: images, now: 1_000_000, isShort: false) == ["app:2", "app:1"])
        pruning.label = "team=web"
        #expect(pruning.superfluous(of: images, now: 1_000_000, isShort: false).isEmpty)
    }

    @Test("what a container was made of stays", .enabled(if: EngineRig.isAvailable, "\(EngineRig.reasonToSkip ?? "")"))
    func inUse() throws {
        let engine = try DockerEngine(socket: EngineRig.socket())
        let folder = try TrialFolder(["Dockerfile": "FROM busybox:test\nRUN echo \(UUID().uuidString) > /a\n"])
        let label = UUID().uuidString
        let name = "pruned-\(UUID().uuidString.lowercased().prefix(8))"
        let id = try engine.build(
            BuildDefinition(tags: ["\(name):1"], labels: ["pruned": label]),
            context: BuildContext(folder.path, within: folder.path), output: { _ in })
        try engine.tagImage(id, as: #require(ImageReference("\(name):2")))
        var definition = ContainerDefinition(image: "\(name):2")
        definition.command = ["true"]
        let container = try engine.createContainer(definition, named: DockerEngine.name()).id
        defer { try? engine.removeContainer(container) }
        var pruning = ImagePruning()
        pruning.keptTags = 1
        pruning.label = "pruned=\(label)"
        let removed = try engine.prune(pruning, now: Date().timeIntervalSince1970)
        #expect(removed == ["\(name):1"] || removed == ["\(name):2"])
        #expect(try engine.image(id) != nil)
    }
}
