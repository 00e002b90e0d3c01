/// What scikit-learn's `classification_report` measures of each class.
enum ClassificationReport {
    static let columns: Set<String> = ["precision", "recall", "f1-score", "support"]
    /// Of all classes together, which a frame of pandas has as a row of its own, with the value in each column.
    static let accuracy = "accuracy"

    /// Whether these are the values of the row `accuracy`, and not of a class that has this name.
    static func isAccuracy(_ values: [Double?]) -> Bool {
        guard values.count == columns.count, let first = values.first, first != nil else { return false }
        return values.allSatisfy { $0 == first }
    }
}
