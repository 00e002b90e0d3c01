import EngineAddresses
import Testing

@Suite("Engine address") struct EngineAddressTests {
    @Test(
        "an address is read as Docker's client reads it",
        arguments: [
            ("/run/docker.sock", "unix:///run/docker.sock"), ("unix:///run/docker.sock", "unix:///run/docker.sock"),
            ("tcp://10.0.0.1:2375", "tcp://10.0.0.1:2375"), ("tcp://engine", "tcp://engine:2375"),
            ("tcp://engine.example.org:99/", "tcp://engine.example.org:99"), ("tcp://[::1]:2375", "tcp://[::1]:2375"),
        ])
    func reads(text: String, expected: String) throws {
        #expect(try EngineAddress(text).text == expected)
    }

    @Test("with certificates the port is that of TLS, and a socket has none")
    func certificates() throws {
        #expect(try EngineAddress("tcp://engine", certificates: "/c").text == "tcp://engine:2376")
        #expect(try EngineAddress("tcp://engine", certificates: "/c").description == "tcp://engine:2376 (TLS)")
        #expect(try EngineAddress("/run/a.sock", certificates: "/c").certificates == nil)
    }

    @Test(
        "what nothing can be asked at is refused with a reason",
        arguments: [
            ("ssh://me@engine", "forward its socket"), ("npipe:////./pipe/docker", "expected the absolute path"),
            ("docker.sock", "expected the absolute path"), ("tcp://engine:0", "expected tcp://HOST:PORT"),
            ("tcp://", "expected tcp://HOST:PORT"), ("tcp://a@b:1", "expected tcp://HOST:PORT"),
            ("tcp://a:1/path", "expected tcp://HOST:PORT"), ("/" + String(repeating: "a", count: 107), "107 bytes"),
        ])
    func refuses(text: String, reason: String) {
        let error = #expect(throws: EngineAddressError.self) { try EngineAddress(text) }
        #expect(error?.description.contains(reason) == true, "\(error?.description ?? "")")
    }

    @Test("the environment names an engine as it does to Docker's client")
    func environment() throws {
        #expect(try EngineAddress(environment: [:]) == nil)
        #expect(try EngineAddress(environment: ["DOCKER_HOST": ""]) == nil)
        let plain = try EngineAddress(environment: ["DOCKER_HOST": "tcp://e:1", "DOCKER_CERT_PATH": "/c"])
        #expect(plain?.certificates == nil)
        let secure = try EngineAddress(
            environment: ["DOCKER_HOST": "tcp://e:1", "DOCKER_CERT_PATH": "/c", "DOCKER_TLS_VERIFY": "1"])
        #expect(secure?.certificates == "/c")
        let usual = try EngineAddress(environment: ["DOCKER_HOST": "tcp://e:1", "DOCKER_TLS_VERIFY": "1", "HOME": "/home/a"])
        #expect(usual?.certificates == "/home/a/.docker")
        #expect(throws: EngineAddressError.self) {
            try EngineAddress(environment: ["DOCKER_HOST": "tcp://e:1", "DOCKER_TLS": "1"])
        }
    }

    @Test("an engine is on this host where its address is this host's")
    func locality() throws {
        #expect(EngineAddress(socket: "/nowhere").isOnThisHost)
        #expect(try EngineAddress("tcp://127.0.0.1:1").isOnThisHost)
        // From a block for documentation, which nobody has.
        #expect(try !EngineAddress("tcp://192.0.2.1:1").isOnThisHost)
    }
}
