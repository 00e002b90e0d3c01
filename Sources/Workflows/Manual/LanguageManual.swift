internal import Expressions
internal import Plan
internal import YAML

/// The page that says what of GitHub's language this version does, made from the tables that decide it.
public enum LanguageManual {
    /// The content of `docs/compatibility.md`.
    public static var markdown: String {
        [introduction, keys, events, actions, expressions, shells, limits].joined(separator: "\n")
    }

    private static let introduction = """
        # Compatibility

        What Slipway does with each part of GitHub's workflow language. This page is made from the tables that the checks and the
        planner use, and a test compares the two (`UPDATE_EXAMPLES=1 swift test --filter LanguageManualTests` writes it anew).

        | status | meaning |
        |---|---|
        | supported | works as on GitHub |
        | ignored | has no effect, for the reason given; `slipway check` says so at its line, and the run's page does |
        | refused | a run of a job that needs it ends before it starts, with the line |

        What GitHub refuses is refused: an unknown key, a wrong type, a context where it does not exist.

        """

    // MARK: Keys and events

    private static var keys: String {
        let rows = LanguageSupport.table.filter { !$0.key.hasPrefix("on.") }
        return "## Keys of a workflow file\n\n" + table(of: rows)
    }

    private static var events: String {
        var text = """
            ## Events

            `on` may be one event, a list, or a mapping. `schedule`, `workflow_run` and `workflow_call` come from Slipway itself,
            `push` also from looking at the repository; the others come from a forge's webhook, see
            [webhooks.md](webhooks.md). Of an event that is not received the filters are checked all the same.

            | event | status | activity types | other keys |
            |---|---|---|---|

            """
        for event in EventCatalog.events {
            let key = "on.\(event.name)"
            let status = LanguageSupport.status(of: key)
            let types = event.types.map { $0.joined(separator: ", ") } ?? "any"
            let others = event.name == "schedule" ? ["cron", "timezone"] : event.keys
            text +=
                "| `\(key)` | \(status.word)\(status.reason.map { ": \($0)" } ?? "") | \(types) | \(others.joined(separator: ", ")) |\n"
        }
        let declarations = LanguageSupport.table.filter { $0.key.hasPrefix("on.") && $0.key.contains("<") }
        return text + "\n" + table(of: declarations)
    }

    private static func table(of rows: [LanguageSupport.Entry]) -> String {
        rows.reduce("| key | status | |\n|---|---|---|\n") { text, row in
            let status = effectiveStatus(of: row)
            let remark = status.reason ?? LanguageSupport.notes[row.key] ?? ""
            return "\(text)| `\(row.key)` | \(status.word) | \(remark) |\n"
        }
    }

    /// A key inside of one that is refused, or has no effect, is not there for its own sake.
    private static func effectiveStatus(of row: LanguageSupport.Entry) -> LanguageSupport.Status {
        var parts = row.key.split(separator: ".")
        var status = row.status
        while parts.count > 1, status == .supported {
            parts.removeLast()
            let outer = parts.joined(separator: ".")
            switch LanguageSupport.status(of: outer) {
            case .supported: continue
            case .ignored: status = .ignored("as `\(outer)`")
            case .unsupported: status = .unsupported("as `\(outer)`")
            }
        }
        return status
    }

    private static var actions: String {
        var text = """
            ## Actions

            | `uses` | status | |
            |---|---|---|
            | a built-in action, of any version | supported | those below: no Node, no download |

            """
        for kind in ActionKind.allCases {
            text += "| `\(kind.form)` | supported | \(kind.explanation) |\n"
        }
        text += "\n| built in | inputs |\n|---|---|\n"
        for action in LanguageSupport.builtInActions {
            text += "| `\(action.name)` | \(list(action.inputs)) |\n"
        }
        let refused = RefusedBuildInputs.table.map { "`\($0.0)`: \($0.1)" }.joined(separator: "; ")
        text += """

            `\(RefusedBuildInputs.action)` refuses values of some inputs: \(refused). Where one is written out, `slipway check` tells it,
            and a run is refused before it begins; of a step or job with `if` or `continue-on-error` it is a warning only. Values of
            expressions are known when the step begins.

            """
        return text + "\n### Keys of `action.yml`\n\n" + table(of: LanguageSupport.actionTable)
    }

    // MARK: Expressions

    private static var expressions: String {
        var text = """
            ## Expressions

            Functions: \(list(ExpressionFunction.allCases.map { "\($0.rawValue)()" })). All but the special ones of this table exist
            wherever an expression may stand.

            | key | contexts | special functions |
            |---|---|---|

            """
        for place in ExpressionPlace.all + ExpressionPlace.actions {
            text +=
                "| `\(place.key)` | \(place.contexts.joined(separator: ", ")) | \(place.functions.joined(separator: ", ")) |\n"
        }
        return text
    }

    // MARK: The rest

    private static var shells: String {
        """
        ## Shells

        \(list(LanguageSupport.shells)) where the machine or the job's container has them, and any command line with `{0}` for the
        script's file. \(list(LanguageSupport.foreignShells)) are refused: they exist on Windows only.

        """
    }

    private static var limits: String {
        """
        ## Limits

        | what | at most |
        |---|---|
        | a file | \(YAMLLimits.standard.bytes >> 20) MiB, \(YAMLLimits.standard.nodes) values with every alias replaced, \(YAMLLimits.standard.depth) levels |
        | an expression, and a text with expressions in it | \(SyntaxContext.expressionLimit) characters, \(Expression.maximumDepth) levels |
        | the jobs of a matrix | \(MatrixExpansion.limit) |
        | workflows that call each other | \(CallReader.levels) levels, the first one included |
        | different workflows that one file calls, directly or through others | \(CallReader.workflowLimit) |
        | jobs of a file as they are written, with those of the workflows that it calls | \(CallReader.jobLimit) |
        | inputs of `workflow_dispatch` | \(InputCheck.limit) |

        """
    }

    private static func list(_ words: [String]) -> String { words.map { "`\($0)`" }.joined(separator: ", ") }
}

extension LanguageSupport.Status {
    var word: String {
        switch self {
        case .supported: "supported"
        case .ignored: "ignored"
        case .unsupported: "refused"
        }
    }

    var reason: String? {
        switch self {
        case .supported: nil
        case .ignored(let reason), .unsupported(let reason): reason
        }
    }
}
