import Glibc

/// A folder that is removed with the value.
final class TemporaryFolder {
    let path: String

    init() throws {
        var template = Array("/tmp/slipway-git-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Command.Failure(description: "no temporary folder") }
        path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    deinit { _ = try? Command("rm", "-rf", path).output() }

    func write(_ text: String, to name: String, mode: mode_t = 0o644) throws {
        let target = "\(path)/\(name)"
        if let slash = name.lastIndex(of: "/") { try Command("mkdir", "-p", "\(path)/\(name[..<slash])").output() }
        let descriptor = open(target, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw Command.Failure(description: "\(target) can't be written") }
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count else {
            throw Command.Failure(description: "\(target) can't be written")
        }
    }

    func read(_ name: String) throws -> String { try Command("cat", "\(path)/\(name)").output() }

    func contains(_ name: String) -> Bool { access("\(path)/\(name)", F_OK) == 0 }
}
