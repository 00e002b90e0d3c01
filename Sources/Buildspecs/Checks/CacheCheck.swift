internal import Diagnostics

/// Fallback keys go with a key, and are five at most. Rules: `ignored`, `too-many-keys`.
struct CacheCheck: BuildspecCheck {
    private static let mostFallbackKeys = 5

    func check(_ buildspec: Buildspec, reportingTo diagnostics: DiagnosticCollector) {
        guard let cache = buildspec.cache, let first = cache.fallbackKeys.first else { return }
        if cache.key == nil {
            diagnostics.warning("ignored", "\"fallback-keys\" is ignored without \"key\"", at: first.range)
        }
        if cache.fallbackKeys.count > Self.mostFallbackKeys {
            diagnostics.error(
                "too-many-keys", "at most \(Self.mostFallbackKeys) fallback keys are allowed, found \(cache.fallbackKeys.count)",
                at: cache.fallbackKeys[Self.mostFallbackKeys].range)
        }
    }
}
