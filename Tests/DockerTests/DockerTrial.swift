import Docker
import EngineRig
import Foundation
import Testing

extension DockerEngine {
    /// The engine of the tests.
    static func trial() throws -> DockerEngine { try DockerEngine(socket: EngineRig.socket()) }

    /// A container that stays until it is removed.
    func idleContainer(image: String = "busybox:test") throws -> String {
        var definition = ContainerDefinition(image: image)
        definition.entrypoint = ["tail", "-f", "/dev/null"]
        definition.labels = ["test": "idle"]
        let id = try createContainer(definition, named: Self.name()).id
        try startContainer(id)
        return id
    }

    static func name() -> String { "trial-\(UUID().uuidString)" }
}

/// What a container or a command printed, by channel and in its order.
struct Printed {
    var output = ""
    var errors = ""
    var news = ContainerOutput.News.output

    init(_ stream: ContainerOutput, _ patience: Patience = Patience().limited(to: 60)) throws {
        while news == .output {
            news = try stream.read(patience) { channel, bytes in
                let text = String(decoding: bytes, as: UTF8.self)
                if channel == .output { output += text } else { errors += text }
            }
        }
    }
}

/// A folder that is gone with the value.
final class TrialFolder {
    let path: String

    init(_ files: [String: String] = [:]) throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("slipway-docker-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        for (name, text) in files { try write(text, to: name) }
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ text: String, to name: String) throws {
        let file = "\(path)/\(name)"
        try FileManager.default.createDirectory(
            atPath: (file as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try text.write(toFile: file, atomically: false, encoding: .utf8)
    }
}
