import Testing

@testable import XML

struct XMLReaderTests {
    private func events(_ text: String) throws -> [XMLEvent] {
        let reader = try XMLReader(Array(text.utf8), name: "report.xml")
        var events: [XMLEvent] = []
        while let event = try reader.next() { events.append(event) }
        return events
    }

    @Test func elementsTextsAndEndsComeInTheOrderOfTheDocument() throws {
        let found = try events("<?xml version=\"1.0\"?><a x=\"1\" y=\"&lt;2\">one<b/><![CDATA[<two>]]></a>")
        #expect(
            found == [
                .start(XMLTag(name: "a", attributes: [("x", "1"), ("y", "<2")])), .text("one"), .start(XMLTag(name: "b")),
                .end("b"), .text("<two>"), .end("a"),
            ])
    }

    @Test func namesAreWithoutThePrefixOfTheirNamespace() throws {
        let root = try XMLElement.parse(
            Array("<s:list xmlns:s=\"urn:x\"><s:item s:key=\"v\">t</s:item></s:list>".utf8), name: "list")
        #expect(root.name == "list")
        #expect(root.tag.attributes.isEmpty)
        #expect(root.child("item")?[attribute: "key"] == "v")
        #expect(root.text(at: "item") == "t")
    }

    @Test func anotherEncodingIsReadAsItsDeclarationSays() throws {
        let bytes = Array("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a>".utf8) + [0xE9] + Array("</a>".utf8)
        #expect(try XMLElement.parse(bytes, name: "latin").text == "é")
    }

    @Test func aTagKnowsItsLine() throws {
        let root = try XMLElement.parse(Array("<a>\n\n<b>\n</b></a>".utf8), name: "lines")
        #expect(root.child("b")?.tag.line == 3)
    }

    @Test(arguments: [
        ("<a><b></a>", "line 1"), ("", "it is empty"), ("just text", "report.xml"), ("<a>&unknown;</a>", "unknown"),
        ("<a", "report.xml"), ("<a></a><b></b>", "report.xml"),
    ])
    func aDamagedDocumentIsRefusedWithItsNameAndReason(document: String, part: String) throws {
        let error = try #require(throws: XMLError.self) { try self.events(document) }
        #expect(error.description.contains(part))
        #expect(error.description.hasPrefix("report.xml"))
    }

    @Test func aDocumentTypeThatIsElsewhereIsPassedOver() throws {
        let text = "<!DOCTYPE coverage SYSTEM \"http://127.0.0.1:1/coverage.dtd\"><coverage/>"
        #expect(try XMLElement.parse(Array(text.utf8), name: "coverage.xml").name == "coverage")
    }

    @Test(arguments: [
        "<!DOCTYPE a [<!ENTITY x \"1\">]><a>&x;</a>",
        "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/hostname\">]><a>&x;</a>",
        "<!DOCTYPE a [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">]><a t=\"&b;\"/>",
    ])
    func entitiesOfTheDocumentsOwnAreRefused(document: String) throws {
        let error = try #require(throws: XMLError.self) { try self.events(document) }
        #expect(error.problem.contains("declares entities of its own"))
    }

    @Test func elementsThatAreNestedTooDeepAreRefused() throws {
        let text = String(repeating: "<a>", count: 300) + String(repeating: "</a>", count: 300)
        #expect(throws: XMLError.self) { try self.events(text) }
    }
}
