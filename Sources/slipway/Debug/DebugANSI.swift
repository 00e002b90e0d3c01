internal import ArgumentParser
internal import LogText

/// `slipway debug ansi`: lines with terminal escape sequences as the page shows them.
struct DebugANSI: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ansi", abstract: "Render standard input as the HTML of a log page.")

    func run() throws {
        var renderer = ANSIRenderer()
        for line in try InputFile.standardInputLines() {
            Terminal.write(line: renderer.html(line: line))
        }
    }
}
