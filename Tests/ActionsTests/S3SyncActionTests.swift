import AWS
import Execution
import Expressions
import Foundation
import HTTPTransport
import PythonRig
import Testing

@testable import Actions

@Suite(.enabled(if: PythonProgram.isAvailable))
struct S3SyncActionTests {
    private static let cloud = Result { try PythonProgram("blackbox/cloud.py", ["--plain"]) }
    private let trial = ActionTrial()
    private let bucket: S3Bucket
    private let place: String

    init() throws {
        let name = "sync-\(UUID().uuidString.lowercased())"
        let address = try Self.cloud.get().line
        let keys = ["AWS_ACCESS_KEY_ID": "AKIA", "AWS_SECRET_ACCESS_KEY": "s", "AWS_REGION": "us-east-1"]
        trial.environment = ["AWS_ENDPOINT_URL": address].merging(keys) { $1 }
        bucket = S3Bucket(name, try AWSConfiguration(environment: trial.environment, sources: .job))
        // Making buckets is nobody's business but the tests'.
        _ = try TransportExchange(TransportRequest("PUT", "/\(name)", at: .server(url: address), body: [])).head()
        place = "s3://\(name)/site"
    }

    private func sync(_ inputs: [String: String]) throws -> [String] {
        let result = try trial.run(S3SyncAction(), inputs)
        return ["copied", "deleted", "unchanged"].map { result.outputs[$0]?.displayString ?? "" }
    }

    private func keys() throws -> [String] { try bucket.objects().map(\.key) }

    private func content(_ key: String) throws -> (bytes: [UInt8], description: S3Bucket.Description) {
        var bytes: [UInt8] = []
        let description = try bucket.download(key) { bytes += $0 }
        return (bytes, description)
    }

    @Test("a folder goes to a bucket, and then only what changed")
    func uploads() throws {
        try trial.write("workspace/public/index.html", "<html>")
        try trial.write("workspace/public/a b/é+&.txt", "text")
        try trial.write("workspace/public/.hidden", "h")
        let inputs = ["source": "public", "destination": place]
        #expect(try sync(inputs) == ["3", "0", "0"])
        #expect(try keys() == ["site/.hidden", "site/a b/é+&.txt", "site/index.html"])
        #expect(try content("site/index.html").description.contentType == "text/html")
        #expect(try sync(inputs.merging(["compare": "etag"]) { $1 }) == ["0", "0", "3"])
        try trial.write("workspace/public/index.html", "<HTML>")
        #expect(try sync(inputs.merging(["compare": "etag"]) { $1 }) == ["1", "0", "2"])
        #expect(try content("site/index.html").bytes == Array("<HTML>".utf8))
    }

    @Test("what the source does not have is removed, as far as it takes part")
    func deletes() throws {
        for key in ["site/old.txt", "site/keep.csv", "other/x"] { try bucket.put(key, [1]) }
        try trial.write("workspace/public/new.txt")
        let inputs = ["source": "public/", "destination": place, "delete": "true", "exclude": "*.csv"]
        #expect(try sync(inputs.merging(["dry-run": "true"]) { $1 }) == ["1", "1", "0"])
        #expect(try keys() == ["other/x", "site/keep.csv", "site/old.txt"])
        #expect(try sync(inputs) == ["1", "1", "0"])
        #expect(try keys() == ["other/x", "site/keep.csv", "site/new.txt"])
    }

    @Test("a bucket comes to a folder, with its objects' times, and is not fetched again")
    func downloads() throws {
        try bucket.put("site/data/a.csv", Array("1,2".utf8))
        try bucket.put("site/b.txt", Array("b".utf8))
        try bucket.put("site/folder/", [])
        try trial.write("workspace/models/old.txt")
        let inputs = ["source": place, "destination": "models", "delete": "true"]
        #expect(try sync(inputs) == ["2", "1", "0"])
        #expect(trial.files(in: "workspace/models") == ["b.txt", "data/a.csv"])
        #expect(trial.text("workspace/models/data/a.csv") == "1,2")
        #expect(try sync(inputs.merging(["compare": "exact-time"]) { $1 }) == ["0", "0", "2"])
    }

