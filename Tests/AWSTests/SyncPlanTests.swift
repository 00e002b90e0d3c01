import Foundation
import Testing

@testable import AWS

struct SyncPlanTests {
    private static let old = Date(timeIntervalSince1970: 1_000)
    private static let new = Date(timeIntervalSince1970: 2_000)

    private func item(_ path: String, size: Int64 = 1, _ modified: Date = old, etag: String? = nil) -> SyncItem {
        SyncItem(path: path, size: size, modified: modified, etag: etag)
    }

    private func plan(
        _ source: [SyncItem], _ destination: [SyncItem], _ comparison: SyncPlan.Comparison = .time,
        _ direction: SyncPlan.Direction = .upload, deletes: Bool = false, digest: String = ""
    ) -> SyncPlan {
        SyncPlan(direction, source: source, destination: destination, comparison: comparison, deletes: deletes) { _, _ in digest }
    }

    @Test func whatIsMissingOrOfAnotherSizeIsCopied() {
        let plan = plan([item("a"), item("b", size: 2), item("c")], [item("b"), item("c")])
        #expect(plan.copies.map(\.path) == ["a", "b"])
        #expect(plan.unchanged == 1)
    }

    /// As `aws s3 sync` compares times: what it fetched has its object's time, and a file that is newer was changed.
    @Test(arguments: [SyncPlan.Direction.upload, .download])
    func aFileThatIsNewerThanItsObjectIsCopiedOverInEitherDirection(direction: SyncPlan.Direction) {
        func copies(file: Date, object: Date) -> Int {
            let (source, destination) = direction == .upload ? (file, object) : (object, file)
            return plan([item("a", source)], [item("a", destination)], .time, direction).copies.count
        }
        #expect(copies(file: Self.new, object: Self.old) == 1)
        #expect(copies(file: Self.old, object: Self.new) == 0)
        #expect(copies(file: Self.old, object: Self.old) == 0)
        #expect(copies(file: Self.old.addingTimeInterval(0.9), object: Self.old) == 1)
        #expect(copies(file: Self.old, object: Self.old.addingTimeInterval(0.9)) == 0)
    }

    @Test func exactTimesCountForDownloadsOnly() {
        #expect(plan([item("a", Self.old)], [item("a", Self.new)], .exactTime, .download).copies.count == 1)
        #expect(plan([item("a", Self.new)], [item("a", Self.old)], .exactTime, .download).copies.count == 1)
        #expect(plan([item("a", Self.old)], [item("a", Self.old)], .exactTime, .download).copies.isEmpty)
        #expect(plan([item("a", Self.old)], [item("a", Self.new)], .exactTime).copies.isEmpty)
    }

    @Test func onlyTheSizeOrTheContentMayCount() {
        #expect(plan([item("a", Self.new)], [item("a", Self.old)], .size).copies.isEmpty)
        #expect(plan([item("a", Self.new)], [item("a", Self.old, etag: "x")], .etag, digest: "x").copies.isEmpty)
        #expect(plan([item("a", Self.old)], [item("a", Self.new, etag: "x")], .etag, digest: "y").copies.count == 1)
        #expect(plan([item("a", etag: "x")], [item("a")], .etag, .download, digest: "x").copies.isEmpty)
    }

    @Test func whatTheSourceDoesNotHaveIsRemovedWhereThatIsAskedFor() {
        #expect(plan([item("a")], [item("a"), item("b")]).deletions.isEmpty)
        #expect(plan([item("a")], [item("a"), item("b")], deletes: true).deletions == ["b"])
    }

    @Test(arguments: [
        ("*", "a/b", true), ("*.txt", "a/b.txt", true), ("?.txt", "a.txt", true), ("?.txt", "ab.txt", false),
        ("[a-c]x", "bx", true), ("[!a-c]x", "bx", false), ("[]]x", "]x", true), ("[x", "[x", true), ("a*b*c", "aXbYbZc", true),
        ("a*b*c", "aXbYbZ", false), (".git/*", ".git/config", true), ("", "a", false), ("data/", "data/x", false),
    ])
    func patternsAreThoseOfTheShellWithSlashesAsOtherCharacters(pattern: String, path: String, expected: Bool) {
        #expect(WildcardPattern(pattern).matches(path) == expected)
    }

    @Test func aPatternOfManyStarsTakesNoTime() {
        #expect(!WildcardPattern(String(repeating: "*a", count: 50)).matches(String(repeating: "a", count: 49) + "b"))
    }

    @Test func whatIsTakenInAgainTakesPart() {
        let filter = SyncFilter(excluding: ["*"], including: ["*.csv"])
        #expect(filter.takes("data/a.csv"))
        #expect(!filter.takes("data/a.txt"))
        #expect(SyncFilter(excluding: [], including: []).takes("anything"))
    }

    private struct Bytes: S3Bucket.Source {
        let bytes: [UInt8]
        var size: Int64 { Int64(bytes.count) }

        func read(at offset: Int64, count: Int) throws(AWSError) -> [UInt8] {
            Array(bytes[Int(offset)..<min(bytes.count, Int(offset) + count)])
        }
    }

    @Test func aDigestIsTheETagThatS3WouldGive() throws {
        #expect(try S3Bucket.etag(of: Bytes(bytes: []), like: "x") == "d41d8cd98f00b204e9800998ecf8427e")
        #expect(try S3Bucket.etag(of: Bytes(bytes: Array("hello".utf8)), like: "x") == "5d41402abc4b2a76b9719d911017c592")
        #expect(try S3Bucket.etag(of: Bytes(bytes: Array("hello".utf8)), like: "x-1").hasSuffix("-1"))
    }
}
