import Execution
import Expressions
import Foundation
import PythonRig
import Testing

@testable import Actions

@Suite(.enabled(if: PythonProgram.isAvailable))
struct ConfigureCredentialsActionTests {
    private static let cloud = Result { try PythonProgram("blackbox/cloud.py", ["--plain"]) }
    private static let keys = [
        "aws-access-key-id": "AKIAGIVEN", "aws-secret-access-key": "given-secret", "aws-region": "eu-west-1",
    ]
    private static let role = "arn:aws:iam::123456789012:role/deploy"

    private func trial(_ environment: [String: String] = [:]) throws -> ActionTrial {
        let trial = ActionTrial()
        trial.environment = ["AWS_ENDPOINT_URL": try Self.cloud.get().line].merging(environment) { $1 }
        return trial
    }

    private func run(_ inputs: [String: String], in trial: ActionTrial) throws -> ActionResult {
        try trial.run(ConfigureCredentialsAction(), inputs)
    }

    private func failure(_ inputs: [String: String], _ environment: [String: String] = [:]) throws -> String {
        let trial = try trial(environment)
        return try #require(throws: ActionFailure.self) { try self.run(inputs, in: trial) }.message
    }

    @Test("given keys are handed to the steps after it, masked, and taken back at the job's end")
    func givenKeys() throws {
        let trial = try trial()
        let (main, post) = try trial.runWithPost(ConfigureCredentialsAction(), Self.keys)
        #expect(main.environment["AWS_ACCESS_KEY_ID"] == "AKIAGIVEN")
        #expect(main.environment["AWS_SECRET_ACCESS_KEY"] == "given-secret")
        #expect(main.environment["AWS_SESSION_TOKEN"] == "")
        #expect(main.environment["AWS_REGION"] == "eu-west-1")
        #expect(main.environment["AWS_DEFAULT_REGION"] == "eu-west-1")
        #expect(main.outputs["aws-account-id"]?.displayString == "123456789012")
        #expect(main.outputs["aws-access-key-id"] == nil)
        #expect(Set(trial.masks).isSuperset(of: ["AKIAGIVEN", "given-secret"]))
        #expect(post.environment.count == 5)
        #expect(post.environment.values.allSatisfy { $0.isEmpty })
        #expect(!trial.log.joined().contains("given-secret"))
    }

    @Test("a role is assumed with given keys, with all that the inputs say of it")
    func role() throws {
        let trial = try trial()
        var inputs = Self.keys
        inputs.merge([
            "role-to-assume": Self.role, "role-duration-seconds": "900", "role-session-name": "build-7", "role-external-id": "x",
            "output-credentials": "true", "mask-aws-account-id": "true", "inline-session-policy": "{\"Statement\":[]}",
            "managed-session-policies": "arn:aws:iam::aws:policy/A\narn:aws:iam::aws:policy/B",
        ]) { $1 }
        let result = try run(inputs, in: trial)
        #expect(result.outputs["authenticated-arn"]?.displayString.hasSuffix(":assumed-role/deploy/build-7") == true)
        let secret = try #require(result.outputs["aws-secret-access-key"]?.displayString)
        #expect(result.environment["AWS_SECRET_ACCESS_KEY"] == secret)
        #expect(result.environment["AWS_SESSION_TOKEN"]?.isEmpty == false)
        #expect(result.outputs["aws-expiration"]?.displayString.hasSuffix("Z") == true)
        #expect(Set(trial.masks).isSuperset(of: [secret, "123456789012"]))
    }

    @Test("a role may be named without its account, and tags say which run it is")
    func roleByName() throws {
        let server = try AnsweringServer()
        let trial = try trial(["AWS_ENDPOINT_URL": server.address])
        trial.github = ["repository": "team/app", "event_name": "push", "run_id": "7", "base_ref": ""]
        let caller = Self.answer("GetCallerIdentity", "<Account>1</Account><Arn>arn:aws-cn:iam::1:user/x</Arn>")
        let session = Self.answer(
            "AssumeRole",
            "<Credentials><AccessKeyId>A</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken></Credentials>"
        )
        try server.put([caller, session, caller])
        _ = try run(Self.keys.merging(["role-to-assume": "deploy"]) { $1 }, in: trial)
        let body = try server.requests()[1].body
        #expect(body.contains("RoleArn=arn%3Aaws-cn%3Aiam%3A%3A1%3Arole%2Fdeploy"))
        #expect(body.contains("RoleSessionName=GitHubActions"))
        #expect(body.contains("Tags.member.2.Key=Repository&Tags.member.2.Value=team%2Fapp"))
        #expect(body.contains("Tags.member.3.Key=EventName&Tags.member.3.Value=push&Tags.member.4.Key=RunId"))
        try server.put([caller, session, caller])
        _ = try run(Self.keys.merging(["role-to-assume": "deploy", "role-skip-session-tagging": "true"]) { $1 }, in: trial)
        #expect(try !server.requests()[1].body.contains("Tags.member"))
    }

