internal import Plan

/// The lines that tests reached, by file.
struct LineCoverage {
    private struct Line {
        var isCovered: Bool
        var branches: Int32
        var branchesCovered: Int32
    }

    private var byFile: [String: [Int32: Line]] = [:]
    private let mostFiles: Int
    private var linesLeft: Int
    private(set) var isCut = false

    init(mostFiles: Int = 20_000, mostLines: Int = 2_000_000) {
        self.mostFiles = mostFiles
        linesLeft = mostLines
    }

    mutating func add(_ file: String, line: Int, isCovered: Bool, branches: Int, branchesCovered: Int) {
        guard let number = Int32(exactly: line) else { return }
        let all = Int32(clamping: max(branches, 0))
        let covered = min(Int32(clamping: max(branchesCovered, 0)), all)
        if let known = byFile[file]?[number] {
            byFile[file]?[number] = Line(
                isCovered: known.isCovered || isCovered, branches: max(known.branches, all),
                branchesCovered: max(known.branchesCovered, covered))
            return
        }
        guard linesLeft > 0, byFile[file] != nil || byFile.count < mostFiles else {
            isCut = true
            return
        }
        linesLeft -= 1
        byFile[file, default: [:]][number] = Line(isCovered: isCovered, branches: all, branchesCovered: covered)
    }

    var files: [CoveredFile] { byFile.map { CoveredFile(path: $0.key, counts: Self.counts(of: $0.value)) } }

    var total: CoverageCounts { byFile.values.reduce(CoverageCounts()) { $0 + Self.counts(of: $1) } }

    private static func counts(of lines: [Int32: Line]) -> CoverageCounts {
        lines.values.reduce(into: CoverageCounts()) { counts, line in
            counts.lines += 1
            if line.isCovered { counts.linesCovered += 1 }
            counts.branches += Int(line.branches)
            counts.branchesCovered += Int(line.branchesCovered)
        }
    }
}
