import Executors
import Foundation
import Settings
import Testing

@testable import slipway

struct HostExaminationTests {
    private static func examination(_ settings: String) -> HostExamination {
        HostExamination(loaded: RunnerSettings.parse(settings), client: DaemonClient(socket: "/nowhere"))
    }

    @Test("programs are looked for where jobs do: in the system's folders, or in the PATH that the settings give them")
    func jobPath() {
        #expect(Self.examination("state: /srv/x\n").jobPath == HostPrograms.searchPath)
        #expect(Self.examination("environment: {PATH: /opt/tools}\n").jobPath == "/opt/tools")
        // Settings with mistakes say nothing.
        #expect(Self.examination("capacity: many\n").jobPath == HostPrograms.searchPath)
    }

    @Test("a program that only whoever asks has is not found, and an empty folder of a path is none")
    func path() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let tool = folder.appendingPathComponent("tool").path
        #expect(FileManager.default.createFile(atPath: tool, contents: nil, attributes: [.posixPermissions: 0o755]))
        #expect(HostExamination.path(of: "tool", in: "/nowhere::\(folder.path)") == tool)
        #expect(HostExamination.path(of: "tool", in: HostPrograms.searchPath) == nil)
    }
}
