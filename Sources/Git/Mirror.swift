internal import CLibGit2
internal import Glibc

/// A bare copy of a remote repository: the only place that pipeline files, history and checkouts are read from.
///
/// Every call blocks; a `Mirror` is confined to one thread at a time. Opening costs a fraction of a millisecond, so open
/// one for each piece of work instead of sharing it. Several processes may read one mirror while another fetches into it;
/// fetches take turns through a lock that dies with its process.
///
/// The mirror keeps the remote's branches and tags (and heads of pull requests, where asked for) under their own names.
public final class Mirror {
    /// The bare repository's folder.
    public let path: String
    /// Where it is fetched from; nil where the mirror was opened for reading only.
    public let remote: RemoteAddress?
    /// Whether `refs/pull/*/head` (GitHub, Gitea) and `refs/merge-requests/*/head` (GitLab) are fetched too.
    public let includesPullRequests: Bool

    let handle: GitHandle
    /// The object database, borrowed by every read.
    let objects: GitHandle

    var repository: OpaquePointer { handle.pointer }

    private init(
        path: String, remote: RemoteAddress?, includesPullRequests: Bool, handle: consuming GitHandle
    ) throws(GitError) {
        let repository = handle.pointer
        self.objects = try GitHandle.make("opening the objects", on: path, freedBy: git_odb_free) {
            git_repository_odb($0, repository)
        }
        self.path = path
        self.remote = remote
        self.includesPullRequests = includesPullRequests
        self.handle = handle
    }

    /// Opens the mirror of a remote, and makes an empty one where there is none yet.
    public static func open(
        at path: String, remote: RemoteAddress, includesPullRequests: Bool = false
    ) throws(GitError) -> Mirror {
        GitLibrary.prepare()
        if !exists(at: path) { try create(at: path) }
        return try Mirror(
            path: path, remote: remote, includesPullRequests: includesPullRequests, handle: openRepository(path))
    }

    /// Opens a repository that exists, for reading; a working tree's folder is taken as well.
    public static func open(existing path: String) throws(GitError) -> Mirror {
        GitLibrary.prepare()
        return try Mirror(path: path, remote: nil, includesPullRequests: false, handle: openRepository(path))
    }

    /// Whether there is a mirror that `open(existing:)` takes.
    public static func exists(at path: String) -> Bool { access("\(path)/HEAD", F_OK) == 0 }

    private static func openRepository(_ path: String) throws(GitError) -> GitHandle {
        try GitHandle.make("opening the repository", on: path, freedBy: git_repository_free) {
            git_repository_open_ext($0, path, GIT_REPOSITORY_OPEN_NO_SEARCH.rawValue, nil)
        }
    }

    /// Makes an empty bare repository: the few files that Git asks for, without templates and hooks.
    private static func create(at path: String) throws(GitError) {
        let operation = "making the mirror"
        for folder in ["objects/pack", "objects/info", "refs/heads", "refs/tags"] {
            try FileContents.makeFolder("\(path)/\(folder)", operation: operation)
        }
        let config = "[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = true\n"
        try FileContents.write(config, to: "\(path)/config", atomically: true, operation: operation)
        // HEAD comes last: a folder without it is none that Git, or `open`, takes for a repository.
        try FileContents.write("ref: refs/heads/main\n", to: "\(path)/HEAD", atomically: true, operation: operation)
    }
}
