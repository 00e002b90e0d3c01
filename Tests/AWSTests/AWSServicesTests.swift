import Foundation
import PythonRig
import Testing

@testable import AWS

/// One AWS of the tests' own for all services.
@Suite(.enabled(if: PythonProgram.isAvailable), .serialized)
struct AWSServicesTests {
    private static let cloud = Result { try PythonProgram("blackbox/cloud.py", ["--plain"]) }
    private static let containers = AWSService(
        name: "Amazon ECS", identifier: "ecs", endpointPrefix: "ecs",
        format: .json(version: "1.1", target: "AmazonEC2ContainerServiceV20141113"))
    private let configuration: AWSConfiguration

    init() throws {
        configuration = AWSConfiguration(
            region: "us-east-1",
            credentials: GivenCredentials(AWSCredentials(accessKeyID: "AKIATEST", secretAccessKey: "s", source: "the test")),
            endpoints: AWSEndpoints(everywhere: try Self.cloud.get().line),
            retries: AWSRetryPolicy(attempts: 2, firstDelay: .milliseconds(1)))
    }

    private func client(_ service: AWSService) -> AWSClient { AWSClient(service, configuration) }

    /// Calls of services that only these tests make.
    private func make(_ service: AWSService, _ operation: String, _ input: String) throws {
        _ = try client(service).callJSON(operation, body: Array(input.utf8))
    }

    // MARK: - STS

    @Test func oneKnowsWhoOneIs() throws {
        let caller = try SecurityTokens(configuration).callerIdentity()
        #expect(caller.account == "123456789012")
        #expect(caller.arn.hasPrefix("arn:aws:sts::123456789012:"))
    }

    @Test func aRoleIsAssumedWithAllThatAJobGives() throws {
        var request = SecurityTokens.RoleRequest(
            role: "arn:aws:iam::123456789012:role/deploy", sessionName: SecurityTokens.sessionName("run 7/job build"),
            duration: 900)
        request.policy = "{\"Version\":\"2012-10-17\",\"Statement\":[]}"
        request.policyARNs = ["arn:aws:iam::aws:policy/ReadOnlyAccess"]
        request.tags = [("repository", "team/app")]
        request.transitiveTags = ["repository"]
        let session = try SecurityTokens(configuration).assume(request, source: "the role")
        #expect(session.arn.hasSuffix(":assumed-role/deploy/run-7-job-build"))
        #expect(session.credentials.sessionToken != nil)
        #expect(session.credentials.expiration != nil)
    }

    @Test(arguments: [
        ("a", "a--"), ("Run #7: build", "Run--7--build"), (String(repeating: "x", count: 80), String(repeating: "x", count: 64)),
    ])
    func aSessionsNameIsMadeOfAnyText(text: String, expected: String) {
        #expect(SecurityTokens.sessionName(text) == expected)
    }

    @Test func servicesOfFIPSHaveTheirOwnHosts() {
        let endpoints = AWSEndpoints(usesFIPS: true)
        #expect(endpoints.url(of: ECRClient.service, region: "us-east-1") == "https://ecr-fips.us-east-1.amazonaws.com")
        #expect(endpoints.url(of: .ssm, region: "us-east-1") == "https://ssm-fips.us-east-1.amazonaws.com")
        #expect(AWSEndpoints().url(of: ECRClient.service, region: "us-east-1") == "https://api.ecr.us-east-1.amazonaws.com")
    }

    // MARK: - Parameters and secrets

    @Test func parametersAreReadMoreThanTenAtOnceAndDecrypted() throws {
        for number in 1...12 {
            try make(
                .ssm, "PutParameter",
                "{\"Name\":\"/app/p\(number)\",\"Value\":\"v\(number)\",\"Type\":\"SecureString\",\"Overwrite\":true}")
        }
        let values = try ParameterStore(configuration).values(of: (1...12).map { "/app/p\($0)" })
        #expect(values.count == 12)
        #expect(values["/app/p7"] == "v7")
        #expect(try ParameterStore(configuration).values(of: ["/app/p1:1"]) == ["/app/p1:1": "v1"])
    }

    @Test func versionsOfOneParameterAreToldApart() throws {
        for value in ["old", "new"] {
            try make(
                .ssm, "PutParameter", "{\"Name\":\"/app/versions\",\"Value\":\"\(value)\",\"Type\":\"String\",\"Overwrite\":true}"
            )
        }
        let arn = "arn:aws:ssm:us-east-1:123456789012:parameter/app/versions"
        let names = ["/app/versions:1", "/app/versions:2", "/app/versions", arn]
        let values = try ParameterStore(configuration).values(of: names)
        #expect(values == ["/app/versions:1": "old", "/app/versions:2": "new", "/app/versions": "new", arn: "new"])
    }

