/// A pattern as instructions for ``PatternRun``.
struct PatternProgram: Sendable {
    enum Instruction: Sendable {
        case set(ScalarSet)
        /// A single character: by far the most frequent set.
        case scalar(UInt32)
        /// Goes on at the first, and where that fails, at the second.
        case split(Int, Int)
        case jump(Int)
        /// Remembers the position in a slot: 2n is the start of group n, 2n+1 its end.
        case save(Int)
        case backreference(Int)
        case lineStart
        case lineEnd
        case wordBoundary(isNegated: Bool)
        /// What is looked for follows, up to its `match`; goes on at `next`.
        case lookahead(isNegated: Bool, next: Int)
        case match
    }

    private(set) var instructions: [Instruction] = []
    let groupCount: Int
    let ignoresCase: Bool
    /// What a backreference accepts depends on the way that led to it, so that no position may be taken as known.
    private(set) var hasBackreferences = false

    init(_ node: PatternNode, groupCount: Int, ignoresCase: Bool) throws(LinePatternError) {
        self.groupCount = groupCount
        self.ignoresCase = ignoresCase
        try append(.save(0))
        try add(node)
        try append(.save(1))
        try append(.match)
    }

    /// Whether a match can only be at the line's start.
    var isAnchored: Bool {
        guard instructions.count > 1, case .lineStart = instructions[1] else { return false }
        return true
    }

    private mutating func append(_ instruction: Instruction) throws(LinePatternError) {
        guard instructions.count < LinePattern.mostInstructions else { throw .tooLarge }
        instructions.append(instruction)
    }

    private mutating func add(_ node: PatternNode) throws(LinePatternError) {
        switch node {
        case .empty: break
        case .set(let set):
            if let range = set.ranges.first, set.ranges.count == 1, range.count == 1, !set.isNegated,
                !ignoresCase || ScalarSet.otherCase(of: range.lowerBound) == nil
            {
                try append(.scalar(range.lowerBound))
            } else {
                try append(.set(set))
            }
        case .sequence(let nodes): for node in nodes { try add(node) }
        case .alternatives(let nodes): try addAlternatives(nodes)
        case .repeated(let node, let minimum, let maximum, let isLazy):
            try addRepeated(node, minimum: minimum, maximum: maximum, isLazy: isLazy)
        case .group(let node, let number):
            if let number { try append(.save(2 * number)) }
            try add(node)
            if let number { try append(.save(2 * number + 1)) }
        case .backreference(let number):
            hasBackreferences = true
            try append(.backreference(number))
        case .lineStart: try append(.lineStart)
        case .lineEnd: try append(.lineEnd)
        case .wordBoundary(let isNegated): try append(.wordBoundary(isNegated: isNegated))
        case .lookahead(let node, let isNegated):
            let start = instructions.count
            try append(.lookahead(isNegated: isNegated, next: 0))
            try add(node)
            try append(.match)
            instructions[start] = .lookahead(isNegated: isNegated, next: instructions.count)
        }
    }

    private mutating func addAlternatives(_ nodes: [PatternNode]) throws(LinePatternError) {
        var jumps: [Int] = []
        for (index, node) in nodes.enumerated() {
            guard index + 1 < nodes.count else {
                try add(node)
                break
            }
            let split = instructions.count
            try append(.split(0, 0))
            try add(node)
            jumps.append(instructions.count)
            try append(.jump(0))
            instructions[split] = .split(split + 1, instructions.count)
        }
        for jump in jumps { instructions[jump] = .jump(instructions.count) }
    }

    private mutating func addRepeated(
        _ node: PatternNode, minimum: Int, maximum: Int?, isLazy: Bool
    ) throws(LinePatternError) {
        for _ in 0..<minimum { try add(node) }
        guard let maximum else {
            let split = instructions.count
            try append(.split(0, 0))
            try add(node)
            try append(.jump(split))
            instructions[split] = Self.split(split + 1, instructions.count, isLazy: isLazy)
            return
        }
        var splits: [Int] = []
        for _ in minimum..<maximum {
            splits.append(instructions.count)
            try append(.split(0, 0))
            try add(node)
        }
        for split in splits { instructions[split] = Self.split(split + 1, instructions.count, isLazy: isLazy) }
    }

    private static func split(_ body: Int, _ end: Int, isLazy: Bool) -> Instruction {
        isLazy ? .split(end, body) : .split(body, end)
    }
}
