import Foundation
import PythonRig
import Testing

@testable import AWS

@Suite(.enabled(if: PythonProgram.isAvailable))
struct CredentialChainTests {
    private let home = FileManager.default.temporaryDirectory.appendingPathComponent("aws-\(UUID().uuidString)").path

    init() throws {
        try FileManager.default.createDirectory(atPath: "\(home)/.aws", withIntermediateDirectories: true)
    }

    private func write(_ text: String, _ name: String) throws { try Data(text.utf8).write(to: URL(filePath: "\(home)/\(name)")) }

    private func found(
        _ environment: [String: String], sources: CredentialSources = .all, profile: String? = nil
    ) throws -> AWSCredentials {
        var all = ["HOME": home, "AWS_EC2_METADATA_DISABLED": "true"]
        all.merge(environment) { $1 }
        return try AWSConfiguration(environment: all, sources: sources, profile: profile).credentials.credentials(.endless)
    }

    private func failure(_ environment: [String: String], profile: String? = nil) throws -> AWSError {
        try #require(throws: AWSError.self) { try self.found(environment, profile: profile) }
    }

    @Test func theEnvironmentGoesBeforeTheFiles() throws {
        try write("[default]\naws_access_key_id=FILE\naws_secret_access_key=s\n", ".aws/credentials")
        let keys = ["AWS_ACCESS_KEY_ID": "ENV", "AWS_SECRET_ACCESS_KEY": "s", "AWS_SESSION_TOKEN": "t"]
        #expect(try found(keys).accessKeyID == "ENV")
        #expect(try found(keys).sessionToken == "t")
        #expect(try found([:]).accessKeyID == "FILE")
        #expect(try found([:]).source == "the profile \"default\"")
    }

