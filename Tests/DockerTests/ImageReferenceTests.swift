import Docker
import Testing

@Suite("Image reference")
struct ImageReferenceTests {
    @Test(
        "a name is taken apart as Docker does it",
        arguments: [
            ("ubuntu", "docker.io", "ubuntu", "latest"),
            ("python:3.12-slim", "docker.io", "python", "3.12-slim"),
            ("octo/app:1", "docker.io", "octo/app", "1"),
            ("ghcr.io/octo/app", "ghcr.io", "ghcr.io/octo/app", "latest"),
            ("localhost:5000/app:1", "localhost:5000", "localhost:5000/app", "1"),
            ("localhost:5000/app", "localhost:5000", "localhost:5000/app", "latest"),
            (
                "123.dkr.ecr.eu-west-1.amazonaws.com/a/b:c", "123.dkr.ecr.eu-west-1.amazonaws.com",
                "123.dkr.ecr.eu-west-1.amazonaws.com/a/b", "c"
            ),
        ])
    func parts(text: String, registry: String, name: String, tag: String) throws {
        let reference = try #require(ImageReference(text))
        #expect(reference.registry == registry)
        #expect(reference.name == name)
        #expect(reference.tag == tag)
    }

    @Test("a digest takes the place of the tag")
    func digest() throws {
        let reference = try #require(ImageReference("ghcr.io/octo/app@sha256:abc"))
        #expect(reference.tag == nil)
        #expect(reference.digest == "sha256:abc")
        #expect(reference.description == "ghcr.io/octo/app@sha256:abc")
        #expect(ImageReference("app:1@sha256:abc")?.description == "app:1@sha256:abc")
    }

    @Test("what is no name is refused", arguments: ["", ":1", "/app", "app/", "a//b", "app:", "a b", "app@", "app@sha256"])
    func refused(text: String) {
        #expect(ImageReference(text) == nil)
    }
}
