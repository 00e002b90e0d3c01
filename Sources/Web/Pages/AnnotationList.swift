internal import Plan
internal import Store

/// The remarks that the steps of a run made, what is about one file together, and what several jobs say alike said once.
struct AnnotationList: Sendable {
    /// How many of each job are shown.
    static let limit = 100

    struct Remark: Sendable {
        var annotation: Annotation
        /// Those that made it, with the step that did.
        var makers: [(job: Int64, step: Int?)]
    }

    struct Group: Sendable {
        /// Nil for a remark that is about no file, or is the only one about its file.
        var file: String?
        var remarks: [Remark]
    }

    private(set) var groups: [Group] = []
    /// Whether a job made more than are shown.
    let isCut: Bool
    private let names: [Int64: String]

    /// - Parameter jobs: the ones that are shown; annotations of others are left out.
    init(_ annotations: [JobAnnotation], jobs: [Job]) {
        names = Dictionary(jobs.map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first })
        let known = names
        let shown = annotations.filter { known[$0.jobID] != nil }
        isCut = Dictionary(grouping: shown, by: \.jobID).values.contains { $0.count >= Self.limit }
        groups = Self.grouped(Self.merged(shown))
    }

    /// `3 errors, 1 warning`
    var counts: String { Self.counts(groups.flatMap(\.remarks)) }

    private static func merged(_ annotations: [JobAnnotation]) -> [Remark] {
        var remarks: [Remark] = []
        var places: [String: Int] = [:]
        for entry in annotations {
            var alike = entry.annotation
            alike.step = nil
            let key = "\(alike.level)\u{0}\(alike.title ?? "")\u{0}\(alike.message)\u{0}\(place(of: alike))"
            if let index = places[key] {
                remarks[index].makers.append((entry.jobID, entry.annotation.step))
            } else {
                places[key] = remarks.count
                remarks.append(Remark(annotation: alike, makers: [(entry.jobID, entry.annotation.step)]))
            }
        }
        return remarks
    }

    private static func grouped(_ remarks: [Remark]) -> [Group] {
        let files = Dictionary(grouping: remarks) { $0.annotation.file ?? "" }
        var done: Set<String> = []
        var groups: [Group] = []
        for remark in remarks {
            guard let file = remark.annotation.file, !file.isEmpty, let all = files[file], all.count > 1 else {
                groups.append(Group(remarks: [remark]))
                continue
            }
            guard done.insert(file).inserted else { continue }
            groups.append(
                Group(
                    file: file,
                    remarks: all.sorted {
                        ($0.annotation.line ?? 0, $0.annotation.column ?? 0)
                            < ($1.annotation.line ?? 0, $1.annotation.column ?? 0)
                    }))
        }
        return groups.enumerated().sorted { left, right in
            let (worse, better) = (gravity(of: left.element), gravity(of: right.element))
            return worse != better ? worse > better : left.offset < right.offset
        }.map(\.element)
    }

    private static func gravity(of group: Group) -> Int { group.remarks.map { gravity(of: $0.annotation.level) }.max() ?? 0 }

    private static func gravity(of level: Annotation.Level) -> Int {
        switch level {
        case .error: 2
        case .warning: 1
        case .notice: 0
        }
    }

    private static func counts(_ remarks: [Remark]) -> String {
        [(Annotation.Level.error, "error"), (.warning, "warning"), (.notice, "notice")].compactMap { level, word in
            let count = remarks.count { $0.annotation.level == level }
            return count == 0 ? nil : "\(count) \(word)\(count == 1 ? "" : "s")"
        }.joined(separator: ", ")
    }

    /// `app.py:3:7`, with as much as is known.
    static func place(of annotation: Annotation) -> String {
        guard let file = annotation.file, !file.isEmpty else { return "" }
        guard let line = annotation.line else { return file }
        return annotation.column.map { "\(file):\(line):\($0)" } ?? "\(file):\(line)"
    }
}

extension AnnotationList {
    var values: [PageValues] {
        groups.enumerated().map { index, group in
            [
                "index": index, "isGroup": group.file != nil, "file": group.file ?? "", "counts": Self.counts(group.remarks),
                // What is long is opened by those who want it, but for what broke the run.
                "isOpen": group.remarks.count <= 20 || Self.gravity(of: group) == 2,
                "remarks": group.remarks.map(line),
            ]
        }
    }

    private func line(_ remark: Remark) -> PageValues {
        let annotation = remark.annotation
        return [
            "level": annotation.level.rawValue, "message": annotation.message, "title": Filled(annotation.title),
            "place": Filled(Self.place(of: annotation)),
            "makers": remark.makers.prefix(3).map { job, step -> PageValues in
                [
                    "job": names[job] ?? "", "address": step.map { "/jobs/\(job)?step=\($0)#step-\($0)" } ?? "/jobs/\(job)",
                ]
            },
            "others": Filled(remark.makers.count > 3 ? "and \(remark.makers.count - 3) more" : nil),
        ]
    }
}
