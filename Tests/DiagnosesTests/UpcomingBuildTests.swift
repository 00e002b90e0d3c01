import Execution
import Foundation
import Testing

@testable import Diagnoses

struct UpcomingBuildTests {
    private static func build(_ text: String, _ environment: [String: String] = [:]) -> DockerBuildCommand? {
        let commands = ShellReader(text, environment: environment).commands
        return commands.lazy.compactMap { DockerBuildCommand($0, environment: environment) }.first
    }

    @Test("a build's context, Dockerfile, target and arguments are read from its command line")
    func commandLine() throws {
        let plain = try #require(Self.build("docker build -t $REPOSITORY:$TAG ."))
        #expect(plain.context == "." && plain.dockerfile == nil && plain.target == nil)
        let whole = try #require(
            Self.build(
                """
                DOCKER_BUILDKIT=1 sudo docker buildx build --push --platform linux/amd64 \\
                  --file=docker/Dockerfile --target "$STAGE" --build-arg VERSION=1.2 --build-arg "MODEL=${MODEL}" \\
                  --build-arg=SECRET="$UNKNOWN" --build-arg HOME_TOWN --label "a=$(date)" -tapp:1 'my app'  # comment
                """, ["STAGE": "run", "MODEL": "a.pkl", "HOME_TOWN": "x"]))
        #expect(whole.context == "my app" && whole.dockerfile == "docker/Dockerfile" && whole.target == "run")
        #expect(whole.arguments == ["VERSION": "1.2", "MODEL": "a.pkl", "SECRET": nil, "HOME_TOWN": "x"])
        #expect(Self.build("docker image build --pull=false -q -f- .") == nil)
        #expect(
            Self.build("docker image build --rm=false -q -fDockerfile.gpu $DIR", ["DIR": "app"])?.dockerfile == "Dockerfile.gpu")
    }

    @Test(
        "a build of which not all is known is left alone",
        arguments: [
            "docker build $CONTEXT", "docker build $OPTIONS .", "docker build -f $FILE .", "docker build --target `x` .",
            "docker build -", "docker build https://example.com/x.git", "docker build . extra", "docker build --new-option x .",
            "docker build", "docker run build .", "if true; then docker build .; fi", "docker build \"$(pwd)\"",
            "docker build ~/app",
            "make() {\n docker build .\n}", "cat <<END\ndocker build .\nEND", "echo 'docker build .'",
            "DIR=app; docker build $DIR",
            "docker build --build-arg \"$PAIR\" .",
        ])
    func unknown(_ text: String) {
        #expect(Self.build(text, ["DIR": "other"]) == nil)
    }

    /// A workspace with what a build needs, but for the model.
    private struct Scene {
        let folder = FileManager.default.temporaryDirectory.appending(path: "upcoming-\(UUID().uuidString)")

        func write(_ path: String, _ text: String) throws {
            let file = folder.appending(path: path)
            try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
        }

        func foreseen(_ text: String, in directory: String = "/w", _ environment: [String: String] = [:]) -> [ForeseenFailure] {
            let place = WorkplaceFolders.Place(inside: "/w", outside: folder.path)
            let folders = WorkplaceFolders(workspace: place, temporary: place, tools: place, actions: place)
            return KnownFailures().foreseen(in: text, folders: folders) {
                ShellPlace(environment: environment, workingDirectory: directory)
            }
        }

        func remove() { try? FileManager.default.removeItem(at: folder) }
    }

    @Test("a file that an ignore file hides is told before the build, with the line")
    func hidden() throws {
        let scene = Scene()
        defer { scene.remove() }
        try scene.write("service/Dockerfile", "FROM x\nCOPY app.py .\nCOPY models/model.pkl .\n")
        try scene.write("service/.dockerignore", "# large\n*.csv\nmodels\n")
        try scene.write("service/app.py", "")
        try scene.write("service/models/model.pkl", "")
        for (text, directory) in [
            ("docker build -t a:$TAG service", "/w"), ("cd service && docker build -t a .", "/w"),
            ("docker build .", "/w/service"),
            (
                "set -e\necho Building\nTAG=$(git rev-parse --short HEAD)\ndocker build -t a:$TAG -f service/Dockerfile ./service/",
                "/w"
            ),
            (
                "aws ecr get-login-password | docker login --password-stdin $REGISTRY >/dev/null 2>&1\ndocker build -f Dockerfile ../service",
                "/w/service"
            ),
        ] {
            let failures = scene.foreseen(text, in: directory)
            #expect(failures.count == 1, "\(text)")
            #expect(failures.first?.title == "A file of the Dockerfile is not in the build context")
            #expect(
                failures.first?.message.contains(
                    #"service/Dockerfile:3: COPY of "models/model.pkl": line 3 of .dockerignore ("models")"#) == true, "\(text)")
        }
        try scene.write("service/.dockerignore", "")
        #expect(scene.foreseen("docker build service").isEmpty)
    }

    @Test("a Dockerfile outside of its context has its own ignore file")
    func separate() throws {
        let scene = Scene()
        defer { scene.remove() }
        try scene.write("docker/api.Dockerfile", "FROM x\nCOPY model.pkl .\n")
        try scene.write("docker/api.Dockerfile.dockerignore", "*.pkl\n")
        try scene.write("app/model.pkl", "")
        let failures = scene.foreseen("docker build -f docker/api.Dockerfile app")
        #expect(failures.first?.message.contains(#"line 1 of the Dockerfile's own ignore file ("*.pkl")"#) == true)
        try FileManager.default.removeItem(at: scene.folder.appending(path: "docker/api.Dockerfile.dockerignore"))
        #expect(scene.foreseen("docker build -f docker/api.Dockerfile app").isEmpty)
    }

    @Test(
        "a missing file is told only where nothing before the build may make it",
        arguments: [
            ("docker build .", true), ("docker pull x || true\ndocker build .", true),
            ("docker build . || docker build other", false),
            ("aws s3 cp s3://models/model.pkl .\ndocker build .", false), ("python train.py && docker build .", false),
            ("echo x > model.pkl; docker build .", false), ("MODEL=$(make model); docker build .", false),
            ("docker login && docker build . && docker push x", true), ("cd elsewhere && docker build .", false),
            ("docker build --build-arg MODEL=model.pkl .", true), ("docker build --build-arg MODEL=app.py .", false),
            ("docker build --build-arg MODEL=$UNKNOWN .", false),
        ])
    func missing(_ text: String, isTold: Bool) throws {
        let scene = Scene()
        defer { scene.remove() }
        try scene.write("Dockerfile", "FROM x\nARG MODEL=model.pkl\nCOPY ${MODEL:-x} .\n")
        try scene.write(".gitignore", "*.pkl\n")
        try scene.write("app.py", "")
        let failures = scene.foreseen(text)
        #expect(failures.isEmpty != isTold, "\(failures)")
        if isTold { #expect(failures.first?.message.contains(#"line 1 of .gitignore ("*.pkl")"#) == true) }
    }

    @Test(
        "any text is read to an end",
        arguments: ["'", "\"", "$(", "${", "\\", "a \\", "$(\\", "<", "2>", "`", "a=", "&&", "||\n|", ";;"])
    func anything(_ text: String) {
        _ = ShellReader(text, environment: [:]).commands
        _ = ShellReader("docker build " + text, environment: [:]).commands
    }
}
