public import Expressions

/// Turns an evaluated `matrix` into its cells, by GitHub's rules:
/// the product of the axes in their order (the first axis varies slowest), less what `exclude` matches; then each
/// `include` is merged into every original cell whose axis values it does not overwrite, or becomes a cell of its own.
///
/// See "Running variations of jobs in a workflow" in GitHub's manual.
public enum MatrixExpansion {
    /// The most jobs that one matrix may yield, as on GitHub.
    public static let limit = 256

    public struct Failure: Error, Equatable, Sendable {
        public var message: String
    }

    /// - Returns: the cells in GitHub's order; each holds the values of one job's `matrix` context.
    /// - Throws: `Failure` where the value is no matrix, an axis is no list or is empty, or there are over 256 cells.
    public static func cells(of matrix: ExpressionValue) throws(Failure) -> [ExpressionObject] {
        guard case .object(let object) = matrix else {
            throw Failure(message: "a matrix must be a mapping of lists, found \(matrix.kindName)")
        }
        var axes: [(name: String, values: [ExpressionValue])] = []
        var includes: [ExpressionObject] = []
        var excludes: [ExpressionObject] = []
        for (name, value) in object.pairs {
            switch name.lowercased() {
            case "include": includes = try combinations(value, of: "include")
            case "exclude": excludes = try combinations(value, of: "exclude")
            default: axes.append((name, try axisValues(value, of: name)))
            }
        }
        let product = try self.product(of: axes).filter { cell in !excludes.contains { matches(cell, exclusion: $0) } }
        let cells = merge(includes, into: product, axes: axes.map(\.name))
        guard !cells.isEmpty else { throw Failure(message: "the matrix has no combination left") }
        guard cells.count <= limit else {
            throw Failure(message: "the matrix yields \(cells.count) jobs, at most \(limit) are allowed")
        }
        return cells
    }

    private static func axisValues(_ value: ExpressionValue, of name: String) throws(Failure) -> [ExpressionValue] {
        guard case .array(let values) = value else {
            throw Failure(message: "matrix axis \"\(name)\" must be a list, found \(value.kindName)")
        }
        guard !values.isEmpty else { throw Failure(message: "matrix axis \"\(name)\" has no values") }
        return values
    }

    private static func combinations(_ value: ExpressionValue, of name: String) throws(Failure) -> [ExpressionObject] {
        if case .null = value { return [] }
        if case .string("") = value { return [] }
        guard case .array(let values) = value else {
            throw Failure(message: "matrix \"\(name)\" must be a list of mappings, found \(value.kindName)")
        }
        var objects: [ExpressionObject] = []
        for value in values {
            guard case .object(let object) = value else {
                throw Failure(message: "matrix \"\(name)\" must be a list of mappings, found \(value.kindName) in it")
            }
            objects.append(object)
        }
        return objects
    }

    private static func product(of axes: [(name: String, values: [ExpressionValue])]) throws(Failure) -> [ExpressionObject] {
        guard !axes.isEmpty else { return [] }
        var cells = [ExpressionObject()]
        for axis in axes {
            // Bounded before it is built: ten axes of ten values would not fit in memory.
            guard cells.count * axis.values.count <= limit * 64 else {
                throw Failure(message: "the matrix yields far more than \(limit) jobs")
            }
            cells = cells.flatMap { cell in
                axis.values.map { value in
                    var extended = cell
                    extended[axis.name] = value
                    return extended
                }
            }
        }
        return cells
    }

    private static func merge(
        _ includes: [ExpressionObject], into product: [ExpressionObject], axes: [String]
    ) -> [ExpressionObject] {
        var cells = product
        var added: [ExpressionObject] = []
        for include in includes {
            var found = false
            for index in product.indices {
                let overwrites = axes.contains { axis in
                    guard let wanted = include[axis] else { return false }
                    return !covers(product[index][axis], wanted)
                }
                if overwrites { continue }
                found = true
                for (name, value) in include.pairs { cells[index][name] = value }
            }
            if !found { added.append(include) }
        }
        return cells + added
    }

    private static func matches(_ cell: ExpressionObject, exclusion: ExpressionObject) -> Bool {
        !exclusion.isEmpty && exclusion.pairs.allSatisfy { name, value in covers(cell[name], value) }
    }

    /// Whether `value` is what a filter asks for; of an object, only the members that the filter names are compared.
    private static func covers(_ value: ExpressionValue?, _ wanted: ExpressionValue) -> Bool {
        guard let value else { return false }
        switch (value, wanted) {
        case (.object(let object), .object(let partial)):
            return partial.pairs.allSatisfy { name, member in covers(object[name], member) }
        case (.array(let values), .array(let others)):
            return values.count == others.count && zip(values, others).allSatisfy { covers($0, $1) }
        case (.string(let left), .string(let right)):
            return left.lowercased() == right.lowercased()
        case (.string, .number), (.number, .string), (.string, .boolean), (.boolean, .string):
            return value.displayString == wanted.displayString
        default:
            return value == wanted
        }
    }
}
