/// How a run, a job or a step is, in a symbol and a word.
enum StatusText {
    static func cell(status: String, conclusion: String?) -> TextTable.Cell {
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

    static func text(status: String, conclusion: String?) -> String {
        let cell = cell(status: status, conclusion: conclusion)
        return cell.color?.applied(to: cell.text) ?? cell.text
    }
}
