internal import CLibGit2

/// The owner of one libgit2 object, freed when the value goes out of scope.
struct GitHandle: ~Copyable {
    let pointer: OpaquePointer
    private let free: (OpaquePointer?) -> Void

    init(_ pointer: OpaquePointer, freedBy free: @escaping (OpaquePointer?) -> Void) {
        self.pointer = pointer
        self.free = free
    }

    deinit { free(pointer) }

    /// Calls a libgit2 function that makes an object through its first parameter.
    static func make(
        _ operation: String, on subject: String, freedBy free: @escaping (OpaquePointer?) -> Void,
        _ create: (UnsafeMutablePointer<OpaquePointer?>) -> Int32
    ) throws(GitError) -> GitHandle {
        var pointer: OpaquePointer?
        let code = create(&pointer)
        guard code == 0, let pointer else { throw GitError(code: code, operation: operation, subject: subject) }
        return GitHandle(pointer, freedBy: free)
    }

    /// The same, where "there is no such object" is an answer rather than an error.
    static func find(
        _ operation: String, on subject: String, freedBy free: @escaping (OpaquePointer?) -> Void,
        _ create: (UnsafeMutablePointer<OpaquePointer?>) -> Int32
    ) throws(GitError) -> GitHandle? {
        var pointer: OpaquePointer?
        let code = create(&pointer)
        if code == GIT_ENOTFOUND.rawValue || code == GIT_EUNBORNBRANCH.rawValue { return nil }
        guard code == 0, let pointer else { throw GitError(code: code, operation: operation, subject: subject) }
        return GitHandle(pointer, freedBy: free)
    }
}
