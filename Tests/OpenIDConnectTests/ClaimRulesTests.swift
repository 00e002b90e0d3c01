import Plan
import Testing

@testable import OpenIDConnect

@Suite struct ClaimRulesTests {
    private static func claims(_ json: String) throws -> Claims { try #require(Claims(json: Array(json.utf8))) }

    @Test(
        "a name is the claim of the settings, else the preferred one, else a mail address that is proven",
        arguments: [
            (nil, #"{"preferred_username": "anna", "email": "a@example.org", "email_verified": true}"#, "anna"),
            (nil, #"{"email": "a@example.org", "email_verified": true}"#, "a@example.org"),
            (nil, #"{"email": "a@example.org", "email_verified": "true"}"#, "a@example.org"),
            (nil, #"{"email": "a@example.org", "email_verified": false}"#, nil),
            (nil, #"{"email": "a@example.org"}"#, nil),
            ("email", #"{"preferred_username": "anna", "email": "a@example.org"}"#, nil),
            ("nickname", #"{"preferred_username": "anna", "nickname": "an"}"#, "an"),
            ("nickname", #"{"preferred_username": "anna"}"#, nil), ("nickname", #"{"nickname": 7}"#, nil),
        ] as [(String?, String, String?)])
    func names(claim: String?, json: String, name: String?) throws {
        #expect(ClaimRules(nameClaim: claim).name(of: try Self.claims(json)) == name)
    }

    @Test(
        "the highest role of somebody's groups counts, wherever the claim is",
        arguments: [
            ("groups", #"{"groups": ["devs", "ops", "other"]}"#, Role.operator), ("groups", #"{"groups": "ops"}"#, .operator),
            ("groups", #"{"groups": ["devs"]}"#, .viewer), ("groups", #"{"groups": ["other"]}"#, nil),
            ("groups", #"{"groups": []}"#, nil), ("groups", #"{}"#, nil), ("groups", #"{"groups": null}"#, nil),
            ("groups", #"{"groups": [["ops"], 7]}"#, nil),
            // U+212A, which is a K for many.
            ("groups", "{\"groups\": [\"\u{212A}eepers\"]}", nil), ("groups", #"{"groups": ["Keepers"]}"#, .admin),
            ("realm_access.roles", #"{"realm_access": {"roles": ["ops", "devs"]}}"#, .operator),
            ("https://example.org/roles", #"{"https://example.org/roles": ["root"]}"#, .admin),
            ("a.b", #"{"a.b": "devs", "a": {"b": "root"}}"#, .viewer), ("a.b", #"{"a": "root"}"#, nil),
        ] as [(String, String, Role?)])
    func roles(claim: String, json: String, role: Role?) throws {
        var rules = ClaimRules(roleClaim: claim, roles: ["devs": .viewer, "ops": .operator, "root": .admin, "Keepers": .admin])
        let claims = try Self.claims(json)
        if let role {
            #expect(rules.grant(to: claims) == .role(role))
        } else {
            guard case .refused = rules.grant(to: claims) else { return #expect(Bool(false), "somebody got a role") }
        }
        rules.defaultRole = .operator
        #expect(rules.grant(to: claims) == .role(max(role ?? .viewer, .operator)))
    }

    @Test(
        "only proven mail addresses of the domains are let in",
        arguments: [
            (#"{"email": "a@Example.ORG", "email_verified": true}"#, true),
            (#"{"email": "a@example.org", "email_verified": false}"#, false), (#"{"email": "a@example.org"}"#, false),
            (#"{"email": "a@sub.example.org", "email_verified": true}"#, false),
            (#"{"email": "a@example.org@evil.example", "email_verified": true}"#, false),
            (#"{"email": "example.org", "email_verified": true}"#, false), (#"{}"#, false),
            ("{\"email\": \"a@\u{212A}eep.example\", \"email_verified\": true}", false),
            (#"{"email": "a@KEEP.example", "email_verified": true}"#, true),
        ])
    func domains(json: String, isLetIn: Bool) throws {
        let rules = ClaimRules(defaultRole: .viewer, emailDomains: ["example.org", "keep.example"])
        #expect((rules.grant(to: try Self.claims(json)) == .role(.viewer)) == isLetIn)
    }

    @Test("what is missing is asked for, what nobody needs is not")
    func lacking() throws {
        let rules = ClaimRules(roles: ["ops": .operator], emailDomains: ["example.org"])
        #expect(rules.lacks(try Self.claims(#"{"email": "a@example.org"}"#)))
        #expect(rules.lacks(try Self.claims(#"{"groups": [], "preferred_username": "anna"}"#)))
        #expect(rules.lacks(try Self.claims(#"{"groups": [], "email": "a@example.org", "preferred_username": "anna"}"#)))
        #expect(!rules.lacks(try Self.claims(#"{"groups": [], "email": "a@example.org", "email_verified": true}"#)))
        let empty = try Self.claims(#"{"groups": null, "name": null, "sub": "1"}"#)
        #expect(empty.adding(try Self.claims(#"{"groups": ["a"], "sub": "2"}"#))["groups"]?.texts == ["a"])
        #expect(empty.adding(try Self.claims(#"{"groups": ["a"], "sub": "2"}"#))["sub"]?.text == "1")
        #expect(!ClaimRules(defaultRole: .viewer).lacks(try Self.claims(#"{"preferred_username": "anna"}"#)))
    }
}
