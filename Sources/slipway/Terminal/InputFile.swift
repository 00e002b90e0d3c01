internal import Glibc

/// Files and standard input that a command reads.
enum InputFile {
    /// - Throws: wrong usage where the file can't be read.
    static func bytes(_ path: String) throws(CommandFailure) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(path) }
        defer { close(descriptor) }
        return try bytes(of: descriptor, named: path)
    }

    /// The file's text; what is not UTF-8 becomes U+FFFD.
    static func text(_ path: String) throws(CommandFailure) -> String {
        String(decoding: try bytes(path), as: UTF8.self)
    }

    static func standardInput() throws(CommandFailure) -> [UInt8] {
        try bytes(of: STDIN_FILENO, named: "standard input")
    }

    /// Standard input line by line, without their ends.
    static func standardInputLines() throws(CommandFailure) -> [String] {
        var lines = try standardInput().split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        return lines.map { line in
            String(decoding: line.last == UInt8(ascii: "\r") ? line.dropLast() : line, as: UTF8.self)
        }
    }

    private static func bytes(of descriptor: Int32, named name: String) throws(CommandFailure) -> [UInt8] {
        var content: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure(name) }
            if count == 0 { return content }
            content += chunk[..<count]
        }
    }

    private static func failure(_ name: String) -> CommandFailure {
        CommandFailure(.usage, "cannot read \(name): \(String(cString: strerror(errno))); check its name and permissions")
    }
}
