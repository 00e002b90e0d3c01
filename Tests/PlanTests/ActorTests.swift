import Foundation
import Plan
import Testing

@Suite struct ActorTests {
    private static let anna = Actor(name: "anna", role: .operator)
    private static let teamed = Actor(name: "bo", role: .operator, teams: ["Release-Team"])

    @Test(
        "who may answer: every operator where nobody is named, else exactly those named, by name, role or team in any case",
        arguments: [
            ([], anna, true), ([], Actor(name: "root", role: .admin, proof: .socket), true),
            ([], Actor(name: "anna", role: .viewer), false), (["Anna"], anna, true),
            (["anna"], Actor(name: "anna", role: .operator, proof: .socket), true),
            (["anna"], Actor(name: "anna", role: .operator, proof: .token("nightly")), true),
            (["anna"], Actor(name: "anna", role: .viewer), false), (["release-team"], teamed, true),
            (["release-team"], anna, false), (["release-team"], Actor(name: "root", role: .admin), false),
            (["operator"], anna, true), (["operator"], Actor(name: "root", role: .admin), true), (["admin"], anna, false),
            ([], .unknown(role: .operator), true), (["operator"], .unknown(role: .operator), true),
            (["admin"], Actor(name: "Admin", role: .operator, proof: .socket), false),
            (["web"], .unknown(role: .operator), false), ([], .unknown(role: .viewer), false),
        ] as [([String], Actor, Bool)])
    func audience(approvers: [String], actor: Actor, isAllowed: Bool) {
        let request = JobApproval(approvers: approvers, since: .distantPast, until: .distantFuture)
        #expect(actor.mayAnswer(request) == isAllowed)
    }

    @Test("records say how somebody proved who they are")
    func names() {
        let proofs: [Actor.Proof] = [.signIn, .socket, .token("nightly")]
        #expect(
            proofs.map { Actor(name: "anna", role: .viewer, proof: $0).name } == [
                "anna", "anna (socket)", "anna (token nightly)",
            ])
        #expect("\(Actor.unknown(role: .viewer))" == "web")
    }

    @Test("a role may do what the roles before it may")
    func order() {
        #expect(Role.allCases == Role.allCases.sorted())
        #expect(Role.viewer < .operator && Role.operator < .admin)
    }

    @Test("of several gates whoever decides has to be named by each, without regard to case")
    func severalGates() throws {
        func review(_ approvers: [String]) -> GateReview { GateReview(kind: .override, message: "m", approvers: approvers) }
        let merged = try #require(
            GateReview.merging([review([]), review(["operator"]), review(["Risk-Board"]), review(["operator"])]))
        #expect(merged.approvers == ["operator"] && merged.others == [["Risk-Board"]])
        var request = JobApproval(kind: .override, approvers: merged.approvers, since: .distantPast, until: .distantFuture)
        request.otherApprovers = merged.others
        #expect(!Actor(name: "anna", role: .admin).mayAnswer(request))
        let board = Actor(name: "anna", role: .operator, teams: ["risk-board"])
        #expect(board.mayAnswer(request) && request.isAnswerable(by: [board]) && !request.isAnswerable(by: []))
        #expect(request.audience == "operator, who also has to be Risk-Board")
    }
}
