import Docker
import EngineRig
import Execution
import Expressions
import Foundation
import Plan
import Testing

@testable import Actions

@Suite(
    "docker/build-push-action", .enabled(if: EngineRig.isAvailable, "\(EngineRig.reasonToSkip ?? "")"),
    .timeLimit(.minutes(10)))
struct BuildPushActionTests {
    private static let dockerfile = """
        FROM busybox:test AS base
        ARG GREETING=none
        RUN echo "$GREETING" > /greeting
        FROM base
        COPY . /context
        """

    private func trial(_ permission: EngineUse.Permission = .containers) throws -> ActionTrial {
        let trial = try ActionTrial.withEngine(permission)
        try trial.write("workspace/Dockerfile", Self.dockerfile)
        try trial.write("workspace/app.py", "print('hello')\n")
        try trial.write("workspace/model.pkl", "weights")
        try trial.write("workspace/.dockerignore", "*.pkl\n")
        return trial
    }

    private static let hasBuildKit = DockerClient.find()?.speaksBuildKit ?? false

    /// What a command in a container of the image prints.
    private func printed(_ image: String, _ command: String, _ engine: DockerEngine) throws -> String {
        var definition = ContainerDefinition(image: image)
        definition.command = ["sh", "-c", command]
        let id = try engine.createContainer(definition, named: ActionTrial.name("printed")).id
        defer { try? engine.removeContainer(id) }
        let output = try engine.attach(to: id)
        try engine.startContainer(id)
        var text = ""
        while try output.read(hand: { text += String(decoding: $1, as: UTF8.self) }) == .output {}
        return text
    }

