import Docker
import Testing

@Suite("Docker error")
struct DockerErrorTests {
    @Test(
        "a failed pull says what can be done, and whether it may go better later",
        arguments: [
            ("pull access denied for x, repository does not exist or may require 'docker login'", "credentials", false),
            ("manifest for x:9 not found: manifest unknown: manifest unknown", "tag", false),
            ("Get \"https://r.example/v2/\": dial tcp: lookup r.example: no such host", "reaches", true),
            ("toomanyrequests: You have reached your pull rate limit", "mirror", false),
            ("write /var/lib/docker/tmp/x: no space left on device", "space", false),
            ("no matching manifest for linux/arm64/v8 in the manifest list entries", "processor", false),
        ])
    func pulls(detail: String, word: String, isTransient: Bool) {
        let error = DockerError(.imageUnavailable, "pull the image x:9", detail)
        #expect("\(error)".hasPrefix("can't pull the image x:9: \(detail); "))
        #expect("\(error)".split(separator: ";").last?.contains(word) == true)
        #expect(error.isTransient == isTransient)
    }

    @Test("a port in use leads to the port that the engine chooses")
    func port() {
        let error = DockerError(.conflict, "start the container", "Bind for 127.0.0.1:80 failed: port is already allocated")
        #expect("\(error)".contains("job.services.<id>.ports"))
    }
}
