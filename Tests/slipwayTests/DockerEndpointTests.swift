import Testing

@testable import slipway

struct DockerEndpointTests {
    private func find(_ variables: [String: String], files: [String: String] = [:]) -> DockerEndpoint {
        DockerEndpoint.find(variable: { variables[$0] }) { path in
            files.first { path == $0.key || path.hasPrefix("/home/a/.docker/contexts/meta/") && $0.key == "meta" }
                .map { Array($0.value.utf8) }
        }
    }

    @Test("without a word the engine is at the usual socket")
    func usual() {
        #expect(find(["HOME": "/home/a"]).address == "unix:///var/run/docker.sock")
        #expect(find(["HOME": "/home/a"], files: ["/home/a/.docker/config.json": "{}"]).address == "unix:///var/run/docker.sock")
        #expect(find(["HOME": "/home/a", "DOCKER_CONTEXT": "default"]).address == "unix:///var/run/docker.sock")
    }

    @Test("DOCKER_HOST is heeded first, with its certificates")
    func host() {
        #expect(find(["DOCKER_HOST": "unix:///run/user/7/docker.sock"]).address == "unix:///run/user/7/docker.sock")
        #expect(find(["DOCKER_HOST": "tcp://engine:2375"]).certificates == nil)
        let secure = find(["DOCKER_HOST": "tcp://engine:2376", "DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": "/c"])
        #expect(secure.address == "tcp://engine:2376" && secure.certificates == "/c")
    }

    @Test("the client's current context is heeded, and one that is gone is said")
    func context() {
        let files = [
            "/home/a/.docker/config.json": #"{"currentContext":"rootless","auths":{}}"#,
            "meta":
                #"{"Name":"rootless","Endpoints":{"docker":{"Host":"unix:///run/user/7/docker.sock","SkipTLSVerify":false}}}"#,
        ]
        let found = find(["HOME": "/home/a"], files: files)
        #expect(found == DockerEndpoint(address: "unix:///run/user/7/docker.sock", source: "the context \"rootless\""))
        let gone = find(["HOME": "/home/a", "DOCKER_CONTEXT": "gone"])
        #expect(gone.address == "unix:///var/run/docker.sock" && gone.source.contains("\"gone\" is not known"))
    }
}
