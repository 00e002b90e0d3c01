import Foundation
import PythonRig
import Testing

@testable import AWS

@Suite(.enabled(if: PythonProgram.isAvailable))
struct S3UploadTests {
    private struct Bytes: S3Bucket.Source {
        let bytes: [UInt8]
        var size: Int64 { Int64(bytes.count) }

        func read(at offset: Int64, count: Int) throws(AWSError) -> [UInt8] {
            Array(bytes[Int(offset)..<min(bytes.count, Int(offset) + count)])
        }
    }

    /// Without one, a bucket whose objects are locked by default answers `InvalidRequest`.
    @Test func whatIsSentCarriesADigestOfItsContentWholeOrInParts() throws {
        let server = try AnsweringServer()
        let bucket = S3Bucket(
            "locked",
            try AWSConfiguration(
                environment: [
                    "AWS_ENDPOINT_URL": server.address, "AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "s",
                    "AWS_REGION": "us-east-1",
                ], sources: .job))
        try server.put([.init(headers: ["ETag": "\"e\""])])
        try bucket.put("small", Array("hello".utf8))
        #expect(try server.requests().map { $0.headers["content-md5"] } == ["XUFAKrxLKna5cZ2REBfFkg=="])
        #expect(try server.requests().first?.headers["authorization"]?.contains("content-md5") == true)

        let begun = "<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>"
        let ended = "<CompleteMultipartUploadResult><ETag>\"e-2\"</ETag></CompleteMultipartUploadResult>"
        let part = AnsweringServer.Answer(headers: ["ETag": "\"p\""])
        try server.put([.init(body: begun), part, part, .init(body: ended)])
        try bucket.upload("large", Bytes(bytes: [UInt8](repeating: 0, count: S3Bucket.partSize) + Array("hello".utf8)))
        let parts = try server.requests().filter { $0.path.contains("partNumber") }.map { $0.headers["content-md5"] }
        #expect(parts.count == 2)
        #expect(parts.first != parts.last && parts.last == "XUFAKrxLKna5cZ2REBfFkg==")
    }
}