    @Test(
        "an image is built, pushed and known by the registry's digest, with either builder", .serialized, arguments: ["0", "1"])
    func pushes(buildKit: String) throws {
        let trial = try trial()
        let registry = try EngineRig.registry().name
        let name = ActionTrial.name("pushed")
        let inputs = [
            "context": ".", "push": "true", "tags": "\(registry)/\(name):1\n\(registry)/\(name):latest",
            "build-args": "GREETING=hello", "labels": "maker=me",
        ]
        var invocation = try trial.invocation(inputs)
        invocation.commandEnvironment["DOCKER_BUILDKIT"] = buildKit
        let result = try BuildPushAction().run(invocation)
        #expect(
            trial.log.contains { $0.contains(buildKit == "1" && Self.hasBuildKit ? "Building with BuildKit" : "classic") },
            "\(trial.log)")
        let digest = try #require(result.outputs["digest"]?.displayString)
        #expect(digest.hasPrefix("sha256:"))
        #expect(try trial.registryDigest(name, "1") == digest)
        #expect(try trial.registryDigest(name, "latest") == digest)
        #expect(
            result.annotations.map(\.message) == ["1", "latest"].map { "\(registry)/\(name):\($0)@\(digest)" })
        let id = try #require(result.outputs["imageid"]?.displayString)
        let metadata = try #require(result.outputs["metadata"]?.displayString)
        #expect(metadata.contains(id) && metadata.contains(digest))
        // The name was only for the push.
        #expect(try trial.engine.image("\(registry)/\(name):1") == nil)
        #expect(try trial.engine.image(id) == nil)
        let pinned = try #require(ImageReference("\(registry)/\(name)@\(digest)"))
        try trial.engine.pull(pinned, credentials: nil, patience: .endless) { _ in }
        let text = try printed(pinned.description, "cat /greeting; ls /context", trial.engine)
        #expect(text == "hello\napp.py\n" || text == "hello\nDockerfile\napp.py\n", "\(text)")
    }

    @Test("a target, a Dockerfile elsewhere and its own ignore file are followed")
    func elsewhere() throws {
        let trial = try trial(.privileged)
        try trial.write(
            "workspace/docker/App.dockerfile", "FROM busybox:test AS one\nCOPY . /one\nFROM one AS two\nRUN touch /two\n")
        try trial.write("workspace/docker/App.dockerfile.dockerignore", "app.py\n")
        try trial.write("workspace/source/app.py")
        try trial.write("workspace/source/other.py")
        let tag = "\(ActionTrial.name("local")):1"
        let result = try trial.run(
            BuildPushAction(),
            ["context": "source", "file": "docker/App.dockerfile", "target": "one", "load": "true", "tags": tag])
        defer { try? trial.engine.removeImage(tag) }
        #expect(try trial.engine.image(tag)?.id == result.outputs["imageid"]?.displayString)
        let text = try printed(tag, "ls /one; ls /two", trial.engine)
        #expect(text.contains("other.py") && !text.contains("app.py") && text.contains("No such file"))
    }

    @Test("a secret is there while the image is built, and nowhere after it; a host that can't do that says so")
    func secrets() throws {
        let trial = try trial()
        try trial.write(
            "workspace/Dockerfile",
            "FROM busybox:test\nRUN --mount=type=secret,id=token sh -c 'cat /run/secrets/token | wc -c > /length'\n")
        guard Self.hasBuildKit else {
            let failure = #expect(throws: ActionFailure.self) {
                try trial.run(BuildPushAction(), ["context": ".", "secrets": "token=very-secret-word"])
            }
            #expect(failure?.message.contains("docker-buildx") == true)
            return
        }
        let result = try trial.run(BuildPushAction(), ["context": ".", "secrets": "token=very-secret-word"])
        let id = try #require(result.outputs["imageid"]?.displayString)
        #expect(try printed(id, "cat /length", trial.engine) == "16\n")
        #expect(!trial.log.contains { $0.contains("very-secret-word") })
    }

    @Test("what reaches further than the job needs the repository's permission")
    func permissions() throws {
        let trial = try trial()
        for inputs in [
            ["load": "true", "tags": "python:3.12"], ["network": "host"], ["network": "container:slipway-7"],
            ["cgroup-parent": "/"],
        ] {
            let message = try trial.failure(of: BuildPushAction(), inputs.merging(["context": "."]) { $1 })
            #expect(message?.contains("docker: privileged") == true, "\(message ?? "not refused")")
        }
    }

    @Test(
        "what can't be done is said",
        arguments: [
            (["platforms": "linux/amd64,linux/arm64"], "one is built at a time"),
            (["context": "https://example.org/app.git"], "elsewhere"),
            (["outputs": "type=local,dest=out"], "outputs"), (["push": "true"], "tag is needed"),
            (["tags": "A B"], "no name of an image"),
            (["context": "missing"], "missing"), (["context": "/etc"], "not in the job's folders"), (["ssh": "default"], "ssh"),
        ])
    func refusals(inputs: [String: String], word: String) throws {
        let trial = try trial()
        let message = try trial.failure(of: BuildPushAction(), ["context": "."].merging(inputs) { $1 })
        #expect(message?.contains(word) == true, "\(message ?? "not refused")")
    }

    @Test("a failed instruction fails the step with its words, with either builder", arguments: ["0", "1"])
    func failure(buildKit: String) throws {
        let trial = try trial()
        try trial.write("workspace/Dockerfile", "FROM busybox:test\nRUN echo no such luck; exit 4\n")
        let message = try trial.failure(of: BuildPushAction(), ["context": "."], environment: ["DOCKER_BUILDKIT": buildKit])
        #expect(message?.contains("4") == true, "\(message ?? "built")")
        #expect(trial.log.contains { $0.contains("no such luck") })
    }

    @Test("what only BuildKit knows is seen in a Dockerfile")
    func wishes() {
        var wishes = BuilderWishes()
        wishes.read(
            dockerfile: """
                # RUN --mount=type=cache nothing
                FROM python
                COPY --chmod=755 a b
                RUN --mount=type=cache,target=/x \\
                  COPY --link
                RUN <<EOF
                EOF
                COPY --from=a b c
                """)
        #expect(wishes.buildKitOnly == ["COPY --chmod", "RUN --mount", "RUN with a here-document"])
    }

    @Test("what a here-document holds is no instruction to the builder, and no image to log in for")
    func hereDocuments() {
        let dockerfile = """
            FROM registry.example.org/base
            COPY <<EOF /query.sql
            FROM other.example.org/table
            RUN --mount=type=cache nothing
            EOF
            RUN echo "<<EOF"
            FROM --platform=linux/amd64 last.example.org/base
            """
        var wishes = BuilderWishes()
        wishes.read(dockerfile: dockerfile)
        #expect(wishes.buildKitOnly == ["COPY with a here-document"])
        #expect(JobBuildLogins.registries(of: dockerfile) == ["registry.example.org", "last.example.org"])
    }
}