    @Test func missingParametersAreAllNamed() throws {
        let error = try #require(throws: AWSError.self) { try ParameterStore(configuration).values(of: ["/no/a", "/no/b"]) }
        #expect(error.reason == .notFound)
        #expect(error.description.contains("/no/a, /no/b in us-east-1"))
    }

    @Test func aSecretIsReadWhole() throws {
        try make(
            .secretsManager, "CreateSecret",
            "{\"Name\":\"db\",\"SecretString\":\"{\\\"user\\\":\\\"me\\\",\\\"port\\\":5432,\\\"on\\\":true}\"}")
        let secrets = SecretsManager(configuration)
        #expect(try secrets.value(of: "db", stage: "AWSCURRENT").contains("5432"))
        let unknown = try #require(throws: AWSError.self) { try secrets.value(of: "nowhere") }
        #expect(unknown.description.contains("no secret \"nowhere\" in us-east-1"))
    }

    // MARK: - S3

    private struct Bytes: S3Bucket.Source {
        let bytes: [UInt8]
        var failsAt: Int64 = .max

        var size: Int64 { Int64(bytes.count) }

        func read(at offset: Int64, count: Int) throws(AWSError) -> [UInt8] {
            guard offset < failsAt else { throw AWSError(.local, "the disk is gone") }
            return Array(bytes[Int(offset)..<min(bytes.count, Int(offset) + count)])
        }
    }

    private func bucket(_ name: String = "bucket-\(UUID().uuidString.lowercased())") throws -> S3Bucket {
        let bucket = S3Bucket(name, configuration)
        _ = try bucket.answer(to: try bucket.call("CreateBucket", "PUT"), .endless)
        return bucket
    }

    @Test(arguments: ["plain.txt", "a folder/b+c&d=é<>.txt", "//double//slash", "./dots/../x", "100%"])
    func anObjectIsFoundByTheKeyThatItWasPutBy(key: String) throws {
        let bucket = try bucket()
        var attributes = S3Bucket.Attributes()
        attributes.contentType = "text/plain"
        let etag = try bucket.put(key, Array("hello".utf8), attributes)
        var bytes: [UInt8] = []
        let description = try bucket.download(key) { bytes += $0 }
        #expect(bytes == Array("hello".utf8))
        #expect(description.size == 5)
        #expect(description.etag == etag)
        #expect(description.contentType?.hasPrefix("text/plain") == true)
        #expect(try bucket.objects().map(\.key) == [key])
        try bucket.delete([key])
        #expect(try bucket.objects().isEmpty)
    }

    @Test func aLargeObjectGoesInPartsAndComesBackWhole() throws {
        let bucket = try bucket()
        let bytes = (0..<(S3Bucket.partSize + 1000)).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let etag = try bucket.upload("large", Bytes(bytes: bytes))
        #expect(etag.hasSuffix("-2"))
        var found: [UInt8] = []
        let description = try bucket.download("large") { found += $0 }
        #expect(found == bytes)
        #expect(description.size == Int64(bytes.count))
    }

    @Test func partsOfAnUploadThatFailsAreNotLeft() throws {
        let bucket = try bucket()
        let source = Bytes(bytes: [UInt8](repeating: 1, count: 2 * S3Bucket.partSize), failsAt: 1)
        let error = try #require(throws: AWSError.self) { try bucket.upload("large", source) }
        #expect(error.description.contains("the disk is gone"))
        var call = try bucket.call("ListMultipartUploads", "GET")
        call.query = [("uploads", "")]
        let answer = try bucket.answer(to: call, .endless)
        #expect(!String(decoding: answer.body, as: UTF8.self).contains("<Upload>"))
    }

    @Test func aListGoesOverAllPagesAndKeepsToItsPrefix() throws {
        let bucket = try bucket()
        for number in 0..<1005 { try bucket.put("some/\(number)", []) }
        try bucket.put("other", [1])
        #expect(try bucket.objects(prefix: "some/").count == 1005)
        #expect(try bucket.objects().count == 1006)
        try bucket.delete(try bucket.objects().map(\.key))
        #expect(try bucket.objects().isEmpty)
    }

    @Test func aBucketThatIsNotThereIsNamed() throws {
        let error = try #require(throws: AWSError.self) { try S3Bucket("not-there-at-all", configuration).objects() }
        #expect(error.reason == .notFound)
        #expect(error.remedy?.contains("not-there-at-all") == true)
    }

    @Test func aBucketStandsInTheHostUnlessItsNameHasDots() throws {
        var configuration = configuration
        configuration.endpoints = AWSEndpoints()
        let plain = try S3Bucket("models", configuration).call("GetObject", "GET", "a b")
        #expect(plain.endpoint == "https://models.s3.us-east-1.amazonaws.com")
        #expect(plain.path == "/a%20b")
        let dotted = try S3Bucket("my.models", configuration).call("GetObject", "GET", "a")
        #expect(dotted.endpoint == nil)
        #expect(dotted.path == "/my.models/a")
        #expect(try S3Bucket("models", configuration, addressing: .path).call("X", "GET").path == "/models")
    }