    @Test func whereNobodyHasAnyEachSourceIsNamedWithItsReason() throws {
        let text = try failure([:]).description
        for part in [
            "the environment: AWS_ACCESS_KEY_ID is not set", "AWS_WEB_IDENTITY_TOKEN_FILE is not set",
            "there is no default profile in \(home)/.aws/config", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
            "AWS_EC2_METADATA_DISABLED is true",
        ] { #expect(text.contains(part)) }
    }

    @Test func halfAKeyIsAMistakeAndNoReasonToLookElsewhere() throws {
        let error = try failure(["AWS_ACCESS_KEY_ID": "A"])
        #expect(error.description.contains("AWS_SECRET_ACCESS_KEY is not"))
    }

    // MARK: - Programs

    @Test func aProgramOfAProfileIsAsked() throws {
        let program = "printf '{\"Version\":1,\"AccessKeyId\":\"PROGRAM\",\"SecretAccessKey\":\"s\",\"SessionToken\":\"t\"}'"
        try write("[default]\ncredential_process = \(program)\n", ".aws/config")
        #expect(try found([:]).accessKeyID == "PROGRAM")
    }

    @Test(arguments: [
        ("exit 3", "the program failed"), ("echo hidden", "something else than credentials"),
        ("head -c 70000 /dev/zero", "more than 64 KiB"), ("printf '{\"Version\":2}'", "no \"Version\": 1"),
    ])
    func aProgramThatFailsIsSaidWithoutWhatItWrote(program: String, part: String) throws {
        try write("[default]\ncredential_process = \(program)\n", ".aws/config")
        let text = try failure([:]).description
        #expect(text.contains(part))
        #expect(!text.contains("hidden"))
    }

    // MARK: - Instances and containers

    @Test func anInstanceGivesItsRolesCredentialsForAToken() throws {
        let server = try PythonProgram("metadata_server.py", ["build-role"])
        let instance = ["AWS_EC2_METADATA_DISABLED": "false", "AWS_EC2_METADATA_SERVICE_ENDPOINT": server.line]
        let credentials = try found(instance)
        #expect(credentials.accessKeyID == "ASIA0001")
        #expect(credentials.sessionToken == "instance-token")
        #expect(credentials.source == "the instance's role build-role")
        #expect(credentials.expiration.map { $0 > Date() } == true)
    }

    @Test func anInstanceIsAskedThroughASocketWhereItsAddressIsOutOfReach() throws {
        let server = try PythonProgram("metadata_server.py", ["build-role", "\(home)/metadata.sock"])
        #expect(server.line == "unix:\(home)/metadata.sock")
        let instance = ["AWS_EC2_METADATA_DISABLED": "false", "AWS_EC2_METADATA_SERVICE_ENDPOINT": server.line]
        #expect(try found(instance).source == "the instance's role build-role")
        let nobody = instance.merging(["AWS_EC2_METADATA_SERVICE_ENDPOINT": "unix:\(home)/gone.sock"]) { $1 }
        #expect(try failure(nobody).description.contains("nobody answers at \(home)/gone.sock"))
    }

    @Test func anInstanceWithoutARoleIsSaid() throws {
        let server = try PythonProgram("metadata_server.py")
        let error = try failure(["AWS_EC2_METADATA_DISABLED": "", "AWS_EC2_METADATA_SERVICE_ENDPOINT": server.line])
        #expect(error.description.contains("the instance has no role"))
    }

    @Test func aMachineThatIsNoInstanceIsSaid() throws {
        let error = try failure(["AWS_EC2_METADATA_DISABLED": "", "AWS_EC2_METADATA_SERVICE_ENDPOINT": "http://127.0.0.1:1"])
        #expect(error.description.contains("this is no EC2 instance"))
    }

    @Test func aContainerGivesItsCredentialsForTheTokenInItsFile() throws {
        let server = try PythonProgram("metadata_server.py")
        try write("container-token\n", "token")
        let place = ["AWS_CONTAINER_CREDENTIALS_FULL_URI": "\(server.line)/container"]
        #expect(
            try found(place.merging(["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "\(home)/token"]) { $1 }).accessKeyID
                == "ASIA0001")
        #expect(try failure(place).description.contains("HTTP 401"))
    }

    @Test(arguments: ["http://example.com/creds", "http://127.0.0.1.example.com/", "ftp://127.0.0.1/", "http://[::2]/"])
    func aContainersTokenGoesToNoStrangerWithoutTLS(url: String) throws {
        #expect(try failure(["AWS_CONTAINER_CREDENTIALS_FULL_URI": url]).description.contains("not asked without TLS"))
    }

    // MARK: - Roles

    @Test func aProfilesRoleIsAssumedWithItsSource() throws {
        let cloud = try PythonProgram("blackbox/cloud.py", ["--plain"])
        try write(
            """
            [profile build]
            role_arn = arn:aws:iam::123456789012:role/build
            source_profile = keys
            region = eu-west-1
            duration_seconds = 900
            [profile keys]
            aws_access_key_id = AKIA
            aws_secret_access_key = s
            """, ".aws/config")
        let credentials = try found(["AWS_ENDPOINT_URL": cloud.line], profile: "build")
        #expect(credentials.sessionToken != nil)
        #expect(credentials.source == "the role arn:aws:iam::123456789012:role/build of the profile \"build\"")
        let left = try #require(credentials.expiration).timeIntervalSinceNow
        #expect(left > 600 && left < 1200)
    }

    @Test func aWebIdentityTokenIsGivenForARole() throws {
        let cloud = try PythonProgram("blackbox/cloud.py", ["--plain"])
        try write("a.web.token", "token")
        let environment = [
            "AWS_ENDPOINT_URL": cloud.line, "AWS_REGION": "us-east-1", "AWS_WEB_IDENTITY_TOKEN_FILE": "\(home)/token",
            "AWS_ROLE_ARN": "arn:aws:iam::123456789012:role/pod",
        ]
        #expect(try found(environment).source == "the role arn:aws:iam::123456789012:role/pod by the web identity token")
        #expect(
            try failure(environment.merging(["AWS_ROLE_ARN": ""]) { $1 }).description.contains("set AWS_ROLE_ARN"))
    }

    @Test(arguments: [
        ("source_profile = b\n[profile b]\nrole_arn = r\nsource_profile = a", "lead to each other"),
        ("source_profile = c", "which is not there"), ("credential_source = Sky", "unknown credential_source"),
        ("mfa_serial = m\nsource_profile = a", "mfa_serial"), ("region = x", "nothing to assume it with"),
    ])
    func aRoleThatCanNotBeAssumedIsSaid(lines: String, part: String) throws {
        try write("[profile a]\nrole_arn = r\n\(lines)\n", ".aws/config")
        #expect(try failure([:], profile: "a").description.contains(part))
    }

    // MARK: - Time

    @Test func credentialsAreKeptUntilShortlyBeforeTheyExpire() throws {
        let clock = TestClock()
        let kept = KeptCredentials(AWSRuntime(now: { clock.now }, random: { 0 }))
        func value(_ name: String) throws -> String {
            try kept.value { () throws(AWSError) in
                AWSCredentials(
                    accessKeyID: name, secretAccessKey: "s", sessionToken: "t",
                    expiration: clock.now.addingTimeInterval(3600))
            }.accessKeyID
        }
        #expect(try value("first") == "first")
        clock.advance(3000)
        #expect(try value("second") == "first")
        clock.advance(400)
        #expect(try value("third") == "third")
        clock.advance(3400)
        // New ones can't be had, but the old ones are still good.
        let old = try kept.value { () throws(AWSError) in throw AWSError(.unreachable, "away") }
        #expect(old.accessKeyID == "third")
        clock.advance(300)
        #expect(throws: AWSError.self) { try kept.value { () throws(AWSError) in throw AWSError(.unreachable, "away") } }
    }
}
