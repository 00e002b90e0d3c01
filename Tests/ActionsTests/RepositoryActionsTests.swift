import Execution
import Expressions
import Foundation
import Plan
import SampleRepositories
import Testing

@testable import Actions

/// Where a `uses` leads, and that it leads nowhere else.
struct RepositoryActionsTests {
    private static let metadata = "runs: {using: node20, main: ../dist/main.js}\n"

    /// A job whose repository has an action, and that knows one of another repository.
    private final class Place {
        let own: SampleRepository
        let other: SampleRepository
        let folders: WorkplaceFolders
        var assignment: JobAssignment

        init() throws {
            own = try SampleRepository()
            other = try SampleRepository()
            let ownCommit = try own.push("own", [".github/actions/build/action.yml": metadata, "dist/main.js": "own"])
            let otherCommit = try other.push(
                "other", ["sub/action.yaml": metadata, "dist/main.js": "other", "image/Dockerfile": "FROM scratch"])
            let folder = own.folder
            func place(_ name: String) throws -> WorkplaceFolders.Place {
                try Folder.make("\(folder)/job/\(name)")
                return .init(inside: "/job/\(name)", outside: "\(folder)/job/\(name)")
            }
            folders = WorkplaceFolders(
                workspace: try place("workspace"), temporary: try place("temp"), tools: try place("tools"),
                actions: try place("actions"))
            assignment = JobAssignment(
                runID: 1, jobID: 1, jobName: "job", job: JobPlan(key: "job"),
                contexts: .init(github: ["repository": "team/own"]), folder: JobFolder(path: "\(folder)/job"), eventFile: "",
                workspace: "\(folder)/job", toolsFolder: "",
                source: .init(mirror: own.origin, commit: ownCommit, ref: "refs/heads/main", originURL: ""),
                confinement: .init(kind: .none))
            assignment.remoteActions = ["sub", "image"].map { folder in
                .init(
                    reference: "octo/tools/\(folder)@v1", repository: "octo/tools", folder: folder, ref: "v1",
                    commit: otherCommit,
                    mirror: other.origin, warning: "the tag v1 has moved")
            }
        }

        func find(_ reference: String, calledBy caller: FoundAction? = nil) throws -> FoundAction {
            try RepositoryActions(assignment).find(
                reference, calledBy: caller, in: folders, cancellation: try Cancellation())
        }

        func write(_ text: String, to path: String) throws {
            let file = "\(folders.workspace.outside)/\(path)"
            try Folder.make(String(file[..<file.lastIndex(of: "/")!]))
            try Folder.write(text, to: file)
        }
    }

    @Test("an action of another repository is laid out once, at its commit and without its history")
    func remote() throws {
        let place = try Place()
        let catalog = RepositoryActions(place.assignment)
        var lines: [String] = []
        let cancellation = try Cancellation()
        try catalog.prepare(in: place.folders, cancellation: cancellation) { lines.append($0) }
        #expect(lines.count == 1 && lines[0].hasPrefix("Downloaded octo/tools@v1 ("))
        let found = try catalog.find("octo/tools/sub@v1", calledBy: nil, in: place.folders, cancellation: cancellation)
        let commit = place.assignment.remoteActions[0].commit
        #expect(found.folder.inside == "/job/actions/octo/tools/\(commit)/sub")
        #expect(found.source?.repository == "octo/tools" && found.source?.ref == "v1")
        #expect(found.warning == "the tag v1 has moved")
        #expect(found.plan.path == "sub/action.yaml")
        #expect(Folder.exists("\(found.folder.outside)/../dist/main.js"))
        #expect(!Folder.exists("\(found.root.outside)/.git"))
        let image = try catalog.find("octo/tools/image@v1", calledBy: nil, in: place.folders, cancellation: cancellation)
        guard case .docker(let docker) = image.plan.work else { throw ActionFailure("no Docker action") }
        #expect(docker.image == .dockerfile("Dockerfile"))
    }

    @Test("$/ leads to the repository that runs, or to the one of the action or of the called workflow that it stands in")
    func ownRepository() throws {
        let place = try Place()
        let own = try place.find("$/.github/actions/build")
        #expect(own.source?.repository == "team/own" && own.source?.commit == place.assignment.source.commit)
        let remote = try place.find("octo/tools/sub@v1")
        let beside = try place.find("$/image", calledBy: remote)
        #expect(beside.folder == remote.root.appending("image") && beside.source == remote.source)
        place.assignment.contexts.job = [
            "workflow_repository": "Octo/Tools", "workflow_sha": .string(place.assignment.remoteActions[0].commit),
        ]
        #expect(try place.find("$/sub").source == remote.source)
    }

    @Test("an action of the workspace is what the workspace holds at the moment")
    func local() throws {
        let place = try Place()
        let missing = #expect(throws: ActionFailure.self) { try place.find("./tools/a") }
        #expect(missing?.message.hasSuffix("did you forget to run actions/checkout before?") == true)
        try place.write(Self.metadata, to: "tools/a/action.yml")
        let found = try place.find("./tools/a")
        #expect(found.folder.inside == "/job/workspace/tools/a" && found.source == nil)
        try place.write("runs: {using: magic}\n", to: "tools/a/action.yml")
        let broken = #expect(throws: ActionFailure.self) { try place.find("./tools/a") }
        #expect(broken?.message.contains("tools/a/action.yml, line 1, column 15") == true)
    }

    @Test("nothing outside of the workspace is read", arguments: ["./../other", "./link", "./linked/sub", "./tools/../../other"])
    func containment(_ reference: String) throws {
        let place = try Place()
        let outside = "\(place.own.folder)/job/other"
        try Folder.make("\(outside)/sub")
        for folder in [outside, "\(outside)/sub"] { try Folder.write(Self.metadata, to: "\(folder)/action.yml") }
        let manager = FileManager.default
        for name in ["link", "linked"] {
            try manager.createSymbolicLink(
                atPath: "\(place.folders.workspace.outside)/\(name)", withDestinationPath: outside)
        }
        #expect(throws: ActionFailure.self) { try place.find(reference) }
    }

    @Test("a name that climbs, or a commit that is none, lays nothing out", arguments: ["../../octo", "octo/..", "/etc"])
    func climbingName(_ name: String) throws {
        let place = try Place()
        place.assignment.remoteActions[0].repository = name
        #expect(throws: ActionFailure.self) { try place.find("octo/tools/sub@v1") }
        place.assignment.remoteActions[0].repository = "octo/tools"
        place.assignment.remoteActions[0].commit = "../../x"
        #expect(throws: ActionFailure.self) { try place.find("octo/tools/sub@v1") }
        #expect(try FileManager.default.contentsOfDirectory(atPath: place.folders.actions.outside) == [])
    }

    @Test("on a developer's machine, $/ is the folder as it is there now")
    func workingTree() throws {
        let place = try Place()
        let tree = "\(place.own.folder)/tree"
        try Folder.make("\(tree)/.github/actions/build")
        try Folder.write("runs: {using: node20, main: changed.js}\n", to: "\(tree)/.github/actions/build/action.yml")
        place.assignment.source.workingTree = tree
        for mirror in [place.own.origin, ""] {
            place.assignment.source.mirror = mirror
            let found = try place.find("$/.github/actions/build")
            guard case .node(let node) = found.plan.work else { throw ActionFailure("no JavaScript action") }
            #expect(node.main == "changed.js")
        }
        #expect(Folder.exists("\(place.folders.actions.outside)/working-tree/dist/main.js"))
        #expect(throws: ActionFailure.self) { try place.find("$/../other") }
    }
}
