import Testing

@testable import Processes

struct SandboxPolicyTests {
    private func position(_ words: [String], in arguments: [String]) -> Int? {
        arguments.indices.first { arguments[$0...].starts(with: words) }
    }

    @Test("masks come after what they hide and before what stays visible in them")
    func order() throws {
        var policy = SandboxPolicy(readable: [.init("/usr/share")], writable: [.init("/usr/share/doc")])
        policy.hidden = ["/usr/share"]
        let arguments = policy.bubblewrapArguments
        let shown = try #require(position(["--ro-bind", "/usr/share", "/usr/share"], in: arguments))
        let mask = try #require(position(["--tmpfs", "/usr/share"], in: arguments))
        let workspace = try #require(arguments.lastIndex(of: "--bind"))
        #expect(shown < mask && mask < workspace && arguments[workspace + 1] == "/usr/share/doc")
        #expect(arguments.suffix(2) == ["--remount-ro", "/"])
    }

    @Test("what isn't shown is not masked, so that its name stays unknown")
    func unseen() {
        var policy = SandboxPolicy()
        policy.hidden = ["/var/log"]
        #expect(!policy.bubblewrapArguments.contains("/var/log"))
    }

    @Test("a temporary folder of the host takes the place of the one in memory")
    func temporaryFolder() {
        var policy = SandboxPolicy()
        #expect(position(["--tmpfs", "/tmp"], in: policy.bubblewrapArguments) != nil)
        policy.temporaryFolder = "/some/folder"
        #expect(position(["--bind", "/some/folder", "/tmp"], in: policy.bubblewrapArguments) != nil)
    }

    @Test("complaints about paths and about forbidden namespaces get different remedies")
    func remedies() {
        #expect(SandboxDiagnosis.remedy(for: "bwrap: Can't find source path /x: No such file")?.contains("paths") == true)
        #expect(SandboxDiagnosis.remedy(for: "bwrap: setting up uid map: Permission denied") != nil)
        #expect(SandboxDiagnosis.remedy(for: "bwrap: execvp cat: Exec format error") == nil)
    }
}
