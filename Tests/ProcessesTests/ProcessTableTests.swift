import Testing

@testable import Processes

struct ProcessTableTests {
    @Test("a program's name may contain spaces and parentheses")
    func oddNames() throws {
        let stat = "42 (a) R 1 (b) S 7 42 40 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 98765 1000 2 3"
        let entry = try #require(ProcessTable.entry(of: 42, stat: stat))
        #expect(entry == ProcessTable.Entry(pid: 42, parent: 7, session: 40, isZombie: false, startTime: 98765))
    }

    @Test("what is not a line of the process table is nothing", arguments: ["", "42", "42 (x) S 1", "42 (x) Z a b c"])
    func malformed(stat: String) {
        #expect(ProcessTable.entry(of: 42, stat: stat) == nil)
    }

    @Test("descendants are found over any depth, without the roots")
    func descendants() {
        func entry(_ pid: Int32, _ parent: Int32) -> (Int32, ProcessTable.Entry) {
            (pid, .init(pid: pid, parent: parent, session: 1, isZombie: false, startTime: 0))
        }
        let table = ProcessTable(entries: Dictionary(uniqueKeysWithValues: [entry(2, 1), entry(3, 2), entry(4, 3), entry(9, 1)]))
        #expect(Set(table.descendants(of: [2]).map(\.pid)) == [3, 4])
    }
}
