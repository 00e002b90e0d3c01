import Docker
import EngineRig
import Foundation
import Testing

@Suite("Image build", .enabled(if: EngineRig.isAvailable, "\(EngineRig.reasonToSkip ?? "")"), .timeLimit(.minutes(10)))
struct ImageBuildTests {
    let engine: DockerEngine
    let tag = "trial:\(UUID().uuidString.lowercased())"

    init() throws { engine = try .trial() }

    private func build(_ folder: TrialFolder, dockerfile: String = "Dockerfile") throws(DockerError) -> String {
        var output = ""
        _ = try engine.build(
            BuildDefinition(tags: [tag], labels: ["trial": tag]),
            context: BuildContext(folder.path, within: "/tmp", dockerfile: .inContext(dockerfile)), output: { output += $0 })
        return output
    }

    @Test("an image is built from a folder with files, folders, links and modes")
    func builds() throws {
        let folder = try TrialFolder([
            "sub/Dockerfile": "FROM busybox:test\nCOPY . /context\nRUN cat /context/sub/data/text && /context/run.sh\n",
            "sub/data/text": "some text\n", "run.sh": "#!/bin/sh\necho it runs\n",
        ])
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: "\(folder.path)/run.sh")
        try FileManager.default.createSymbolicLink(atPath: "\(folder.path)/link", withDestinationPath: "sub/data/text")
        let output = try build(folder, dockerfile: "sub/Dockerfile")
        #expect(output.contains("some text\n") && output.contains("it runs\n"))
        #expect(try engine.image(tag) != nil)
        #expect(try engine.images(labelled: ["trial=\(tag)"]).count == 1)
        try engine.removeImage(tag)
        #expect(try engine.image(tag) == nil)
        try engine.removeImage(tag)
    }

    @Test("an instruction that fails is a failed build, with what it printed")
    func failedInstruction() throws {
        let folder = try TrialFolder(["Dockerfile": "FROM busybox:test\nRUN echo before; exit 4\n"])
        do throws(DockerError) {
            _ = try build(folder)
            Issue.record("the build should have failed")
        } catch {
            #expect(error.reason == .buildFailed)
            #expect("\(error)".contains("returned a non-zero code: 4"))
        }
    }

    @Test("a mistake in the Dockerfile, and a Dockerfile that is not there, are failed builds", arguments: ["FROM", nil])
    func mistakes(text: String?) throws {
        let folder = try TrialFolder(["other": ""])
        if let text { try folder.write(text, to: "Dockerfile") }
        do throws(DockerError) {
            _ = try build(folder)
            Issue.record("the build should have failed")
        } catch {
            #expect([.buildFailed, .failed].contains(error.reason), "\(error)")
        }
    }
}