    @Test("many files are copied at once, each whole, and come back as they were")
    func manyFiles() throws {
        for number in 0..<60 {
            try trial.write("workspace/public/\(number % 7)/\(number).txt", String(repeating: "\(number) ", count: number))
        }
        let large = String(repeating: "0123456789abcdef", count: (9 << 20) / 16)
        try trial.write("workspace/public/large.bin", large)
        #expect(try sync(["source": "public", "destination": place]) == ["61", "0", "0"])
        #expect(trial.log.count { $0.hasPrefix("upload: ") } == 61)
        #expect(try content("site/large.bin").description.etag.hasSuffix("-2"))
        #expect(try sync(["source": "public", "destination": place, "compare": "etag"]) == ["0", "0", "61"])
        #expect(try sync(["source": place, "destination": "back"]) == ["61", "0", "0"])
        for name in trial.files(in: "workspace/public") {
            #expect(trial.text("workspace/back/\(name)") == trial.text("workspace/public/\(name)"), "\(name)")
        }
    }

    @Test("what can't be copied is told of each file, the others are copied, and nothing is deleted")
    func someFail() throws {
        for key in ["good", "more", "a//b", "../c"] { try bucket.put("site/\(key)", Array(key.utf8)) }
        try trial.write("workspace/models/old.txt")
        let error = #expect(throws: ActionFailure.self) {
            try sync(["source": place, "destination": "models", "delete": "true"])
        }
        #expect(error?.message.hasPrefix("2 of 4 files were copied, 2 failed: the key ") == true, "\(error?.message ?? "")")
        #expect(trial.log.count { $0.hasPrefix("##[error]") && $0.contains("makes no path of a file") } == 2)
        #expect(trial.files(in: "workspace/models") == ["good", "more", "old.txt"])
    }

    @Test("a key that would leave the folder is refused, and so is a link that does")
    func outside() throws {
        try bucket.put("site/../../escaped", [1])
        let error = #expect(throws: ActionFailure.self) { try sync(["source": place, "destination": "models"]) }
        #expect(error?.message.contains("makes no path of a file") == true)
        try trial.write("workspace/public/a.txt")
        try FileManager.default.createSymbolicLink(
            atPath: "\(trial.folder)/workspace/public/link", withDestinationPath: "/etc/hostname")
        #expect(try sync(["source": "public", "destination": place]) == ["1", "0", "0"])
        #expect(trial.log.contains { $0.contains("left out") })
    }

    @Test(
        "inputs that make no sense are refused",
        arguments: [
            (["source": "a"], "\"destination\" is required"),
            (["source": "a", "destination": "b"], "one of source and destination"),
            (["source": "s3://a/b", "destination": "s3://c"], "one of source and destination"),
            (["source": "a", "destination": "s3://"], "names no bucket"),
            (["source": "a", "destination": "s3://b", "compare": "x"], "time, exact-time, size, etag"),
            (["source": "missing", "destination": "s3://b"], "there is no folder /job/workspace/missing"),
        ])
    func refused(inputs: [String: String], part: String) throws {
        let error = #expect(throws: ActionFailure.self) { try sync(inputs) }
        #expect(error?.message.contains(part) == true, "\(error?.message ?? "")")
    }

    @Test("a job without credentials is told where they come from")
    func noCredentials() throws {
        trial.environment = ["AWS_REGION": "us-east-1"]
        try trial.write("workspace/public/a.txt")
        let error = #expect(throws: ActionFailure.self) { try sync(["source": "public", "destination": place]) }
        #expect(error?.message.contains("give the repository a role in the settings (aws)") == true)
    }
}
