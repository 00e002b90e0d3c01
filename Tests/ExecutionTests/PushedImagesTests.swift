import Testing

@testable import Execution

struct PushedImagesTests {
    private static let digest = "sha256:42479bfb5d0a1e60ea712ae56df444269ce4ba3b28cacaa6c9caf124f0938b6a"
    private static let other = "sha256:dc85890ba9763fe38b178b337d4ccc802874afe3c02e6c98c304f65b08af958f"

    private static func found(_ text: String) -> [String] {
        var images = PushedImages()
        return text.split(separator: "\n").compactMap { line in
            Array(line.utf8).withUnsafeBufferPointer { images.find(in: $0) }
        }
    }

    @Test("each tag that docker push tells of is an image with the digest that the registry has, under the name before it")
    func commandLine() {
        let text = """
            The push refers to repository [123456789012.dkr.ecr.us-east-1.amazonaws.com/app]
            64c37ddcbb2d: Preparing
            64c37ddcbb2d: Pushed
            latest: digest: \(Self.digest) size: 1779
            v1.0: digest: \(Self.digest) size: 1779
            latest: digest: \(Self.digest) size: 1779
            The push refers to repository [docker.io/team/app]
            64c37ddcbb2d: Layer already exists
            1: digest: \(Self.other) size: 948
            """
        #expect(
            Self.found(text) == [
                "123456789012.dkr.ecr.us-east-1.amazonaws.com/app:latest@\(Self.digest)",
                "123456789012.dkr.ecr.us-east-1.amazonaws.com/app:v1.0@\(Self.digest)", "docker.io/team/app:1@\(Self.other)",
            ])
    }

    @Test("so is what BuildKit has pushed, once it is done")
    func buildKit() {
        let text = """
            #14 pushing layers 0.4s done
            #14 pushing manifest for app.example.com/app:1@\(Self.digest)
            #14 pushing manifest for app.example.com/app:1@\(Self.digest) 0.2s done
            #14 DONE 0.9s
            """
        #expect(Self.found(text) == ["app.example.com/app:1@\(Self.digest)"])
    }

    @Test(
        "what only resembles it is none",
        arguments: [
            "latest: digest: \(digest) size: 1779",
            "The push refers to repository [app]\nlatest: digest: sha256:4247 size: 1779",
            "The push refers to repository [app]\nthe tag: digest: \(digest) size: 1779",
            "The push refers to repository [app\nlatest: digest: \(digest) size: 1779",
            "The push refers to repository [app]\nDigest: \(digest)\nStatus: Downloaded newer image for app:latest",
            "#14 pushing manifest for app@\(digest)0 done", "#14 pushing manifest for app done",
            "pushing manifest for \(digest) done",
            "", "\u{1b}",
        ])
    func others(text: String) { #expect(Self.found(text) == []) }

    @Test("a step tells of so many images and no more")
    func many() {
        let lines = (0..<200).map { "v\($0): digest: \(Self.digest) size: 1" }
        let text = (["The push refers to repository [app]"] + lines).joined(separator: "\n")
        #expect(Self.found(text).count == AnnotationCounts.limit)
    }
}
