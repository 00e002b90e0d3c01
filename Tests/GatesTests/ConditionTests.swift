import Plan
import Testing

@testable import Gates

/// The language of conditions, by what a gate decides.
struct ConditionTests {
    static let metrics = MetricTable([
        Metric("f1", 0.84), Metric("auc", 0.95), Metric("latency_p95", 120), Metric("recall", slice: "fraud", 0.7),
        Metric("recall", slice: "legit", 0.99), Metric("recall", slice: "macro avg", 0.1), Metric("model.auc", 0.9),
        Metric("latency (p99)", 300), Metric("error", slice: "a", 0.1), Metric("error", slice: "b", 0.4),
        Metric("precision@5", 0.5), Metric("zero", 0),
    ])
    static let baseline = MetricTable([
        Metric("f1-score", 0.85), Metric("auc", 0.96), Metric("latency_p95", 110), Metric("recall", slice: "fraud", 0.72),
        Metric("recall", slice: "legit", 0.95),
    ])

    static func verdict(_ text: String, baseline: MetricTable? = baseline) -> GateCheck? {
        let (conditions, mistakes) = GateCondition.read(text)
        guard mistakes.isEmpty else { return nil }
        return GateDecision(required: conditions, investigated: [], metrics: metrics, baseline: baseline).checks.first
    }

    @Test(arguments: [
        "f1 >= 0.84", "f1 > 0.83", "f1 <= 0.84", "f1 < 0.85", "f1 == 0.84", "f1 != 0.85", "0.8 <= f1", "f1 >= 84%",
        "auc >= baseline.auc - 0.01", "latency_p95 <= baseline.latency_p95 * 1.1", "latency_p95 <= baseline.latency_p95 * 110%",
        "recall[\"fraud\"] >= 0.7", "recall['fraud'] >= 0.7", "recall.fraud >= 0.7", "model.auc > 0.8", "model[\"auc\"] > 0.8",
        "\"latency (p99)\" <= 300", "f1-score >= 0.84", "f1_score >= 0.84", "f1 >= baseline.f1 - 0.01",
        "f1 >= baseline[\"f1-score\"] - 0.01", "worst(recall) >= 0.7",
        "worst(error) <= 0.4", "0.4 >= worst(error)", "min(error) == 0.1", "max(error) == 0.4", "mean(error) == 0.25",
        "mean(recall) > 0.8", "worst(recall) >= worst(baseline.recall) - 0.02", "1 + 2 * 3 == 7", "(1 + 2) * 3 == 9",
        "10 - 4 - 3 == 3", "16 / 4 / 2 == 2", "-f1 < 0", "- -f1 > 0", "abs(auc - baseline.auc) <= 0.011", "not f1 > 0.9",
        "f1 > 0.9 or auc > 0.9", "f1 > 0.9 and auc > 0.9 or f1 > 0.8", "not (f1 > 0.9 and auc > 0.9)", "precision@5 == .5",
        "f1>=0.8 # good enough", "0.1 + 0.2 == 0.3", "auc >= 0.96 - 0.01", "1e-3 < f1", "f1 - 0.01 < 0.84", "f1 -0.01 < 0.84",
        "auc - baseline.auc >= -0.01",
    ])
    func aConditionHolds(_ text: String) {
        #expect(Self.verdict(text)?.verdict == .passed, "\(Self.verdict(text)?.reason ?? "it is none")")
    }

    @Test(arguments: [
        ("f1 >= 0.85", "f1 is 0.84, expected >= 0.85"), ("0.85 <= f1", "f1 is 0.84, expected >= 0.85"),
        ("f1 >= baseline.f1", "f1 is 0.84, 0.01 below the baseline, expected >= 0.85"),
        ("worst(recall) >= 0.8", "worst(recall) is 0.7 (fraud), expected >= 0.8"),
        ("worst(error) <= 0.2", "worst(error) is 0.4 (b), expected <= 0.2"),
        ("latency_p95 <= baseline.latency_p95", "latency_p95 is 120, 10 above the baseline, expected <= 110"),
        ("f1 >= 0.9 and auc >= 0.9", "f1 >= 0.9 and auc >= 0.9: f1 is 0.84, expected >= 0.9"),
        ("auc - baseline.auc >= 0", "auc - baseline.auc is -0.01, 0.97 below the baseline, expected >= 0"),
        ("f1 > 0.84", "f1 is 0.84, expected > 0.84"),
    ])
    func aConditionThatDoesNotHoldSaysWhatWasMeasured(_ text: String, _ reason: String) {
        let check = Self.verdict(text)
        #expect(check?.verdict == .failed)
        #expect(check?.reason == reason)
    }