    // MARK: - Messages, logs, scaling

    @Test func aMessageIsPublishedInTheTopicsOwnRegion() throws {
        _ = try AWSClient(.sns, inWest).callQuery("CreateTopic", [("Name", "builds")], .endless)
        let topic = try NotificationTopic("arn:aws:sns:eu-west-1:123456789012:builds", configuration)
        #expect(try !topic.publish("green", subject: "line one\nline two").isEmpty)
        let missing = try NotificationTopic("arn:aws:sns:eu-west-1:123456789012:none", configuration)
        let error = try #require(throws: AWSError.self) { try missing.publish("x") }
        #expect(error.reason == .notFound)
        #expect(throws: AWSError.self) { try NotificationTopic("builds", configuration) }
    }

    private var inWest: AWSConfiguration {
        var configuration = configuration
        configuration.region = "eu-west-1"
        return configuration
    }

    @Test func aLogIsReadOnFromWhereItWasRead() throws {
        try make(.logs, "CreateLogGroup", "{\"logGroupName\":\"/ecs/app\"}")
        try make(.logs, "CreateLogStream", "{\"logGroupName\":\"/ecs/app\",\"logStreamName\":\"s\"}")
        let stream = LogStream(group: "/ecs/app", name: "s", configuration)
        func put(_ text: String) throws {
            let time = Int(Date().timeIntervalSince1970 * 1000)
            try make(
                .logs, "PutLogEvents",
                "{\"logGroupName\":\"/ecs/app\",\"logStreamName\":\"s\",\"logEvents\":[{\"timestamp\":\(time),\"message\":\"\(text)\"}]}"
            )
        }
        try put("one")
        let page = try stream.events()
        #expect(page.events.map(\.message) == ["one"])
        #expect(try stream.events(after: page.position).events.isEmpty)
        try put("two")
        #expect(try stream.last(1).map(\.message) == ["two"])
        #expect(try LogStream(group: "/none", name: "s", configuration).events().events.isEmpty)
    }

    @Test func theBoundsOfAServiceThatScalesByItselfAreRead() throws {
        try make(Self.containers, "CreateCluster", "{\"clusterName\":\"c\"}")
        try make(
            Self.containers, "RegisterTaskDefinition",
            "{\"family\":\"f\",\"containerDefinitions\":[{\"name\":\"n\",\"image\":\"i\",\"memory\":128}]}")
        try make(
            Self.containers, "CreateService",
            "{\"cluster\":\"c\",\"serviceName\":\"s\",\"taskDefinition\":\"f\",\"desiredCount\":1}")
        let targets = ScalableTargets(configuration)
        #expect(try targets.desiredCount(of: "service/c/s") == nil)
        try make(
            .autoScaling, "RegisterScalableTarget",
            "{\"ServiceNamespace\":\"ecs\",\"ResourceId\":\"service/c/s\",\"ScalableDimension\":\"ecs:service:DesiredCount\","
                + "\"MinCapacity\":1,\"MaxCapacity\":4}")
        let found = try #require(try targets.desiredCount(of: "service/c/s"))
        #expect(found.minimum == 1 && found.maximum == 4)
        #expect(try targets.desiredCount(of: "service/c/other") == nil)
    }

    @Test func theHealthOfATargetGroupsTargetsIsRead() throws {
        let server = try AnsweringServer()
        let member = """
            <member><Target><Id>10.0.0.7</Id><Port>8080</Port></Target><HealthCheckPort>8080</HealthCheckPort><TargetHealth>
            <State>unhealthy</State><Reason>Target.ResponseCodeMismatch</Reason>
            <Description>Health checks failed with these codes: [502]</Description></TargetHealth></member>
            """
        let result = "<TargetHealthDescriptions>\(member)</TargetHealthDescriptions>"
        let name = "DescribeTargetHealth"
        try server.put([.init(body: "<\(name)Response><\(name)Result>\(result)</\(name)Result></\(name)Response>")])
        var configuration = configuration
        configuration.endpoints = AWSEndpoints(everywhere: server.address)
        let health = try TargetGroup("arn:aws:elasticloadbalancing:us-east-1:1:targetgroup/web/1", configuration).health()
        #expect(
            health == [
                .init(
                    target: "10.0.0.7", port: 8080, state: "unhealthy", reason: "Target.ResponseCodeMismatch",
                    explanation: "Health checks failed with these codes: [502]")
            ])
        #expect(try server.requests().first?.body.contains("TargetGroupArn=arn%3Aaws%3Aelasticloadbalancing") == true)
    }
}
