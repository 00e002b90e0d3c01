import EngineAddresses
import Foundation
import Testing

@testable import Docker

@Suite("Docker's command as BuildKit's client")
struct BuildKitClientTests {
    /// Says what it was called with instead of building.
    private static let program = """
        #!/bin/sh
        [ "$1" = --version ] && echo "Docker version 20.10.24, build 297e128" && exit
        [ "$1" = buildx ] && exit 1
        cat > /dev/null
        env | sed 's/^/env: /'
        for word in "$@"; do echo "arg: $word"; done
        for word in "$@"; do [ "$last" = --iidfile ] && echo sha256:feed > "$word"; last=$word; done
        """

    @Test("no build argument becomes a variable of a program that is not confined")
    func arguments() throws {
        let folder = try TrialFolder(["Dockerfile": "FROM scratch\n", "docker": Self.program])
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: "\(folder.path)/docker")
        let client = try #require(DockerClient(at: "\(folder.path)/docker"))
        var definition = BuildDefinition()
        let names = ["LD_PRELOAD", "PATH", "DOCKER_HOST", "HTTPS_PROXY", "VERSION"]
        for name in names { definition.arguments[name] = .some("/workspace/\(name)") }
        let context = try BuildContext(folder.path, within: folder.path)
        var printed: [String] = []
        let id = try BuildKitClient(client, engine: EngineAddress(socket: "/nowhere.sock"), scratch: "\(folder.path)/scratch")
            .build(definition, context: context) { printed.append($0) }
        #expect(id == "sha256:feed")
        #expect(
            printed.contains { $0.hasPrefix("env: ") }
                && !printed.contains { $0.hasPrefix("env: ") && $0.contains("/workspace/") })
        for name in names { #expect(printed.contains("arg: \(name)=/workspace/\(name)")) }
    }
}
