internal import Glibc
internal import Synchronization

/// Finds the Node that a JavaScript action runs with: one of the folder for tools, as `setup-node` lays them out, or the one on
/// the job's `PATH`.
final class NodeFinder: Sendable {
    struct Runtime: Sendable {
        /// As commands see it.
        var program: String
        var version: [Int]
        /// What is to be said before it is used.
        var warning: String?
    }

    private let workplace: any Workplace
    /// Programs that were asked for their version; nil: they don't run here.
    private let known = Mutex<[String: [Int]?]>([:])
    /// Seconds that a program has to tell its version.
    private static let patience = 20.0

    init(workplace: any Workplace) { self.workplace = workplace }

    /// - Parameters:
    ///   - wanted: the major version that the action names.
    ///   - path: the step's `PATH`.
    /// - Throws: `ExecutionError` where there is no Node at all.
    func find(
        version wanted: Int, path: String, isInContainer: Bool, cancellation: Cancellation
    ) throws(ExecutionError) -> Runtime {
        for (program, version) in toolPrograms() where version[0] >= wanted {
            // One that was built for another C library is no use in a container.
            if !isInContainer { return Runtime(program: program, version: version) }
            if let version = try self.version(of: program, path: path, cancellation: cancellation) {
                return Runtime(program: program, version: version)
            }
        }
        let place = isInContainer ? "the job's container" : "this host"
        guard let version = try version(of: "node", path: path, cancellation: cancellation) else {
            throw ExecutionError(
                """
                the action needs Node \(wanted), and \(place) has none: install it there, put it in \
                \(workplace.folders.tools.outside)/node/\(wanted).0.0/, or use actions/setup-node first
                """)
        }
        var runtime = Runtime(program: "node", version: version)
        if version[0] < wanted {
            let found = version.map(String.init).joined(separator: ".")
            runtime.warning = "the action was made for Node \(wanted), and runs with the \(found) of \(place)"
        }
        return runtime
    }

    /// The oldest one first, so that the nearest to what is wanted is taken, and of one major version the newest.
    private func toolPrograms() -> [(program: String, version: [Int])] {
        let folder = workplace.folders.tools.appending("node")
        var programs: [(program: String, version: [Int])] = []
        for name in Self.names(in: folder.outside) {
            let version = Self.numbers(name)
            guard version.count == 3 else { continue }
            let place = folder.appending(name)
            let candidates =
                Self.names(in: place.outside).map { place.appending($0).appending("bin/node") } + [place.appending("bin/node")]
            if let found = candidates.first(where: { access($0.outside, X_OK) == 0 }) { programs.append((found.inside, version)) }
        }
        return programs.sorted { left, right in
            left.version[0] == right.version[0]
                ? right.version.lexicographicallyPrecedes(left.version) : left.version[0] < right.version[0]
        }
    }

    private func version(
        of program: String, path: String, cancellation: Cancellation
    ) throws(ExecutionError) -> [Int]? {
        let key = "\(program) \(path)"
        if let version = known.withLock({ $0[key] }) { return version }
        var environment = workplace.environment
        environment["PATH"] = path
        var output: [UInt8] = []
        let outcome: CommandOutcome
        do {
            outcome = try workplace.run(
                Command(
                    arguments: [program, "--version"], environment: environment,
                    workingDirectory: workplace.folders.workspace.inside),
                deadline: Deadline(after: Self.patience), cancellation: cancellation
            ) { bytes in output += Array(bytes.prefix(1000)) }
        } catch {
            known.withLock { $0[key] = .some(nil) }
            return nil
        }
        guard outcome != .cancelled else { throw ExecutionError("cancelled: \(cancellation.reason)") }
        let version = Self.numbers(String(decoding: output, as: UTF8.self))
        let found = outcome == .exited(0) && version.count == 3 ? version : nil
        known.withLock { $0[key] = .some(found) }
        return found
    }

    /// The three numbers of `v20.11.1`; fewer or none for what is no version.
    private static func numbers(_ text: String) -> [Int] {
        var text = text.split(whereSeparator: \.isWhitespace).first ?? ""
        if text.hasPrefix("v") { text.removeFirst() }
        return text.split(separator: ".").prefix(3).compactMap { Int($0) }
    }

    private static func names(in folder: String) -> [String] {
        guard let handle = opendir(folder) else { return [] }
        defer { closedir(handle) }
        var names: [String] = []
        while let entry = readdir(handle) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names
    }
}
