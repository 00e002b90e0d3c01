/// The comparison of one line with a pattern.
///
/// It tries the ways in the order in which JavaScript would, and remembers every pair of instruction and position that it has
/// been at: what failed there once fails there again. So it takes at most as many steps as the pattern has instructions, times
/// the line's length, however the pattern is written. A pattern with backreferences can't use that memory; the limit of steps
/// ends it. So do the repeated looks ahead of an evil pattern.
struct PatternRun {
    private enum Task {
        case explore(instruction: Int, position: Int)
        case restore(slot: Int, value: Int)
    }

    private let program: PatternProgram
    private let line: [UInt32]
    private var slots: [Int]
    private var stepsLeft = LinePattern.mostSteps

    init(_ program: PatternProgram, line: [UInt32]) {
        self.program = program
        self.line = line
        slots = Array(repeating: -1, count: 2 * (program.groupCount + 1))
    }

    /// The positions of the groups, two each, -1 where a group took no part; nil where the line does not match.
    mutating func firstMatch() throws(LinePatternError) -> [Int]? {
        var visited = VisitedStates(program: program, lineLength: line.count)
        for start in 0...line.count {
            if try run(from: 0, at: start, visited: &visited) { return slots }
            if program.isAnchored { break }
        }
        return nil
    }

    private mutating func run(
        from instruction: Int, at position: Int, visited: inout VisitedStates
    ) throws(LinePatternError) -> Bool {
        var tasks = [Task.explore(instruction: instruction, position: position)]
        while let task = tasks.popLast() {
            switch task {
            case .restore(let slot, let value): slots[slot] = value
            case .explore(let instruction, let position):
                if try explore(instruction, position, tasks: &tasks, visited: &visited) { return true }
            }
        }
        return false
    }

    /// Follows one way until it matches or fails; ways to be tried after it are added to `tasks`.
    private mutating func explore(
        _ instruction: Int, _ position: Int, tasks: inout [Task], visited: inout VisitedStates
    ) throws(LinePatternError) -> Bool {
        var instruction = instruction
        var position = position
        while true {
            stepsLeft -= 1
            guard stepsLeft > 0 else { throw .tooSlow }
            guard visited.insert(instruction, position) else { return false }
            switch program.instructions[instruction] {
            case .scalar(let scalar):
                guard position < line.count, line[position] == scalar else { return false }
                position += 1
            case .set(let set):
                guard position < line.count, set.contains(line[position], ignoringCase: program.ignoresCase) else { return false }
                position += 1
            case .split(let first, let second):
                tasks.append(.explore(instruction: second, position: position))
                instruction = first
                continue
            case .jump(let target):
                instruction = target
                continue
            case .save(let slot):
                tasks.append(.restore(slot: slot, value: slots[slot]))
                slots[slot] = position
            case .backreference(let number):
                guard let end = endOfRepetition(of: number, at: position) else { return false }
                position = end
            case .lineStart: guard position == 0 else { return false }
            case .lineEnd: guard position == line.count else { return false }
            case .wordBoundary(let isNegated): guard isWordBoundary(position) != isNegated else { return false }
            case .lookahead(let isNegated, let next):
                guard try looksAhead(from: instruction + 1, at: position, isNegated: isNegated, tasks: &tasks) else {
                    return false
                }
                instruction = next
                continue
            case .match: return true
            }
            instruction += 1
        }
    }

    private mutating func looksAhead(
        from instruction: Int, at position: Int, isNegated: Bool, tasks: inout [Task]
    ) throws(LinePatternError) -> Bool {
        let before = slots
        var visited = VisitedStates(program: program, lineLength: line.count)
        let found = try run(from: instruction, at: position, visited: &visited)
        guard found, !isNegated else {
            slots = before
            return found != isNegated
        }
        for slot in slots.indices where slots[slot] != before[slot] {
            tasks.append(.restore(slot: slot, value: before[slot]))
        }
        return true
    }

    /// A group that took no part is repeated by nothing.
    private func endOfRepetition(of number: Int, at position: Int) -> Int? {
        let (start, end) = (slots[2 * number], slots[2 * number + 1])
        guard start >= 0, end >= start else { return position }
        let count = end - start
        guard position + count <= line.count else { return nil }
        for index in 0..<count where !isEqual(line[start + index], line[position + index]) { return nil }
        return position + count
    }

    private func isEqual(_ left: UInt32, _ right: UInt32) -> Bool {
        left == right || (program.ignoresCase && ScalarSet.otherCase(of: left) == right)
    }

    private func isWordBoundary(_ position: Int) -> Bool {
        func isWord(_ index: Int) -> Bool {
            line.indices.contains(index) && ScalarSet.word.contains(line[index], ignoringCase: false)
        }
        return isWord(position - 1) != isWord(position)
    }
}

/// Which instructions have been tried at which positions.
private struct VisitedStates {
    private var bits: [UInt64]
    private let width: Int

    init(program: PatternProgram, lineLength: Int) {
        width = lineLength + 1
        bits = program.hasBackreferences ? [] : Array(repeating: 0, count: (program.instructions.count * width + 63) / 64)
    }

    /// False where it was tried before.
    mutating func insert(_ instruction: Int, _ position: Int) -> Bool {
        guard !bits.isEmpty else { return true }
        let index = instruction * width + position
        let mask: UInt64 = 1 << UInt64(index & 63)
        guard bits[index >> 6] & mask == 0 else { return false }
        bits[index >> 6] |= mask
        return true
    }
}
