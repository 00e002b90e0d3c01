internal import ArgumentParser

/// `slipway completion`: a script that completes the command line.
struct ShellCompletion: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "completion", abstract: "Print a script that completes commands in a shell.",
        discussion: "For bash: slipway completion bash > /etc/bash_completion.d/slipway")

    enum Shell: String, CaseIterable, ExpressibleByArgument {
        case bash
        case zsh
        case fish

        var completionShell: CompletionShell {
            switch self {
            case .bash: .bash
            case .zsh: .zsh
            case .fish: .fish
            }
        }
    }

    @Argument(help: "The shell.")
    var shell: Shell

    func run() throws {
        Terminal.write(line: SlipwayCommand.completionScript(for: shell.completionShell))
    }
}
