import Testing

@testable import Actions

struct VersionRangeTests {
    @Test(
        "ranges mean what npm's semver makes of them",
        arguments: [
            ("3.11", "3.11.9", true), ("3.11", "3.12.0", false), ("3.x", "3.99.0", true), ("3", "4.0.0", false),
            ("3.11.2", "3.11.2", true), ("3.11.2", "3.11.3", false), ("*", "1.2.3", true), ("", "1.2.3", true),
            ("x", "9.0.0", true),
            (">=3.9", "3.8.10", false), (">=3.9", "3.10.0", true), (">3.9", "3.9.5", false), (">3.9", "3.10.0", true),
            ("<=3.9", "3.9.7", true), ("<3.9", "3.9.0", false), (">=3.9 <3.12", "3.11.0", true), (">=3.9 <3.12", "3.12.0", false),
            (">= 3.9", "3.9.1", true), ("~3.9.1", "3.9.5", true), ("~3.9.1", "3.10.0", false), ("~3", "3.20.0", true),
            ("^20.1", "20.9.0", true), ("^20.1", "21.0.0", false), ("^0.2.3", "0.2.9", true), ("^0.2.3", "0.3.0", false),
            ("^0.0.3", "0.0.4", false), ("16 - 18", "18.20.0", true), ("16 - 18", "19.0.0", false),
            ("1.2.3 - 2.3.4", "2.3.4", true), ("18 || 20", "20.1.0", true), ("18 || 20", "19.0.0", false),
            ("v20.1.0", "20.1.0", true), ("3.13", "3.13.0-rc.1", false), ("3.13.0-rc.1", "3.13.0-rc.1", true),
            (">=3.13.0-alpha.1", "3.13.0-beta.2", true), (">=3.13.0-alpha.1", "3.14.0-beta.2", false),
            ("~3.14.0-0", "3.14.0-alpha.1", true),
        ])
    func contains(range: String, version: String, isIn: Bool) throws {
        let version = try #require(SemanticVersion(version))
        #expect(try #require(VersionRange(range)).contains(version) == isIn)
    }

    @Test("what is no range is told apart", arguments: ["abc", "3.1.2.3", ">=", "3.a", "~>>1"])
    func mistakes(text: String) {
        #expect(VersionRange(text) == nil)
    }

    @Test("prereleases count where they are asked for, and come before their release, in order")
    func prereleases() throws {
        let versions = ["3.14.0-alpha.2", "3.14.0-rc.1", "3.14.0-alpha.10", "3.13.1"].compactMap { SemanticVersion($0) }
        #expect(try #require(VersionRange("3.14")).best(of: versions) { $0 } == nil)
        let range = try #require(VersionRange("3.14", takesPrereleases: true))
        #expect(range.best(of: versions) { $0 }?.description == "3.14.0-rc.1")
        #expect(try #require(VersionRange("3.13", takesPrereleases: true)).best(of: versions) { $0 }?.description == "3.13.1")
        #expect(versions.sorted().map(\.description) == ["3.13.1", "3.14.0-alpha.2", "3.14.0-alpha.10", "3.14.0-rc.1"])
    }
}
