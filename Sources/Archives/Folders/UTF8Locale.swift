internal import Glibc

/// Calls of libarchive and fnmatch(3), for which the C library's locale says what bytes mean: UTF-8, whatever the process's
/// own locale is. The change is the calling thread's only.
enum UTF8Locale {
    // Made once and never freed or changed; the C library only reads it.
    private nonisolated(unsafe) static let locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", nil)

    static func with<Value, Failure>(_ body: () throws(Failure) -> Value) throws(Failure) -> Value {
        let before = uselocale(locale)
        defer { uselocale(before) }
        return try body()
    }
}
