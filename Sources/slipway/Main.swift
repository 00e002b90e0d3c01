internal import Daemon
internal import Dispatch
internal import Glibc

/// Where the program starts.
///
/// Commands run in a task while the main thread serves the main queue, which the runtime expects of it. The fork server is
/// chosen before that: it must never have a second thread.
@main
enum Entry {
    static func main() {
        let arguments = Array(CommandLine.arguments.dropFirst())
        if arguments == [ForkServerProcess.command] { ForkServerProcess.run() }
        if arguments == [FetchProcess.command] { FetchProcess.run() }
        MemoryKeeper.prepare()
        // Nobody awaits this task: it ends the process.
        Task {
            let status = await SlipwayCommand.execute(arguments)
            fflush(nil)
            // Threads of a server may still be at work: nothing is torn down under them, or waits for them.
            _exit(status.rawValue)
        }
        dispatchMain()
    }
}
