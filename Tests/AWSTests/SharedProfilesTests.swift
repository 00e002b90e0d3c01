import Foundation
import Testing

@testable import AWS

struct SharedProfilesTests {
    @Test func bothFilesAreOneAndTheCredentialsFileWins() throws {
        let profiles = SharedProfiles(
            configuration: """
                # a comment
                [default]
                region = eu-west-1   ; where we are
                aws_access_key_id = from-config

                [profile build]
                role_arn=arn:aws:iam::1:role/build
                source_profile = default
                s3 =
                  addressing_style = path
                [sso-session x]
                region = nowhere
                """,
            credentials: """
                [default]
                aws_access_key_id = AKIA
                aws_secret_access_key = a#b/c+d=
                """)
        let standard = try #require(profiles.profiles["default"])
        #expect(standard["region"] == "eu-west-1")
        #expect(standard["aws_access_key_id"] == "AKIA")
        #expect(standard["aws_secret_access_key"] == "a#b/c+d=")
        #expect(profiles.profiles["build"]?["source_profile"] == "default")
        #expect(profiles.profiles["build"]?["addressing_style"] == nil)
        #expect(profiles.profiles.keys.sorted() == ["build", "default"])
    }

    @Test func aProfileThatIsNotThereIsNamedWithItsFiles() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
        let error = try #require(throws: AWSError.self) {
            try AWSConfiguration(environment: ["HOME": folder, "AWS_PROFILE": "missing"])
        }
        #expect(error.description.contains("no profile \"missing\" in \(folder)/.aws/config or \(folder)/.aws/credentials"))
    }

    @Test func aJobNeverSeesTheMachinesProfiles() throws {
        let configuration = try AWSConfiguration(
            environment: [
                "HOME": "/root", "AWS_PROFILE": "missing", "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1:1/",
            ],
            sources: .job)
        let error = try #require(throws: AWSError.self) { try configuration.credentials.credentials(.endless) }
        #expect(error.description.contains("AWS_ACCESS_KEY_ID is not set"))
        #expect(error.description.contains("aws-actions/configure-aws-credentials"))
        #expect(!error.description.contains("container"))
    }
}