    @Test(arguments: [
        ("aux >= 0.9", "there is no metric aux; did you mean auc?"),
        ("f1 >= baseline.brier", "the baseline has no metric brier; there are: "),
        ("recall >= 0.9", "recall has slices: name one of them, or use worst(recall)"),
        ("worst(auc) >= 0.9", "the metric auc has no slices"), ("f1 / zero > 0", "0.84 / 0 is no finite number"),
        ("zero / zero > 0", "0 / 0 is no finite number"), ("f1 > 0.1 or aux > 0.1", "there is no metric aux"),
        ("worst(baseline.error) >= 0.1", "the baseline's error has no slices"),
    ])
    func whatIsMissingFails(_ text: String, _ reason: String) {
        let check = Self.verdict(text)
        #expect(check?.verdict == .broken)
        #expect(check?.reason?.hasPrefix(reason) == true, "\(check?.reason ?? "")")
    }

    @Test(arguments: [
        ("f1 >= ", 5, "found the end of the condition, expected a metric or a number"),
        ("f1 => 0.85", 3, "found \"=>\", expected \">=\""), ("f1 = 0.85", 3, "found \"=\", expected \"==\""),
        ("f1", 0, "this is a number, expected a comparison such as \"f1 >= 0.85\""),
        ("f1 >= 0.8 && auc > 1", 10, "found \"&&\", expected \"and\""),
        ("f1 >= 0.8 auc > 1", 10, "found \"auc\", expected an operator or the end of the condition"),
        ("0.6 <= f1 <= 0.9", 10, "found a second comparison, expected one: join two with \"and\""),
        ("recall[fraud] >= 0.7", 7, "found \"fraud\", expected a name in quotes after \"[\""),
        ("recall[\"fraud\" >= 0.7", 15, "found \">=\", expected \"]\" after the name"),
        ("recall[\"fraud] >= 0.7", 7, "the quote is not closed"),
        ("baseline >= 0.7", 0, "\"baseline\" needs the name of a metric: \"baseline.auc\""),
        ("(f1 >= 0.7", 10, "found the end of the condition, expected \")\" to close the parenthesis"),
        ("lowest(recall) >= 0.7", 0, "found the function \"lowest\", expected one of worst(), min(), max(), mean(), abs()"),
        ("f1 >= 0.8 and auc", 14, "\"and\" has a number here, expected a comparison"),
        ("(f1 >= 0.8) + 1 > 2", 0, "\"+\" has a comparison here, expected a number"),
        ("worst(recall) == 0.7", 6, "which slice is worst can't be told here"),
        ("1 - worst(recall) <= 0.4", 10, "which slice is worst can't be told here, as it is taken away"),
        ("not worst(recall) < 0.6", 10, "which slice is worst can't be told here, as \"not\" turns the comparison around"),
        ("f1 >= 0.85x", 6, "a number ends at \"0.85\""), ("f1 ≥ 0.85", 3, "found \"≥\", expected \">=\""),
        ("f1. >= 1", 4, "found \">=\", expected a name after \".\""), ("f1 >= 1e999", 6, "\"1e999\" is too large"),
        ("f1 ; 1", 3, "found \";\", expected a metric, a number or an operator"),
        ("worst(0.5) >= 1", 6, "found a number, expected the metric whose slices are meant"),
    ])
    func aMistakeHasItsColumn(_ text: String, _ offset: Int, _ message: String) {
        let mistake = GateCondition.read(text).mistakes.first
        #expect(mistake?.range.lowerBound == offset)
        #expect(mistake?.message.hasPrefix(message) == true, "\(mistake?.message ?? "no mistake")")
    }