    private static func answer(_ operation: String, _ result: String) -> AnsweringServer.Answer {
        .init(body: "<\(operation)Response><\(operation)Result>\(result)</\(operation)Result></\(operation)Response>")
    }

    @Test("the role that the job has by its repository's settings is not assumed again")
    func sameRole() throws {
        let server = try AnsweringServer()
        let arn = "arn:aws:sts::123456789012:assumed-role/deploy/run1-job1-app"
        try server.put([Self.answer("GetCallerIdentity", "<Account>123456789012</Account><Arn>\(arn)</Arn>")])
        let trial = try trial([
            "AWS_ENDPOINT_URL": server.address, "AWS_ACCESS_KEY_ID": "ASIA", "AWS_SECRET_ACCESS_KEY": "s",
            "AWS_SESSION_TOKEN": "t",
            "AWS_REGION": "us-east-1",
        ])
        let result = try run(["role-to-assume": Self.role], in: trial)
        #expect(result.environment["AWS_ACCESS_KEY_ID"] == "ASIA")
        #expect(try server.requests().count == 1)
    }

    @Test("a web identity token's file, in the job's folders, gives a role")
    func webIdentity() throws {
        let trial = try trial()
        try trial.write("workspace/token", "a.web.token\n")
        let inputs = ["aws-region": "us-east-1", "role-to-assume": Self.role, "web-identity-token-file": "token"]
        let result = try run(inputs, in: trial)
        #expect(result.environment["AWS_SESSION_TOKEN"]?.isEmpty == false)
        #expect(trial.masks.contains("a.web.token"))
        #expect(try failure(inputs.merging(["web-identity-token-file": "none"]) { $1 }).contains("does not exist: none"))
    }

    @Test("without a token service, a role alone needs credentials, and it is said where from")
    func noTokenService() throws {
        let text = try failure(["aws-region": "us-east-1", "role-to-assume": Self.role])
        #expect(text.contains("GitHub's token service (OIDC)"))
        #expect(text.contains("aws.role"))
    }

    @Test(
        "what makes no sense is said",
        arguments: [
            (["aws-region": ""], "\"aws-region\" is required"), (["aws-region": "Ireland!"], "Region is not valid"),
            (["aws-secret-access-key": ""], "'aws-secret-access-key' must be provided"),
            (["role-duration-seconds": "60"], "from 900 to 43200"), (["role-session-name": "a/b"], "found \"a/b\""),
            (["aws-profile": "a b"], "found a blank in \"a b\""), (["sts-endpoint": "sts"], "http or https URL"),
            (["custom-tags": "[1]"], "must be a JSON object"), (["custom-tags": "{\"GitHub\": 1}"], "set by the action itself"),
            (["custom-tags": "{\"a\": [1]}"], "must be a text"), (["custom-tags": "{\"a\": \"#\"}"], "value of \"a\""),
            (["mask-aws-account-id": "yes"], "true or false"),
            (["allowed-account-ids": "1, 2"], "none of allowed-account-ids: 1, 2"),
        ])
    func refused(change: [String: String], part: String) throws {
        #expect(try failure(Self.keys.merging(change) { $1 }).contains(part))
    }

    @Test("existing credentials are kept where they are asked for and good, and left where they are to be unset")
    func existing() throws {
        let own = ["AWS_ACCESS_KEY_ID": "AKIAOWN", "AWS_SECRET_ACCESS_KEY": "own", "AWS_REGION": "us-east-1"]
        let kept = try run(Self.keys.merging(["use-existing-credentials": "true"]) { $1 }, in: try trial(own))
        #expect(kept.environment["AWS_ACCESS_KEY_ID"] == "AKIAOWN")
        #expect(try failure(["unset-current-credentials": "true"], own).contains("Credentials could not be loaded"))
        let quiet = try run(Self.keys.merging(["output-env-credentials": "false"]) { $1 }, in: try trial())
        #expect(quiet.environment.isEmpty && quiet.state.isEmpty)
    }

