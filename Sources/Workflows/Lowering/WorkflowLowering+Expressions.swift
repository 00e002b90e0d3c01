internal import Expressions
internal import Plan

// `strategy: ${{ … }}` and `defaults: {run: ${{ … }}}` yield a mapping whose members mean what the written keys mean. Each
// member becomes an expression of its own, so that nothing that runs a plan has to know the two forms.

extension WorkflowStrategy {
    var plan: StrategyPlan {
        guard let whole = expression?.template.loneExpression else {
            return StrategyPlan(matrix: matrix?.tree, failFast: failFast?.template, maxParallel: maxParallel?.template)
        }
        return StrategyPlan(
            matrix: whole.member("matrix").map(TemplateTree.template),
            // Only a false that is there turns it off; null, which a missing member is, equals false.
            failFast: Template(expression: "toJSON((\(whole.source))['fail-fast']) != 'false'"),
            maxParallel: whole.member("max-parallel"))
    }
}

extension WorkflowDefaults {
    /// What a job's steps use: the job's own defaults, then those of its file.
    func plan(over outer: WorkflowDefaults) -> StepDefaults {
        guard let whole = expression?.template.loneExpression else {
            return StepDefaults(
                shell: (shell ?? outer.shell)?.template,
                workingDirectory: (workingDirectory ?? outer.workingDirectory)?.template)
        }
        return StepDefaults(
            shell: whole.member("shell", otherwise: outer.shell?.template),
            workingDirectory: whole.member("working-directory", otherwise: outer.workingDirectory?.template))
    }
}

extension Template {
    /// The expression where that is all there is.
    fileprivate var loneExpression: Expression? { expressions.count == 1 && segments.count == 1 ? expressions[0] : nil }

    /// Nil where the text is no sound expression: it was nested as deep as one may be already.
    fileprivate init?(expression: String) {
        guard let template = try? Template(parsing: "${{ \(expression) }}") else { return nil }
        self = template
    }
}

extension Expression {
    /// One member of the mapping that it yields.
    ///
    /// - Parameter otherwise: a literal text for where there is none.
    fileprivate func member(_ name: String, otherwise: Template? = nil) -> Template? {
        let text = otherwise?.literalText.map { " || '\($0.replacing("'", with: "''"))'" } ?? ""
        return Template(expression: "(\(source))['\(name)']\(text)")
    }
}
