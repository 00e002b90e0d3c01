internal import Docker
internal import Execution
internal import Glibc

/// Has this process's user read, change and remove the files that containers left in a job's folders, which it could not
/// otherwise: in a container most programs are root.
///
/// A container of its own does it, with nothing mounted but what the job's containers had, each folder by itself: a program that
/// had the folder around them could put a link in the place of one, and the next container would be given where that leads.
struct OwnershipRepair {
    /// How the user gets at the files.
    enum Way {
        /// They become the user's.
        case ownership
        /// They stay whose they are, and everybody may read and write them: the job's container goes on as another user.
        case permission
    }

    let engine: DockerEngine
    let names: EngineNames
    let labels: [String: String]
    var way = Way.ownership

    private static let place = "/slipway"
    private static let limit = 300.0

    /// - Parameters:
    ///   - folder: the root of a job's folders.
    ///   - images: of which containers may be made, the most likely first.
    /// - Throws: `ExecutionError` where files of others stay behind.
    func repair(_ folder: String, images: [String]) throws(ExecutionError) {
        guard geteuid() != 0, isNeeded(in: folder) else { return }
        var failure = "no image is left that a container could be made of"
        var tried: Set<String> = []
        for image in images where tried.insert(image).inserted {
            for program in [HostProgram(ofImage: name), HostProgram(ofHost: name)].compactMap(\.self) {
                do throws(DockerError) {
                    failure = try run(program, image: image, on: folder)
                    if !isNeeded(in: folder) { return }
                } catch {
                    failure = "\(error)"
                }
            }
        }
        throw ExecutionError("can't take over the files that containers left in \(folder): \(failure)")
    }

    private var name: String { way == .ownership ? "chown" : "chmod" }

    private var arguments: [String] {
        way == .ownership ? ["-hR", "\(geteuid()):\(getegid())", Self.place] : ["-R", "a+rwX", Self.place]
    }

    private func isNeeded(in folder: String) -> Bool {
        OwnerSearch { status in
            guard status.st_uid != geteuid() else { return false }
            return way == .ownership || (status.st_mode & S_IFMT != S_IFLNK && status.st_mode & 0o006 != 0o006)
        }.finds(in: folder)
    }

    private static func parts(of folder: String) -> [String] {
        JobPlace.folderNames.filter { name in
            var status = stat()
            return lstat("\(folder)/\(name)", &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
        }
    }

    /// - Returns: why it did not succeed, if it did not.
    private func run(_ program: HostProgram, image: String, on folder: String) throws(DockerError) -> String {
        var definition = ContainerDefinition(image: image)
        definition.entrypoint = program.command
        definition.command = arguments
        definition.user = "0:0"
        definition.workingDirectory = "/"
        definition.labels = labels
        definition.host.networkMode = "none"
        // Where the engine maps users, only without that can a file be given to one of the host's.
        definition.host.userNamespaceMode = "host"
        definition.host.mounts =
            program.mounts + Self.parts(of: folder).map { Mount(.bind, "\(folder)/\($0)", at: "\(Self.place)/\($0)") }
        let patience = Patience().limited(to: Self.limit)
        let name = names.name("owner-\(UInt32.random(in: 0 ... .max))")
        let id = try engine.createContainer(definition, named: name, patience: patience).id
        do throws(DockerError) {
            let output = try engine.attach(to: id, patience: patience)
            try engine.startContainer(id, patience: patience)
            var text: [UInt8] = []
            while try output.read(patience, hand: { text += $1.prefix(1000) }) == .output {}
            let status = try engine.waitForContainer(id, patience: patience)
            try engine.removeContainer(id)
            return "\(name) ended with \(status): \(String(decoding: text.prefix(1000), as: UTF8.self))"
        } catch {
            try? engine.removeContainer(id)
            throw error
        }
    }
}

/// A program, and how it comes into a container.
struct HostProgram {
    let command: [String]
    let mounts: [Mount]

    /// The one that the image has.
    init(ofImage name: String) {
        command = [name]
        mounts = []
    }

    /// This host's own, for images without one: with its loader and its libraries; nil where they are not found.
    init?(ofHost name: String) {
        let inside = "/slipway-host"
        let loaders = [
            ("/usr/lib64/ld-linux-x86-64.so.2", "x86_64-linux-gnu"), ("/usr/lib/ld-linux-aarch64.so.1", "aarch64-linux-gnu"),
        ]
        for (loader, folder) in loaders {
            // Where they are after all links, which lead elsewhere in a container.
            guard let loader = Self.pathBelowUsr(loader), let program = Self.pathBelowUsr("/usr/bin/\(name)") else { continue }
            let libraries = ["/lib/\(folder)", "/lib64", "/lib"].map { inside + $0 }.joined(separator: ":")
            command = [inside + loader, "--library-path", libraries, inside + program]
            mounts = [Mount(.bind, "/usr", at: inside, isReadOnly: true)]
            return
        }
        return nil
    }

    private static func pathBelowUsr(_ path: String) -> String? {
        guard access(path, X_OK) == 0, let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        let real = String(cString: resolved)
        return real.hasPrefix("/usr/") ? String(real.dropFirst("/usr".count)) : nil
    }
}

/// Looks for files of other users.
struct OwnerSearch {
    let isWanted: (stat) -> Bool

    /// What has another owner than this process.
    static var foreign: OwnerSearch { OwnerSearch { $0.st_uid != geteuid() } }

    /// Whether there is anything of that kind in the folder, at any depth. What can't be looked into counts.
    func finds(in folder: String) -> Bool {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard descriptor >= 0 else { return errno != ENOENT }
        return finds(inDescriptor: descriptor)
    }

    /// Closes the descriptor.
    private func finds(inDescriptor descriptor: Int32) -> Bool {
        guard let stream = fdopendir(descriptor) else {
            close(descriptor)
            return true
        }
        defer { closedir(stream) }
        while let entry = readdir(stream) {
            let found = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { finds($0, in: dirfd(stream)) }
            }
            if found { return true }
        }
        return false
    }

    private func finds(_ name: UnsafePointer<CChar>, in parent: Int32) -> Bool {
        if strcmp(name, ".") == 0 || strcmp(name, "..") == 0 { return false }
        var status = stat()
        guard fstatat(parent, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { return errno != ENOENT }
        if isWanted(status) { return true }
        guard status.st_mode & S_IFMT == S_IFDIR else { return false }
        let child = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        // A folder of one's own can be opened once its permissions allow it, as its removal sees to.
        return child >= 0 && finds(inDescriptor: child)
    }
}
