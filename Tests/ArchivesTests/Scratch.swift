import Archives
import Foundation
import Glibc

/// A folder for one test with a job's folders in it, removed afterwards.
final class Scratch {
    let root: String
    var workspace: String { "\(root)/workspace" }
    var home: String { "\(root)/home" }
    /// Not the job's.
    var outside: String { "\(root)/outside" }

    init() {
        var template = Array("/tmp/slipway-archives-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { fatalError("no temporary folder") }
        root = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        for name in ["workspace", "home", "outside"] { mkdir("\(root)/\(name)", 0o755) }
    }

    deinit { try? FileManager.default.removeItem(atPath: root) }

    /// As a sandbox shows the folders: under other names.
    func map() throws -> FolderMap {
        try FolderMap([
            (name: "workspace", inside: "/job/workspace", outside: workspace), (name: "home", inside: "/job/home", outside: home),
        ])
    }

    /// Makes a file, with the folders above it.
    func write(_ path: String, _ text: String = "text", mode: mode_t = 0o644) throws {
        let full = "\(root)/\(path)"
        try FileManager.default.createDirectory(
            atPath: (full as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(fileURLWithPath: full))
        chmod(full, mode)
    }

    func link(_ path: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(atPath: "\(root)/\(path)", withDestinationPath: target)
    }

    func text(_ path: String) -> String? { try? String(contentsOfFile: "\(root)/\(path)", encoding: .utf8) }

    func exists(_ path: String) -> Bool {
        var status = stat()
        return lstat("\(root)/\(path)", &status) == 0
    }

    /// What is below a folder, sorted.
    func contents(of path: String) -> [String] {
        (FileManager.default.enumerator(atPath: "\(root)/\(path)")?.allObjects as? [String] ?? []).sorted()
    }

    func search(_ text: String, options: FileSearch.Options = .init()) throws -> FileSearch.Result {
        try FileSearch(text, in: map(), folder: "/job/workspace", home: "/job/home", options: options).run()
    }

    /// An archive that Python makes: `archive` is an open `tarfile`, or `zipfile`, and `entry(name, **attributes)` adds to it.
    func archive(_ name: String, python script: String) throws -> OpenFile {
        let isZip = name.hasSuffix(".zip")
        let opening =
            isZip
            ? """
            import zipfile, stat
            archive = zipfile.ZipFile(path, "w")
            def entry(name, text="text", mode=0o100644):
                info = zipfile.ZipInfo(name); info.external_attr = mode << 16; archive.writestr(info, text)
            """
            : """
            import tarfile, io
            archive = tarfile.open(path, "w:gz")
            def entry(name, text="text", **attributes):
                info = tarfile.TarInfo(name); info.size = len(text) if "type" not in attributes else 0
                for key, value in attributes.items(): setattr(info, key, value)
                archive.addfile(info, io.BytesIO(text.encode()))
            """
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        process.arguments = ["-c", "path = \"\(root)/\(name)\"\n\(opening)\n\(script)\narchive.close()"]
        try process.run()
        process.waitUntilExit()
        return try OpenFile.open(reading: "\(root)/\(name)")
    }
}
