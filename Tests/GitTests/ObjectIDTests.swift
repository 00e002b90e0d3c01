import FoundationEssentials
import Git
import Testing

@Suite struct ObjectIDTests {
    private let text = "0123456789abcdef0123456789abcdeffedcba98"

    @Test("an id is its forty digits again, in lower case")
    func roundTrip() throws {
        #expect(ObjectID(text)?.description == text)
        #expect(ObjectID(text.uppercased())?.description == text)
        #expect(try #require(ObjectID(text)).abbreviated() == "0123456")
    }

    @Test(
        "what has not forty hexadecimal digits is no id",
        arguments: [
            "", "0123", "0123456789abcdef0123456789abcdeffedcba9", "0123456789abcdef0123456789abcdeffedcba980",
            "g123456789abcdef0123456789abcdeffedcba98",
        ])
    func refusal(_ text: String) {
        #expect(ObjectID(text) == nil)
    }

    @Test("an id is encoded as its text")
    func encoding() throws {
        let id = try #require(ObjectID(text))
        let json = try JSONEncoder().encode([id])
        #expect(String(decoding: json, as: UTF8.self) == "[\"\(text)\"]")
        #expect(try JSONDecoder().decode([ObjectID].self, from: json) == [id])
        let foreign = try JSONEncoder().encode(["x"])
        #expect(throws: DecodingError.self) { try JSONDecoder().decode([ObjectID].self, from: foreign) }
    }

    @Test("ids are ordered as their texts are")
    func order() throws {
        let texts: [String] = ["00\(text.dropFirst(2))", text, "ff\(text.dropFirst(2))", "\(text.dropLast())9"]
        let ids: [ObjectID] = texts.compactMap { ObjectID($0) }
        #expect(ids.sorted().map(\.description) == texts.sorted())
    }

    @Test("the empty tree has git's name for it")
    func emptyTree() throws {
        let computed = try Command("git", "hash-object", "-t", "tree", "/dev/null").output()
        #expect(computed.hasPrefix(ObjectID.emptyTree.description))
    }
}
