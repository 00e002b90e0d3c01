internal import Diagnostics

/// Of `runtime-versions` not all can be found here. Rule: `ignored`, a warning.
struct RuntimeCheck: BuildspecCheck {
    func check(_ buildspec: Buildspec, reportingTo diagnostics: DiagnosticCollector) {
        for runtime in buildspec.phase(.install)?.runtimeVersions ?? []
        where BuildspecSupport.runtimes[runtime.name.value] == nil {
            diagnostics.warning(
                "ignored",
                "the runtime \"\(runtime.name.value)\" is not installed by Slipway: the version of this host, or of the"
                    + " image, is used", at: runtime.name.range)
        }
    }
}
