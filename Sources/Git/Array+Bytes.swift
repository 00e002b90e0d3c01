extension [UInt8] {
    /// Appends a number as Git's formats have it.
    mutating func append(bigEndian value: UInt32) {
        Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
    }

    /// Lends the bytes. The standard library's `withUnsafeBytes` would turn a `GitError` into any error.
    func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws(GitError) -> Result) throws(GitError) -> Result {
        try withUnsafeBufferPointer { buffer throws(GitError) in try body(UnsafeRawBufferPointer(buffer)) }
    }
}
