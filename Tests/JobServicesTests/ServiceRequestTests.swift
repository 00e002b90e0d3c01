import Testing

@testable import JobServices

struct ServiceRequestTests {
    @Test("a head is taken apart into path, query, headers and token")
    func parts() {
        let request = ServiceRequest(
            method: "GET", uri: "/a/b?keys=one%2Ctwo%20three&blockid=a+b%3D%3D&empty&x=1=2",
            headers: [("Authorization", "bearer abc"), ("X-One", "1")], address: "127.0.0.1:1")
        #expect(request.path == "/a/b")
        #expect(request.names == ["a", "b"])
        #expect(request.query == ["keys": "one,two three", "blockid": "a+b==", "empty": "", "x": "1=2"])
        #expect(request.headers["x-one"] == "1")
        #expect(request.token == "abc")
    }

    @Test(
        "ranges with a beginning are understood, others mean the whole file",
        arguments: [
            ("bytes=0-", 0, nil), ("bytes=5-9", 5, 9), ("bytes=-5", nil, nil), ("bytes=9-5", nil, nil),
            ("bytes=0-1,3-4", nil, nil), ("lines=1-2", nil, nil), ("bytes=", nil, nil),
        ] as [(String, Int64?, Int64?)])
    func ranges(text: String, start: Int64?, end: Int64?) {
        let range = ByteRange(text)
        #expect(range?.start == start)
        #expect(range?.end == end)
    }
}
