internal import ArgumentParser
internal import FoundationEssentials
internal import LogText

/// `slipway debug mask`: a text as a log would show it.
struct DebugMask: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mask", abstract: "Print standard input with every secret masked.")

    @Option(help: "A JSON array with the secrets, in a file, so that they are in no list of processes.")
    var secrets: String

    func run() throws {
        let content = try InputFile.bytes(secrets)
        guard let list = try? JSONDecoder().decode([String].self, from: Data(content)) else {
            throw CommandFailure(.usage, "\(secrets) does not hold secrets: a JSON array of texts is expected")
        }
        var text = try InputFile.standardInput()
        SecretMasker(secrets: list).mask(&text)
        Terminal.write(bytes: text)
    }
}
