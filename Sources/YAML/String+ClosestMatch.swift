extension Sequence<String> {
    /// The word that was most likely meant by a misspelled one, or nil where none is near.
    ///
    /// Near is: the same but for case, `-` and `_`; or at most one edit in three letters away, where an edit is a letter
    /// added, left out, changed, or swapped with its neighbour.
    public func closestMatch(to word: String) -> String? {
        // Longer than any name: not worth the quadratic comparison.
        guard word.utf8.count <= 64 else { return nil }
        let plain = word.spellingKey
        var best: (word: String, distance: Int)?
        for candidate in self {
            let distance = candidate.spellingKey == plain ? 0 : word.editDistance(to: candidate)
            guard distance <= Swift.max(1, Swift.min(word.count, candidate.count) / 3) else { continue }
            if distance < best?.distance ?? .max { best = (candidate, distance) }
        }
        return best?.word
    }
}

extension String {
    fileprivate var spellingKey: String { lowercased().filter { $0 != "-" && $0 != "_" } }

    /// Optimal string alignment distance.
    fileprivate func editDistance(to other: String) -> Int {
        let left = Array(unicodeScalars)
        let right = Array(other.unicodeScalars)
        guard !left.isEmpty, !right.isEmpty else { return max(left.count, right.count) }
        var beforePrevious: [Int] = []
        var previous = Array(0...right.count)
        for row in 1...left.count {
            var current = [row]
            for column in 1...right.count {
                let change = left[row - 1] == right[column - 1] ? 0 : 1
                var cost = Swift.min(previous[column] + 1, current[column - 1] + 1, previous[column - 1] + change)
                let isSwap =
                    row > 1 && column > 1 && left[row - 1] == right[column - 2] && left[row - 2] == right[column - 1]
                if isSwap { cost = Swift.min(cost, beforePrevious[column - 2] + 1) }
                current.append(cost)
            }
            beforePrevious = previous
            previous = current
        }
        return previous[right.count]
    }
}
