/// A step of a compiled filter pattern.
enum FilterInstruction: Sendable, Hashable {
    case scalar(Unicode.Scalar)
    case set([ClosedRange<Unicode.Scalar>])
    /// Any character but a slash.
    case withinFolder
    case anything
    /// Go on at both places.
    case split(Int, Int)
    case jump(Int)
    case accept

    func takes(_ scalar: Unicode.Scalar) -> Bool {
        switch self {
        case .scalar(let wanted): scalar == wanted
        case .set(let ranges): ranges.contains { $0.contains(scalar) }
        case .withinFolder: scalar != "/"
        case .anything: true
        case .split, .jump, .accept: false
        }
    }
}

/// Follows all ways through a compiled pattern at once, so that no pattern is slow.
struct FilterMatcher {
    let program: [FilterInstruction]

    func matches(_ text: String) -> Bool {
        var current: Set<Int> = []
        enter(0, into: &current)
        for scalar in text.unicodeScalars {
            var next: Set<Int> = []
            for place in current where program[place].takes(scalar) { enter(place + 1, into: &next) }
            if next.isEmpty { return false }
            current = next
        }
        return current.contains { program[$0] == .accept }
    }

    private func enter(_ place: Int, into places: inout Set<Int>) {
        var waiting = [place]
        while let place = waiting.popLast() {
            guard places.insert(place).inserted else { continue }
            switch program[place] {
            case .split(let first, let second): waiting += [first, second]
            case .jump(let target): waiting.append(target)
            case .scalar, .set, .withinFolder, .anything, .accept: break
            }
        }
    }
}
