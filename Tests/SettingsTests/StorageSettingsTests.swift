import Diagnostics
import Testing

@testable import Settings

struct StorageSettingsTests {
    @Test("without keys artifacts and caches are kept within the defaults")
    func defaults() throws {
        let settings = try #require(RunnerSettings.parse("").settings)
        #expect(settings.artifacts.days == 90 && settings.artifacts.size == 20 << 30 && !settings.artifacts.allowsUntrusted)
        #expect(settings.caches.age == .seconds(14 * 86_400) && settings.caches.size == 10 << 30)
        #expect(settings.caches.untrustedSize == 1 << 30)
    }

    @Test("every key is read")
    func keys() throws {
        let text = """
            artifacts:
              days: 7
              size: 2GiB
              allow_untrusted: true
            caches:
              days: off
              size: 3GiB
              untrusted_size: 4MiB
            """
        let settings = try #require(RunnerSettings.parse(text).settings)
        #expect(settings.artifacts.days == 7 && settings.artifacts.size == 2 << 30 && settings.artifacts.allowsUntrusted)
        #expect(settings.caches.age == nil && settings.caches.size == 3 << 30 && settings.caches.untrustedSize == 4 << 20)
    }

    @Test(
        "values out of range are told with their line",
        arguments: ["artifacts:\n  days: 0\n", "artifacts:\n  size: 1KiB\n", "caches:\n  untrusted_size: many\n"])
    func mistakes(text: String) throws {
        let loaded = RunnerSettings.parse(text)
        #expect(loaded.settings == nil)
        #expect(loaded.diagnostics.first?.range.start.line == 2)
    }
}
