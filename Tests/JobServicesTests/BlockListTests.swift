import Testing

@testable import JobServices

struct BlockListTests {
    @Test("the names of blocks are read in their order, whatever list they are of")
    func names() throws {
        let text = """
            <?xml version="1.0" encoding="utf-8"?>
            <BlockList>
              <Latest>YQ==</Latest>
              <Uncommitted>Yg==</Uncommitted><Committed>Yw+/</Committed>
            </BlockList>
            """
        #expect(try BlockList.names(in: text) == ["YQ==", "Yg==", "Yw+/"])
        #expect(try BlockList.names(in: "<BlockList/>").isEmpty)
        #expect(try BlockList.names(in: "<BlockList></BlockList>").isEmpty)
    }

    @Test(
        "what is no list of blocks is refused",
        arguments: [
            "", "<Blocks/>", "<BlockList>", "<BlockList><Latest>YQ==</BlockList>", "<BlockList><Other>a</Other></BlockList>",
            "<BlockList><Latest>YQ==</Uncommitted></BlockList>", "<BlockList><!DOCTYPE a></BlockList>",
        ])
    func malformed(text: String) {
        #expect(throws: ServiceRefusal.self) { try BlockList.names(in: text) }
    }
}
