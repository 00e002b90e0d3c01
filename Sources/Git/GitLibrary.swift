internal import CLibGit2
internal import Glibc

/// The one start of libgit2 in this process.
///
/// Everything in this module calls `prepare()` itself. It takes some 5 ms, mostly for the system's certificates: call it
/// early where a process is going to fork, and the children find the library ready. A child that talks TLS calls
/// `prepareAfterFork()` before its first repository.
public enum GitLibrary {
    /// Starts libgit2 and sets its options; further calls cost nothing.
    public static func prepare() { _ = started }

    /// Starts the library anew in a forked child, so that parent and child don't share the state of a random generator.
    ///
    /// - Precondition: the child holds no `Mirror` yet. Without a fork in between it does nothing.
    public static func prepareAfterFork() {
        let parent = started
        guard parent != getpid() else { return }
        git_libgit2_shutdown()
        start()
    }

    /// The process that started it.
    private static let started: pid_t = {
        start()
        return getpid()
    }()

    private static func start() {
        git_libgit2_init()
        // Only the mirror's own configuration counts: a stray ~/.gitconfig must not redirect URLs or rewrite line ends.
        for level in [GIT_CONFIG_LEVEL_SYSTEM, GIT_CONFIG_LEVEL_GLOBAL, GIT_CONFIG_LEVEL_XDG, GIT_CONFIG_LEVEL_PROGRAMDATA] {
            slipway_git_set_search_path(level.rawValue, "")
        }
        // Repositories served from a local path often belong to another user. libgit2 runs no program that a
        // configuration names, which is what the check protects git against.
        slipway_git_enable_owner_validation(0)
        // References and objects are checked as packs are indexed; checking each again at every use only costs time.
        slipway_git_enable_strict_object_creation(0)
        slipway_git_enable_strict_hash_verification(0)
        slipway_git_enable_directory_fsync(0)
        slipway_git_set_user_agent("slipway")
    }

    /// Adds the certificate authorities of `SSL_CERT_FILE` to those of the system, which libgit2 reads at its start.
    static func trustCertificates() { _ = certificates }

    private static let certificates: Void = {
        guard let file = getenv("SSL_CERT_FILE"), access(file, R_OK) == 0 else { return }
        slipway_git_set_certificates(file, nil)
    }()
}