    @Test("a profile is written to the job's own files, beside others, for tools and for Slipway's own actions")
    func profile() throws {
        let trial = try trial()
        try trial.write("home/.aws/credentials", "# mine\n[other]\naws_access_key_id = A\naws_secret_access_key = b\n")
        let inputs = Self.keys.merging(["aws-profile": "prod", "role-to-assume": Self.role]) { $1 }
        let (main, post) = try trial.runWithPost(ConfigureCredentialsAction(), inputs)
        #expect(main.environment.isEmpty && post.environment.isEmpty)
        let credentials = try #require(trial.text("home/.aws/credentials"))
        #expect(credentials.hasPrefix("# mine\n[other]\naws_access_key_id = A\n"))
        #expect(credentials.contains("\n[prod]\naws_access_key_id = ASIA") && credentials.contains("\naws_session_token = "))
        #expect(trial.text("home/.aws/config") == "[profile prod]\nregion = eu-west-1\n")
        let again = try #require(throws: ActionFailure.self) { try self.run(inputs, in: trial) }
        #expect(again.message.contains("overwrite-aws-profile: true"))
        let exporting = inputs.merging(["overwrite-aws-profile": "true", "output-env-credentials": "true"]) { $1 }
        #expect(try run(exporting, in: trial).environment["AWS_PROFILE"] == "prod")
        #expect(trial.text("home/.aws/config") == "[profile prod]\nregion = eu-west-1\n")
        // The next one of the chain is assumed with it.
        trial.environment.merge(["AWS_PROFILE": "prod", "AWS_ACCESS_KEY_ID": "AKIAOWN", "AWS_SECRET_ACCESS_KEY": "own"]) { $1 }
        let chained = ["role-to-assume": Self.role + "-2", "role-chaining": "true", "aws-region": "us-east-1"]
        #expect(try run(chained, in: trial).outputs["authenticated-arn"]?.displayString.contains("/deploy-2/") == true)
        #expect(trial.log.contains { $0.contains("Wrote the profile prod to /job/home/.aws/credentials") })
        trial.environment["AWS_PROFILE"] = "none"
        let missing = try #require(throws: ActionFailure.self) { try self.run(chained, in: trial) }
        #expect(missing.message.contains("names the profile \"none\", which is not in /job/home/.aws/config"))
    }

    @Test("tags of one's own mark the session, and only tags that it has are handed on")
    func tags() throws {
        let server = try AnsweringServer()
        let trial = try trial(["AWS_ENDPOINT_URL": "http://127.0.0.1:1"])
        let caller = Self.answer("GetCallerIdentity", "<Account>1</Account><Arn>arn:aws:iam::1:user/x</Arn>")
        let session = Self.answer(
            "AssumeRole",
            "<Credentials><AccessKeyId>A</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken></Credentials>"
        )
        try server.put([caller, session, caller])
        _ = try run(
            Self.keys.merging([
                "role-to-assume": "deploy", "custom-tags": #"{"Team": "pay ments", "Tier": 2}"#,
                "sts-endpoint": server.address, "transitive-tag-keys": "Team\nCostCenter",
            ]) { $1 }, in: trial)
        let body = try server.requests()[1].body
        #expect(body.contains(".Key=Team&Tags.member.3.Value=pay%20ments&Tags.member.4.Key=Tier&Tags.member.4.Value=2"))
        #expect(body.contains("TransitiveTagKeys.member.1=Team") && !body.contains("CostCenter"))
    }

    @Test("a proxy is asked in the place of AWS, as an input or as a variable, unless the host is one of no-proxy")
    func proxy() throws {
        let proxy = try AnsweringServer()
        let trial = try trial(["AWS_ENDPOINT_URL": "http://sts.example.invalid"])
        let caller = Self.answer("GetCallerIdentity", "<Account>1</Account><Arn>arn:aws:iam::1:user/x</Arn>")
        try proxy.put([caller])
        _ = try run(Self.keys.merging(["http-proxy": proxy.address]) { $1 }, in: trial)
        #expect(try proxy.requests().first?.path.hasPrefix("http://sts.example.invalid/") == true)
        trial.environment["HTTPS_PROXY"] = proxy.address
        try proxy.put([caller])
        _ = try run(Self.keys, in: trial)
        #expect(try proxy.requests().count == 1)
        let inputs = Self.keys.merging(["no-proxy": "example.invalid", "disable-retry": "true"]) { $1 }
        let failure = try #require(throws: ActionFailure.self) { try self.run(inputs, in: trial) }
        #expect(failure.message.contains("sts.example.invalid"))
    }

    @Test("variables stand for inputs that are not given, unless they are not to")
    func variables() throws {
        let trial = try trial(["OUTPUT_CREDENTIALS": "true", "AWS_REGION": "us-west-2", "MASK_AWS_ACCOUNT_ID": "true"])
        var inputs = Self.keys
        inputs["aws-region"] = nil
        let result = try run(inputs, in: trial)
        #expect(result.outputs["aws-access-key-id"]?.displayString == "AKIAGIVEN")
        #expect(result.environment["AWS_REGION"] == "us-west-2" && trial.masks.contains("123456789012"))
        inputs["translate-env-variables"] = "false"
        let failure = try #require(throws: ActionFailure.self) { try self.run(inputs, in: trial) }
        #expect(failure.message.contains("\"aws-region\" is required"))
        inputs["aws-region"] = "eu-west-1"
        #expect(try run(inputs, in: trial).outputs["aws-access-key-id"] == nil)
    }

    @Test("the variables stay at the job's end where the workflow wants them to, and what has no effect is said")
    func leftAndRemarked() throws {
        let trial = try trial(["AWS_SKIP_CLEANUP_STEP": "true"])
        let inputs = Self.keys.merging(["audience": "sts.amazonaws.com.cn", "force-skip-oidc": "true"]) { $1 }
        #expect(try trial.runWithPost(ConfigureCredentialsAction(), inputs).post.environment.isEmpty)
        let log = trial.log.joined(separator: "\n")
        #expect(log.contains("##[warning]the input \"audience\" has no effect"))
        #expect(log.contains("\"force-skip-oidc\": there is no"))
    }
}
