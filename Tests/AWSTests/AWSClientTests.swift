import Foundation
import Glibc
import PythonRig
import Synchronization
import Testing

@testable import AWS

@Suite(.enabled(if: PythonProgram.isAvailable))
struct AWSClientTests {
    private typealias Answer = AnsweringServer.Answer

    private static let service = AWSService(
        name: "Amazon ECS", identifier: "ecs", endpointPrefix: "ecs",
        format: .json(version: "1.1", target: "AmazonEC2ContainerServiceV20141113"))

    private struct Reply: Decodable, Equatable {
        var name: String
    }

    private let server: AnsweringServer

    init() throws { server = try AnsweringServer() }

    private func client(
        attempts: Int = 3, credentials: (any AWSCredentialProvider)? = nil, region: String? = "us-east-1",
        now: Date = Date()
    ) -> AWSClient {
        let key = AWSCredentials(accessKeyID: "AKIA", secretAccessKey: "very-secret", source: "the test")
        return AWSClient(
            Self.service,
            AWSConfiguration(
                region: region, credentials: credentials ?? GivenCredentials(key),
                endpoints: AWSEndpoints(everywhere: server.address),
                retries: AWSRetryPolicy(attempts: attempts, firstDelay: .milliseconds(1)),
                runtime: AWSRuntime(now: { now }, random: { 0.5 })))
    }

    private func call(_ client: AWSClient, _ patience: AWSPatience = .endless) throws(AWSError) -> Reply {
        try client.call("DescribeClusters", ["clusters": ["a/b"]], as: Reply.self, patience)
    }

    @Test func aCallIsSignedAndNamesItsOperation() throws {
        try server.put([Answer(body: "{\"name\": \"x\"}")])
        #expect(try call(client()) == Reply(name: "x"))
        let request = try #require(try server.requests().first)
        #expect(request.headers["x-amz-target"] == "AmazonEC2ContainerServiceV20141113.DescribeClusters")
        #expect(request.headers["authorization"]?.hasPrefix("AWS4-HMAC-SHA256 Credential=AKIA/") == true)
        #expect(request.headers["authorization"]?.contains("/us-east-1/ecs/aws4_request") == true)
        #expect(request.body == "{\"clusters\":[\"a/b\"]}")
    }

    @Test(arguments: [
        AnsweringServer.Answer(status: 503), AnsweringServer.Answer(status: 500, body: "{}"),
        AnsweringServer.Answer(status: 400, body: "{\"__type\": \"com.amazonaws#ThrottlingException\", \"message\": \"slow\"}"),
        AnsweringServer.Answer(
            status: 400,
            body: """
                {"__type": "ClientException", "message": "Too many concurrent attempts to create a new revision of the specified family."}
                """),
        AnsweringServer.Answer(status: 429), nil, AnsweringServer.Answer(body: "{\"name\": \"whole\"}", cut: 5),
    ])
    func whatMayPassIsTriedAgain(answer: AnsweringServer.Answer?) throws {
        try server.put([answer, answer, Answer(body: "{\"name\": \"x\"}")])
        #expect(try call(client()) == Reply(name: "x"))
        #expect(try server.requests().count == 3)
    }

