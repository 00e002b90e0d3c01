import Execution
import Expressions
import Foundation
import Testing

@testable import Actions

@Suite("docker/metadata-action")
struct MetadataActionTests {
    private static let commit = "90dd6032fac8bda1b6c4436a2e65de27961ed071"

    private func run(
        _ ref: String, event: String = "push", payload: ExpressionValue = ["repository": ["default_branch": "main"]],
        _ inputs: [String: String]
    ) throws -> (result: ActionResult, log: [String]) {
        let trial = ActionTrial()
        trial.github = [
            "repository": "team/app", "server_url": "https://git.example.org", "ref": .string(ref), "event_name": .string(event),
            "sha": .string(Self.commit), "event": payload,
        ]
        let action = MetadataAction(now: { Date(timeIntervalSince1970: 1_700_000_000) })
        return (try trial.run(action, inputs), trial.log)
    }

    @Test(
        "tags are made as the original makes them",
        arguments: [
            ("refs/heads/main", "", ["app:main"]), ("refs/heads/feature/a b", "", ["app:feature-a-b"]),
            ("refs/tags/v1.2.3", "", ["app:v1.2.3", "app:latest"]), ("refs/pull/7/merge", "", ["app:pr-7"]),
            (
                "refs/tags/v1.2.3", "type=semver,pattern={{version}}\ntype=semver,pattern={{major}}.{{minor}}",
                ["app:1.2.3", "app:1.2", "app:latest"]
            ),
            ("refs/tags/v1.2.3-rc.1", "type=semver,pattern={{version}}\ntype=semver,pattern={{major}}", ["app:1.2.3-rc.1"]),
            ("refs/heads/main", "type=semver,pattern={{version}},value=2.0.0", ["app:2.0.0", "app:latest"]),
            ("refs/heads/main", "type=sha", ["app:sha-90dd603"]),
            (
                "refs/tags/v1.2.3", "type=pep440,pattern={{version}}\ntype=pep440,pattern={{major}}.{{minor}}",
                ["app:1.2.3", "app:1.2", "app:latest"]
            ),
            ("refs/tags/1.02", "type=pep440,pattern={{major}}.{{minor}}.{{patch}}", ["app:1.2.0", "app:latest"]),
            (
                "refs/tags/V1.2-Alpha", "type=pep440,pattern={{major}}\ntype=pep440,pattern={{raw}}",
                ["app:1.2a0", "app:V1.2-Alpha"]
            ),
            ("refs/tags/1.2.3-1", "type=pep440,pattern={{major}}", ["app:1.2.3.post1"]),
            ("refs/tags/1!2.0rc.1.rev4_dev+Ubuntu-01", "type=pep440,pattern={{version}}", ["app:1-2.0rc1.post4.dev0-ubuntu.1"]),
            ("refs/heads/main", "type=pep440,pattern={{version}},value=2.0.0,suffix=-slim", ["app:2.0.0-slim", "app:latest"]),
            ("refs/tags/p1/v0.1.0", "type=pep440,pattern={{version}},match=p1/v(.*)", ["app:0.1.0", "app:latest"]),
            ("refs/tags/p1/v0.1.0", "type=semver,pattern={{version}},match=p1/v(.*)", ["app:0.1.0", "app:latest"]),
            ("refs/tags/release-1", "type=pep440,pattern={{version}}\nnightly", ["app:nightly"]),
            ("refs/heads/main", "type=sha,format=long,prefix=", ["app:90dd6032fac8bda1b6c4436a2e65de27961ed071"]),
            ("refs/heads/main", "type=raw,value=latest,enable={{is_default_branch}}", ["app:latest"]),
            ("refs/heads/dev", "type=raw,value=latest,enable={{is_default_branch}}\nnightly", ["app:nightly"]),
            ("refs/heads/main", "type=edge", ["app:edge"]), ("refs/heads/dev", "type=edge,branch=dev", ["app:edge"]),
            (
                "refs/heads/main", "type=raw,value={{branch}}-{{sha}}-{{date 'YYYYMMDD-HHmmss' tz='Europe/Berlin'}}",
                ["app:main-90dd603-20231114-231320"]
            ),
            ("refs/tags/p1/v0.1.0", "type=match,pattern=v(.*),group=1", ["app:0.1.0", "app:latest"]),
            ("refs/heads/main", "type=sha\ntype=ref,event=branch", ["app:main", "app:sha-90dd603"]),
            ("refs/heads/main", "type=raw,value=a,priority=1\ntype=sha", ["app:sha-90dd603", "app:a"]),
        ])
    func tags(ref: String, tags: String, wanted: [String]) throws {
        let result = try run(ref, ["images": "App", "tags": tags]).result
        #expect(result.outputs["tags"]?.displayString == wanted.joined(separator: "\n"))
        #expect(result.outputs["version"]?.displayString == String(wanted[0].dropFirst(4)))
    }

    @Test("a schedule, a flavor and several images")
    func flavors() throws {
        let scheduled = try run(
            "refs/heads/main", event: "schedule", ["images": "app", "tags": "type=schedule,pattern={{date 'YYYY'}}"])
        #expect(scheduled.result.outputs["tags"]?.displayString == "app:2023")
        let flavored = try run(
            "refs/tags/v1.0.0",
            [
                "images": "app\nname=ghcr.io/team/app\nname=off,enable=false", "flavor": "latest=true\nsuffix=-gpu,onlatest=true",
                "tags": "type=ref,event=tag",
            ])
        #expect(
            flavored.result.outputs["tags"]?.displayString
                == "app:v1.0.0-gpu\napp:latest-gpu\nghcr.io/team/app:v1.0.0-gpu\nghcr.io/team/app:latest-gpu")
    }

    @Test("labels, JSON and the variables of the steps that follow say the same")
    func labels() throws {
        let result = try run("refs/heads/main", ["images": "app", "labels": "maker=me\norg.opencontainers.image.title=Mine"])
            .result
        let labels = try #require(result.outputs["labels"]?.displayString)
        #expect(labels.contains("maker=me\n") && labels.contains("org.opencontainers.image.title=Mine\n"))
        #expect(labels.contains("org.opencontainers.image.created=2023-11-14T22:13:20.000Z"))
        #expect(labels.contains("org.opencontainers.image.source=https://git.example.org/team/app"))
        #expect(result.environment["DOCKER_METADATA_OUTPUT_TAGS"] == "app:main")
        let json = try ExpressionValue(json: result.outputs["json"]?.displayString ?? "")
        #expect(json["labels"]?["maker"] == "me")
        #expect(result.outputs["bake-file"]?.displayString.hasSuffix(".json") == true)
    }

    @Test(
        "a mistake in an input fails the step",
        arguments: [
            ["tags": "type=nothing"], ["tags": "type=ref"], ["tags": "type=semver"], ["flavor": "latest=maybe"],
            ["images": "a=b"],
            ["tags": "type=raw,value={{unknown}}"], ["tags": "type=raw,value=a,enable=maybe"],
        ])
    func mistakes(inputs: [String: String]) throws {
        #expect(throws: ActionFailure.self) { _ = try run("refs/heads/main", ["images": "app"].merging(inputs) { $1 }) }
    }
}