    @Test func eachLineIsReadByItself() {
        let text = "f1 >= 0.8\n\n  # a remark\nauc >>\nrecall[\"a # b\"] >= 0.1\r\nf1 = 1\n"
        let (conditions, mistakes) = GateCondition.read(text)
        #expect(conditions.map(\.source) == ["f1 >= 0.8", "recall[\"a # b\"] >= 0.1"])
        #expect(mistakes.count == 2)
        #expect(
            mistakes[1].rendered(in: text, as: "conditions")
                == "conditions:6:4: error: found \"=\", expected \"==\" [gate-condition]\n  f1 = 1\n     ^")
    }

    @Test func whatIsTooMuchIsAMistake() {
        #expect(
            GateCondition.read(String(repeating: "(", count: 60) + "f1").mistakes.first?.message.contains("in each other") == true
        )
        #expect(GateCondition.read(String(repeating: "f1>1\n", count: 300)).mistakes.count == 1)
        #expect(GateCondition.read("f1 > " + String(repeating: "1", count: 1000)).mistakes.count == 1)
        #expect(GateCondition.read("").conditions.isEmpty)
    }

    // MARK: - Outcomes

    private static func decide(
        _ required: String, _ investigated: String = "", baseline: MetricTable? = nil, obstacle: String? = nil
    ) -> GateDecision {
        GateDecision(
            required: GateCondition.read(required).conditions, investigated: GateCondition.read(investigated).conditions,
            metrics: metrics, baseline: baseline, obstacle: obstacle)
    }

    @Test func aGateHasThreeOutcomes() {
        #expect(Self.decide("f1 >= 0.8", "auc >= 0.9").outcome == .pass)
        #expect(Self.decide("f1 >= 0.8", "auc >= 0.96").outcome == .investigate)
        #expect(Self.decide("f1 >= 0.9", "auc >= 0.96").outcome == .fail)
        #expect(Self.decide("f1 >= 0.8", "aux >= 0.9").outcome == .fail)
        #expect(Self.decide("f1 >= 0.8", "auc >= 0.96").reason == "auc is 0.95, expected >= 0.96")
        #expect(Self.decide("f1 >= 0.9\nauc >= 0.99").reason == "f1 is 0.84, expected >= 0.9, and 1 more")
    }

    @Test func aConditionOnABaselineThatIsNotThereYetIsSkippedUnlessOneIsRequired() {
        let first = Self.decide("f1 >= 0.8\nauc >= baseline.auc")
        #expect(first.outcome == .pass)
        #expect(first.checks.map(\.verdict) == [.passed, .skipped])
        #expect(Self.decide("auc >= baseline.auc", obstacle: "it is gone").reason == "it is gone")
        #expect(Self.decide("aux >= baseline.aux").outcome == .fail, "that the metric is missing is no matter of the baseline")
        #expect(Self.decide("auc >= baseline.auc and aux > 1").outcome == .fail)
        #expect(Self.decide("auc >= baseline.auc and f1 > 0.1").checks.map(\.verdict) == [.skipped])
    }

    @Test func whatIsFixedInAConditionCountsBeforeThereIsABaseline() {
        for source in [
            "f1 >= 0.9 and f1 >= baseline.f1", "f1 >= baseline.f1 and f1 >= 0.9", "not (f1 < 0.9 or f1 < baseline.f1)",
        ] {
            let decision = Self.decide(source)
            #expect(decision.outcome == .fail && decision.checks.map(\.verdict) == [.failed], "\(source)")
        }
        #expect(Self.decide("f1 >= 0.8 or f1 >= baseline.f1").checks.map(\.verdict) == [.passed])
        #expect(Self.decide("f1 >= 0.9 or f1 >= baseline.f1").checks.map(\.verdict) == [.skipped])
        // Where one should be there, that the rest holds does not help.
        #expect(Self.decide("f1 >= 0.8 or f1 >= baseline.f1", obstacle: "it is gone").reason == "it is gone")
        #expect(Self.decide("f1 >= 0.9 and f1 >= baseline.f1", obstacle: "it is gone").outcome == .fail)
    }

    @Test(arguments: [
        (0.0, "0"), (0.84, "0.84"), (0.9123456789, "0.912346"), (1532.0, "1532"), (-0.01, "-0.01"), (1e-7, "1e-07"),
        (123456789.0, "123456789"), (99.999999, "100"), (0.05, "0.05"), (1e20, "1e+20"), (0.000123456789, "0.000123"),
    ])
    func aNumberIsShownShort(_ value: Double, _ text: String) {
        #expect(NumberText.text(value) == text)
    }
}
