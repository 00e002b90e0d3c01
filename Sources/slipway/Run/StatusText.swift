/// How a run, a job or a step is, in a symbol and a word.
enum StatusText {
    /// - Parameter turn: what a run waits for that waits for nothing but a person: `approval` or `pause`.
    static func cell(status: String, conclusion: String?, turn: String? = nil) -> TextTable.Cell {
        if let turn {
            let words = turn == "pause" ? "running, stands still" : "running, waits for \(turn.printable)"
            return TextTable.Cell("○ \(words)", .yellow)
        }
        let word = conclusion ?? status
        let (symbol, color): (String, TextColor?) =
            switch word {
            case "success": ("✓", .green)
            case "failure", "refused", "timed_out": ("✗", .red)
            case "lost": ("?", .red)
            case "cancelled": ("⊘", .yellow)
            case "skipped": ("–", .faint)
            case "running": ("●", .blue)
            case "queued", "waiting": ("○", .yellow)
            default: ("·", nil)
            }
        return TextTable.Cell("\(symbol) \(word.replacing("_", with: " "))", color)
    }

    static func text(status: String, conclusion: String?, turn: String? = nil) -> String {
        let cell = cell(status: status, conclusion: conclusion, turn: turn)
        return cell.color?.applied(to: cell.text) ?? cell.text
    }
}
