import CloudRig
import Foundation
import Testing

@testable import AWS

/// Calls of ECR, each answered by moto.
@Suite(.enabled(if: CloudRig.isAvailable, "\(CloudRig.reasonToSkip ?? "")")) struct ECRClientTests {
    private let rig: CloudRig
    private let ecr: ECRClient
    private let repository = "r" + UUID().uuidString.lowercased().prefix(8)

    init() throws {
        rig = try CloudRig.shared()
        ecr = ECRClient(try AWSConfiguration(environment: rig.environment, sources: .job))
    }

    @Test("a login is for a registry, with a name and a password")
    func login() throws {
        let login = try #require(try ecr.logins().first)
        #expect(login.registry == CloudRig.registry)
        #expect(login.username == "AWS")
        #expect(!login.password.isEmpty)
        #expect(try ecr.logins(to: ["123456789012", "210987654321"]).count == 2)
    }

    @Test("a repository is made where there is none, once")
    func repositories() throws {
        #expect(try !ecr.hasRepository(repository))
        #expect(try ecr.makeRepository(repository))
        #expect(try !ecr.makeRepository(repository))
        #expect(try ecr.hasRepository(repository))
    }

    @Test("a repository that a template has pushes make is told apart from one that nobody makes")
    func madeByPush() throws {
        let prefix = "t" + repository
        for (prefix, uses) in [(prefix, "CREATE_ON_PUSH"), ("\(prefix)-cache", "PULL_THROUGH_CACHE")] {
            try rig.ecr("CreateRepositoryCreationTemplate", #"{"prefix":"\#(prefix)","appliedFor":["\#(uses)"]}"#)
        }
        let names = ["\(prefix)/app", "\(prefix)/deep/app", prefix, "\(prefix)-cache/app", "other/\(prefix)/app"]
        let made = try names.map { try ecr.pushMakesRepository($0, in: CloudRig.account) }
        #expect(made == [true, true, false, false, false])
        #expect(try ecr.pushMakesRepository("\(prefix)/app", in: "210987654321") == nil)
    }

    @Test("an image is found by its tag and by its digest, described, and given another tag")
    func images() throws {
        #expect(try ecr.manifest("1", in: repository, of: nil) == nil)
        let digest = try rig.makeImage(in: repository, tag: "1")
        let manifest = try #require(try ecr.manifest("1", in: repository, of: CloudRig.account))
        #expect(manifest.digest == digest)
        #expect(try ecr.manifest(digest, in: repository, of: nil)?.text == manifest.text)
        #expect(try ecr.manifest("2", in: repository, of: nil) == nil)
        try ecr.tag(manifest, as: "stable", in: repository, of: nil)
        try ecr.tag(manifest, as: "stable", in: repository, of: nil)
        #expect(try ecr.manifest("stable", in: repository, of: nil)?.digest == digest)
        #expect(try ecr.scanFindings("1", in: repository, of: nil) == nil)
        try ecr.startScan("1", in: repository, of: nil)
        // Once a day only, which is no failure.
        try ecr.startScan("1", in: repository, of: nil)
        #expect(try ecr.scanFindings("1", in: repository, of: nil)?.isWhole == true)
    }

    @Test(
        "names of ECR's images are taken apart, and no others",
        arguments: [
            ("123456789012.dkr.ecr.us-east-1.amazonaws.com/team/app:1", "us-east-1", "team/app", "1"),
            ("123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/app", "cn-north-1", "app", "latest"),
            ("123456789012.dkr-ecr.eu-west-1.on.aws/app:1@sha256:ab", "eu-west-1", "app", "sha256:ab"),
            ("123456789012.dkr.ecr-fips.us-east-1.amazonaws.com/a@sha256:ab", "us-east-1", "a", "sha256:ab"),
        ])
    func names(text: String, region: String, repository: String, reference: String) throws {
        let name = try #require(ECRImageName(text))
        #expect([name.account, name.region, name.repository, name.reference] == ["123456789012", region, repository, reference])
    }

    @Test("other images are none of ECR's", arguments: ["busybox", "docker.io/library/a:1", "ghcr.io/a/b", "public.ecr.aws/a/b"])
    func others(text: String) { #expect(ECRImageName(text) == nil) }
}
