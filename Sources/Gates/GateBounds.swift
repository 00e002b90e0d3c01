/// What a gate's inputs may be.
public enum GateBounds {
    /// Days that a gate may wait for a person.
    public static let answerDays = 1...90
    /// Characters.
    public static let longestName = 100
}
