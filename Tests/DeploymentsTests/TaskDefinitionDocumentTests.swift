import Expressions
import Testing

@testable import Deployments

@Suite struct TaskDefinitionDocumentTests {
    private func document(_ json: String) throws -> TaskDefinitionDocument {
        try TaskDefinitionDocument(json: json, name: "t.json")
    }

    @Test("an image and more are put into one container, and all else stays as it was")
    func changes() throws {
        var document = try document(
            """
            {"family":"app","unknown":{"a":1},"containerDefinitions":[
              {"name":"app","image":"old","environment":[{"name":"A","value":"1"}],"dockerLabels":{"x":"y"}},
              {"name":"side","image":"other"}]}
            """)
        var changes = TaskDefinitionChanges(image: "new:1")
        changes.environment = [("A", "2"), ("B", "3=4")]
        changes.labels = [("team", "ml")]
        changes.logDriver = "awslogs"
        changes.logOptions = [("awslogs-group", "/ecs/app")]
        changes.secrets = [("KEY", "arn:secret")]
        changes.command = ["serve", "--fast"]
        try document.apply(changes, to: "app")
        let expected = try ExpressionObject(
            json: """
                {"family":"app","unknown":{"a":1},"containerDefinitions":[
                  {"name":"app","image":"new:1","environment":[{"name":"A","value":"2"},{"name":"B","value":"3=4"}],
                   "dockerLabels":{"x":"y","team":"ml"},"secrets":[{"name":"KEY","valueFrom":"arn:secret"}],
                   "logConfiguration":{"logDriver":"awslogs","options":{"awslogs-group":"/ecs/app"}},
                   "command":["serve","--fast"]},
                  {"name":"side","image":"other"}]}
                """)
        #expect(document.members == expected)
    }

    @Test("what ECS only tells is left out, and so is what is empty, but not a variable's empty value")
    func registration() throws {
        let document = try document(
            """
            {"family":"app","revision":3,"status":"ACTIVE","taskDefinitionArn":"x","volumes":[],"cpu":"","pidMode":null,
             "containerDefinitions":[{"name":"app","image":"i","mountPoints":[],"essential":false,"cpu":0,
               "environment":[{"name":"EMPTY","value":""}]}]}
            """)
        let (members, leftOut) = document.registration()
        #expect(leftOut == ["revision", "status", "taskDefinitionArn"])
        #expect(
            members.jsonText()
                == #"{"family":"app","containerDefinitions":[{"name":"app","image":"i","essential":false,"cpu":0,"environment":["#
                + #"{"name":"EMPTY","value":""}]}]}"#)
        #expect(document.registration(keepingEmpty: ["volumes"]).members["volumes"] == .array([]))
    }

    @Test(
        "what is no task definition, and what names no container, is told with what there is",
        arguments: [
            (#"{"family":"#, "t.json is no task definition"), (#"{"family":"a"}"#, "it has no list \"containerDefinitions\""),
            (#"{"containerDefinitions":[{"name":"a","image":"b"}]}"#, "has no container \"app\"; it has \"a\""),
        ])
    func refusals(json: String, message: String) throws {
        let error = try #require(throws: DeploymentError.self) {
            var document = try document(json)
            try document.apply(TaskDefinitionChanges(image: "i"), to: "app")
        }
        #expect(error.message.contains(message), "\(error.message)")
    }

    @Test("lines that are no NAME=value are refused without showing them")
    func pairs() throws {
        let pairs = try TaskDefinitionChanges.pairs("\n A=1 \nB=c=d\n", of: "environment variable")
        #expect(pairs.map(\.name) == ["A", "B"])
        #expect(pairs.map(\.value) == ["1", "c=d"])
        let error = try #require(throws: DeploymentError.self) {
            try TaskDefinitionChanges.pairs("A=1\nhunter2", of: "environment variable")
        }
        #expect(error.message == "line 2 of the environment variables is not NAME=value")
    }

    @Test("imagedefinitions.json names an image for each container")
    func imageDefinitions() throws {
        let images = try ImageDefinitions.images(json: #"[{"name":"app","imageUri":"r/app:1"}]"#, name: "f")
        #expect(images.map(\.container) == ["app"])
        #expect(images.map(\.image) == ["r/app:1"])
        for wrong in ["{}", "[]", #"[{"name":"app"}]"#, "x"] {
            #expect(throws: DeploymentError.self) { try ImageDefinitions.images(json: wrong, name: "f") }
        }
    }
}
