internal import Diagnostics

/// One rule about a buildspec beyond its syntax.
///
/// A check looks at the tree only, reports everything it finds, and depends on no other check.
protocol BuildspecCheck: Sendable {
    func check(_ buildspec: Buildspec, reportingTo diagnostics: DiagnosticCollector)
}

/// The checks that every file goes through.
enum BuildspecChecks {
    static let all: [any BuildspecCheck] = [
        SupportCheck(), ShellCheck(), VariableCheck(), SecretReferenceCheck(), RuntimeCheck(), CacheCheck(), BatchCheck(),
    ]
}
