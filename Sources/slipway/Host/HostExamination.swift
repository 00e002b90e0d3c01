internal import Diagnostics
internal import Executors
internal import Glibc
internal import Processes
internal import Settings

/// Looks at everything that the daemon needs of its host. Nothing is changed.
struct HostExamination: Sendable {
    let loaded: LoadedSettings
    /// Nil where the settings have mistakes.
    var settings: RunnerSettings? { loaded.settings }
    let client: DaemonClient

    func findings() async -> [HostFinding] {
        var findings = settingsFindings()
        findings.append(sandbox())
        findings += programs()
        if let settings { findings += stateFolder(settings.state) }
        findings += await daemon()
        findings.append(service())
        findings.append(await docker())
        return findings
    }

    private func settingsFindings() -> [HostFinding] {
        let remarks = loaded.diagnostics.map { diagnostic in
            HostFinding(
                "settings", diagnostic.severity == .error ? .fail : .warn,
                "\(diagnostic.file):\(diagnostic.line):\(diagnostic.column): \(diagnostic.message.printable)",
                remedy: diagnostic.severity == .error ? "correct it; runner.conf.example explains every key" : nil)
        }
        guard let settings else { return remarks }
        let count = settings.repositories.count
        let found = HostFinding(
            "settings", count == 0 ? .warn : .ok, "\(loaded.path): \(count) \(count == 1 ? "repository" : "repositories")",
            remedy: count == 0 ? "add a repository under \"repositories\"" : nil)
        return [found] + remarks
    }

    /// Blocks for a moment: nothing else runs in this process.
    private func sandbox() -> HostFinding {
        let isWanted = settings.map { settings in
            settings.sandbox == .bubblewrap || settings.repositories.contains { $0.sandbox == .bubblewrap }
        }
        let diagnosis = Sandbox.diagnosis()
        if isWanted == false {
            return HostFinding(
                "sandbox", .warn, "the settings say \"sandbox: none\": jobs see all that the daemon's user sees",
                remedy: diagnosis.isAvailable ? "set \"sandbox: bubblewrap\": it works on this host" : nil)
        }
        return HostFinding(
            "sandbox", diagnosis.isAvailable ? .ok : .fail, diagnosis.finding,
            remedy: diagnosis.isAvailable ? nil : diagnosis.remedy)
    }

    private func programs() -> [HostFinding] {
        let wanted: [(name: String, level: HostFinding.Level, purpose: String)] = [
            ("bash", .fail, "steps run in it"), ("git", .warn, "many pipelines call it"),
            ("python3", .warn, "steps with \"shell: python\" need it"),
        ]
        return wanted.map { program in
            if let path = Self.path(of: program.name, in: jobPath) { return HostFinding(program.name, .ok, path) }
            var remedy = "apt-get install \(program.name), or your system's like of it"
            if let own = Self.path(of: program.name) {
                remedy =
                    "\(own) is in your PATH, and jobs don't have that: \(remedy), or set PATH in \"environment\" of the settings"
            }
            return HostFinding(
                program.name, program.level, "not in the PATH of jobs, \(jobPath); \(program.purpose)", remedy: remedy)
        }
    }

    /// Where jobs look for programs: not where whoever runs the command does.
    var jobPath: String { settings?.environment["PATH"] ?? HostPrograms.searchPath }

    /// Where a search path has a program.
    /// - Parameter path: nil: the one of this command.
    static func path(of program: String, in path: String? = nil) -> String? {
        let folders = (path ?? Terminal.variable("PATH") ?? "/usr/local/bin:/usr/bin:/bin").split(separator: ":")
        for folder in folders where access("\(folder)/\(program)", X_OK) == 0 { return "\(folder)/\(program)" }
        return nil
    }

    private func service() -> HostFinding {
        let folders = ["/etc/systemd/system", "/run/systemd/system", "/usr/local/lib/systemd/system", "/usr/lib/systemd/system"]
        for folder in folders where access("\(folder)/slipway.service", F_OK) == 0 {
            return HostFinding("service", .ok, "\(folder)/slipway.service")
        }
        guard access("/run/systemd/system", F_OK) == 0 else {
            return HostFinding("service", .ok, "this host has no systemd; whatever starts the daemon must also restart it")
        }
        return HostFinding(
            "service", .warn, "systemd has no slipway.service: the daemon will not come back after a reboot",
            remedy: "install the unit and run: systemctl enable --now slipway")
    }
}