    @Test func afterTheLastAttemptTheServicesOwnWordsAreTold() throws {
        let answer = Answer(
            status: 400, headers: ["x-amzn-RequestId": "r-1"],
            body: "{\"__type\": \"ThrottlingException\", \"message\": \"Rate exceeded\"}")
        try server.put([answer, answer])
        let error = try #require(throws: AWSError.self) { try self.call(client(attempts: 2)) }
        #expect(error.reason == .throttled)
        #expect(error.isTransient)
        #expect(
            error.description.hasPrefix(
                "Amazon ECS: DescribeClusters failed: ThrottlingException: Rate exceeded (HTTP 400, request r-1)"))
    }

    @Test func whatIsRefusedIsNotTriedAgainAndNamesTheMissingPermission() throws {
        let message = "User: arn:aws:iam::1:user/x is not authorized to perform: ecs:DescribeClusters on resource: *"
        try server.put([Answer(status: 400, body: "{\"__type\": \"AccessDeniedException\", \"Message\": \"\(message)\"}")])
        let error = try #require(throws: AWSError.self) { try self.call(client()) }
        #expect(error.reason == .accessDenied)
        #expect(error.remedy?.contains("allow ecs:DescribeClusters") == true)
        #expect(error.remedy?.contains("the test") == true)
        #expect(try server.requests().count == 1)
    }

    @Test func anAnswerToAWrongSignatureShowsNothingOfTheRequest() throws {
        let message = "The signature does not match. The Canonical String was x-amz-security-token:hidden"
        try server.put([Answer(status: 403, body: "{\"__type\": \"InvalidSignatureException\", \"message\": \"\(message)\"}")])
        let error = try #require(throws: AWSError.self) { try self.call(client()) }
        #expect(error.reason == .refusedCredentials)
        #expect(!error.description.contains("hidden"))
        #expect(!error.description.contains("very-secret"))
    }

    @Test func aClockThatIsWrongIsCorrectedByAWSOwn() throws {
        let now = Date(timeIntervalSince1970: 1_700_000_000)
        try server.put([
            Answer(
                status: 403, headers: ["Date": "Sat, 21 Nov 2026 17:00:00 GMT"],
                body: "{\"__type\": \"RequestTimeTooSkewed\", \"message\": \"x\"}"), Answer(body: "{\"name\": \"x\"}"),
        ])
        #expect(try call(client(now: now)) == Reply(name: "x"))
        let dates = try server.requests().compactMap { $0.headers["x-amz-date"] }
        #expect(dates == ["20231114T221320Z", "20261121T170000Z"])
    }

    private final class Renewing: AWSCredentialProvider {
        let given = Mutex(0)

        func credentials(_ patience: AWSPatience) throws(AWSError) -> AWSCredentials {
            AWSCredentials(accessKeyID: "AKIA\(given.withLock { $0 })", secretAccessKey: "s", sessionToken: "t")
        }

        func forget(_ credentials: AWSCredentials) -> Bool {
            given.withLock { $0 += 1 }
            return true
        }
    }

    @Test func credentialsThatHaveExpiredAreAskedForAnewOnce() throws {
        let expired = Answer(status: 400, body: "{\"__type\": \"ExpiredTokenException\", \"message\": \"expired\"}")
        try server.put([expired, Answer(body: "{\"name\": \"x\"}")])
        #expect(try call(client(credentials: Renewing())) == Reply(name: "x"))
        #expect(try server.requests()[1].headers["authorization"]?.contains("AKIA1/") == true)
        try server.put([expired, expired, expired])
        let error = try #require(throws: AWSError.self) { try self.call(client(credentials: Renewing())) }
        #expect(error.reason == .expiredCredentials)
        #expect(try server.requests().count == 2)
    }

    @Test func aCancelEndsTheWaitForAnotherAttempt() throws {
        var ends: [Int32] = [-1, -1]
        #expect(pipe(&ends) == 0)
        defer { for end in ends { close(end) } }
        #expect(write(ends[1], "x", 1) == 1)
        try server.put([])
        let error = try #require(throws: AWSError.self) {
            try self.call(client(), AWSPatience(descriptor: ends[0]))
        }
        #expect(error.reason == .cancelled)
    }

    @Test func aMomentThatHasPassedEndsTheCall() throws {
        try server.put([Answer(body: "{\"name\": \"x\"}")])
        let error = try #require(throws: AWSError.self) { try self.call(client(), AWSPatience(until: .now)) }
        #expect(error.reason == .tookTooLong)
    }

    @Test func nobodyAtTheEndpointIsSaidWithItsAddress() throws {
        var configuration = client(attempts: 1).configuration
        configuration.endpoints = AWSEndpoints(everywhere: "http://127.0.0.1:1")
        let error = try #require(throws: AWSError.self) { try self.call(AWSClient(Self.service, configuration)) }
        #expect(error.reason == .unreachable)
        #expect(error.description.contains("127.0.0.1:1"))
        #expect(error.description.contains("check the region"))
    }

    @Test func aMissingRegionIsSaidBeforeAnythingIsSent() throws {
        let error = try #require(throws: AWSError.self) { try self.call(client(region: nil)) }
        #expect(error.reason == .noRegion)
        #expect(error.description.contains("AWS_REGION"))
    }

    @Test(arguments: [
        ("ecs", "us-east-1", "https://ecs.us-east-1.amazonaws.com"),
        ("ecs", "cn-north-1", "https://ecs.cn-north-1.amazonaws.com.cn"),
    ])
    func withoutAnOverrideAWSItselfIsAsked(prefix: String, region: String, expected: String) {
        #expect(AWSEndpoints().url(of: Self.service, region: region) == expected)
    }

    @Test func theMostSpecialEndpointWins() throws {
        let profile = try #require(
            SharedProfiles(
                configuration: """
                    [default]
                    endpoint_url = http://everywhere
                    services = mine
                    [services mine]
                    ecs =
                      endpoint_url = http://ecs-of-profile
                    """
            ).profiles["default"])
        func url(_ environment: [String: String]) -> String {
            AWSEndpoints(environment: environment, profile: profile).url(of: Self.service, region: "us-east-1")
        }
        #expect(url([:]) == "http://ecs-of-profile")
        #expect(url(["AWS_ENDPOINT_URL": "http://e/"]) == "http://e")
        #expect(url(["AWS_ENDPOINT_URL": "http://e", "AWS_ENDPOINT_URL_ECS": "http://s"]) == "http://s")
        #expect(url(["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"]) == "https://ecs.us-east-1.amazonaws.com")
    }
}
