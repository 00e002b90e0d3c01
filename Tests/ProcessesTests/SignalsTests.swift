import Glibc
import Processes
import Testing

struct SignalsTests {
    @Test(
        "numbers have the names that kill(1) lists",
        arguments: [
            (SIGHUP, "SIGHUP"), (SIGKILL, "SIGKILL"), (SIGTERM, "SIGTERM"), (SIGSYS, "SIGSYS"), (34, "SIGRTMIN"),
            (37, "SIGRTMIN+3"),
            (99, "signal 99"),
        ])
    func names(number: Int32, name: String) {
        #expect(Signals.name(of: number) == name)
    }

    @Test(
        "names are found with and without their prefix",
        arguments: [
            ("SIGTERM", SIGTERM), ("int", SIGINT), ("Kill", SIGKILL), ("SIGNOTHING", nil), ("", nil),
        ] as [(String, Int32?)])
    func numbers(name: String, number: Int32?) {
        #expect(Signals.number(named: name) == number)
    }
}
