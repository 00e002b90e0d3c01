/// Numbers that look random and are the same every time.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: Int) {
        state = UInt64(seed) &* 977 &+ 13
    }

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state ^ (state >> 29)
    }
}

/// A sound workflow that no two seeds have alike, line by line, and the lines behind which something may be put.
struct GeneratedWorkflow {
    /// A level of the file, by what a line of it belongs to.
    enum Level: CaseIterable {
        case top, job, step
    }

    private(set) var lines: [String] = []
    /// The lines behind which a key of a level may stand, with its indentation.
    private(set) var places: [(level: Level, line: Int, indentation: Int)] = []
    private var generator: SeededGenerator
    private var jobs: [String] = []

    init(seed: Int) {
        generator = SeededGenerator(seed: seed)
        writeTop()
        for index in 0..<number(1...5) { writeJob("job\(index)") }
    }

    var text: String { lines.map { "\($0)\n" }.joined() }

    /// The text with a line behind one of a level; the number of that line.
    func text(with snippet: String, at level: Level, choosing generator: inout SeededGenerator) -> (text: String, line: Int) {
        let candidates = places.filter { $0.level == level }
        let place = candidates[Int.random(in: 0..<candidates.count, using: &generator)]
        var lines = lines
        let indentation = String(repeating: " ", count: place.indentation)
        lines.insert(contentsOf: snippet.split(separator: "\n").map { indentation + $0 }, at: place.line)
        return (lines.map { "\($0)\n" }.joined(), place.line + 1)
    }

    // MARK: Choices

    private mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }
    private mutating func chance(_ percent: Int) -> Bool { number(1...100) <= percent }
    private mutating func one(_ choices: [String]) -> String { choices[number(0...choices.count - 1)] }

    private mutating func write(_ indentation: Int, _ line: String) {
        lines.append(String(repeating: " ", count: indentation) + line)
    }

    // MARK: The file

    private mutating func writeTop() {
        write(0, "name: \(one(["Build", "\"quoted: name\"", "'it''s'", "Prüfung"]))")
        places.append((.top, lines.count, 0))
        switch number(0...3) {
        case 0: write(0, "on: \(one(["push", "[push, pull_request]", "workflow_dispatch"]))")
        case 1: write(0, "on: {push: {branches: [main, 'r/**'], paths-ignore: ['**.md']}, schedule: [{cron: '*/15 3 * * MON'}]}")
        default:
            write(0, "on:")
            write(2, "push:")
            write(4, "tags: [\"v[0-9]+\"]")
            write(2, "workflow_dispatch:")
            write(4, "inputs:")
            write(6, "level: {type: choice, options: [low, high], default: \(one(["low", "high"]))}")
        }
        if chance(40) { write(0, "env: {A: \(number(0...99)), B: \"${{ github.ref_name }}\", C: 3.10}") }
        if chance(30) { write(0, "concurrency: {group: \"g-${{ github.ref }}\", cancel-in-progress: \(one(["true", "false"]))}") }
        if chance(30) { write(0, "permissions: \(one(["read-all", "{contents: read}", "{}"]))") }
        write(0, "jobs:")
    }

    private mutating func writeJob(_ id: String) {
        write(2, "\(id):")
        places.append((.job, lines.count, 4))
        write(4, "runs-on: \(one(["ubuntu-latest", "[self-hosted, gpu]", "${{ vars.RUNNER || 'linux' }}", "{labels: [a]}"]))")
        if !jobs.isEmpty, chance(60) { write(4, "needs: [\(one(jobs))]") }
        if chance(30) { write(4, "if: \(one(["always()", "${{ github.event_name == 'push' }}", "\"!cancelled()\""]))") }
        if chance(40) { writeMatrix() }
        if chance(25) { write(4, "container: {image: \"python:3\", env: {A: b}, options: --cpus 1}") }
        if chance(25) { write(4, "services: {redis: {image: redis, ports: [6379, '8080:80']}}") }
        if chance(25) { write(4, "timeout-minutes: \(number(1...90))") }
        if chance(25) { write(4, "outputs: {o: \"${{ steps.s0.outputs.o }}\"}") }
        write(4, "steps:")
        for index in 0..<number(1...6) { writeStep(index) }
        jobs.append(id)
    }

    private mutating func writeMatrix() {
        write(4, "strategy:")
        write(6, "fail-fast: \(one(["true", "false", "${{ github.ref == 'x' }}"]))")
        write(6, "matrix:")
        write(8, "os: [\(one(["linux", "a, b", "1, 2.50, true"]))]")
        if chance(50) { write(8, "include: [{os: extra, more: {deep: [x, {y: z}]}}]") }
    }

    private mutating func writeStep(_ index: Int) {
        switch number(0...4) {
        case 0:
            write(6, "- uses: actions/checkout@v4")
            places.append((.step, lines.count, 8))
            if chance(50) { write(8, "with: {fetch-depth: \(number(0...5)), path: src}") }
        case 1:
            write(6, "- id: s\(index)")
            places.append((.step, lines.count, 8))
            write(8, "run: |")
            write(10, "echo \"o=${{ github.sha }}\" >> \"$GITHUB_OUTPUT\"")
            write(10, "")
            write(10, "make # not a comment of YAML")
        case 2:
            write(6, "- name: Fold \(number(1...9))")
            places.append((.step, lines.count, 8))
            write(8, "shell: \(one(["bash", "sh", "python", "'perl {0}'"]))")
            write(8, "run: >-")
            write(10, "one two")
            write(10, "three")
        case 3:
            write(
                6,
                "- {if: \"failure() && hashFiles('a/**') != ''\", run: \"x\", env: {D: \"${{ env.A }}\"}, continue-on-error: true}"
            )
        default: write(6, "- parallel: [{run: a}, {uses: ./tool}]")
        }
    }
}
