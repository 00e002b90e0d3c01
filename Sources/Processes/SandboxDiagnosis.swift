internal import Glibc

/// Whether sandboxes can be made on this host, and what to do if not; for `slipway doctor`.
public struct SandboxDiagnosis: Sendable, Hashable {
    public var isAvailable: Bool
    /// What was found, one sentence.
    public var finding: String
    /// What to do; nil if nothing needs to be done.
    public var remedy: String?

    public init(isAvailable: Bool, finding: String, remedy: String? = nil) {
        self.isAvailable = isAvailable
        self.finding = finding
        self.remedy = remedy
    }
}

extension Sandbox {
    /// Tries a sandbox and a program in it.
    public static func diagnosis(bubblewrap: String = "bwrap") -> SandboxDiagnosis {
        do throws(ProcessError) {
            let sandbox = try start(SandboxPolicy(), bubblewrap: bubblewrap)
            defer { sandbox.stop() }
            var specification = ProcessSpecification(executable: "true", environment: [("PATH", "/usr/bin:/bin")])
            specification.namespaces = sandbox.handle
            let outcome = try SpawnedProcess.start(specification).wait()
            guard outcome.isSuccess else {
                return SandboxDiagnosis(isAvailable: false, finding: "a program in a sandbox ended with \(outcome)")
            }
            return SandboxDiagnosis(isAvailable: true, finding: "bubblewrap makes sandboxes")
        } catch {
            let remedy = error.kind == .executable ? SandboxDiagnosis.installation : error.remedy
            return SandboxDiagnosis(isAvailable: false, finding: error.reason, remedy: remedy)
        }
    }
}

extension SandboxDiagnosis {
    static let installation = "install it (apt-get install bubblewrap), or set `sandbox: none` and trust every pipeline"

    /// What to do about a complaint of bubblewrap, by the switches that forbid user namespaces.
    static func remedy(for complaint: String) -> String? {
        let complaint = complaint.lowercased()
        if complaint.contains("can't find source path") || complaint.contains("can't mkdir") {
            return "check the paths that the settings add to the sandbox"
        }
        let forbidden = ["namespace", "uid map", "operation not permitted", "permission denied", "rtm_newaddr"]
        guard forbidden.contains(where: complaint.contains) else { return nil }
        func value(_ path: String) -> String? {
            KernelFile.text(path).map { String($0.prefix { $0 != "\n" }) }
        }
        if value("/proc/sys/user/max_user_namespaces") == "0" {
            return "allow user namespaces: sysctl user.max_user_namespaces=10000"
        }
        if value("/proc/sys/kernel/unprivileged_userns_clone") == "0" {
            return "allow user namespaces: sysctl kernel.unprivileged_userns_clone=1"
        }
        if value("/proc/sys/kernel/apparmor_restrict_unprivileged_userns") == "1" {
            return "AppArmor forbids user namespaces: give bwrap a profile with `userns,` in /etc/apparmor.d/bwrap, or "
                + "sysctl kernel.apparmor_restrict_unprivileged_userns=0"
        }
        return "in a container, run it with --security-opt seccomp=unconfined and --cap-add SYS_ADMIN, or on the host itself"
    }
}
