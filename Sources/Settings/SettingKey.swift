/// One key of `runner.conf`: what it means, what it is by default, and when a change of it takes effect.
public struct SettingKey: Sendable {
    public enum Effect: String, Sendable, Hashable {
        /// At a reload (SIGHUP), for what starts after it.
        case reload
        /// When the daemon starts again.
        case restart
    }

    /// What the key is when the file does not have it.
    enum Fallback: Sendable {
        /// A value, as YAML.
        case value(String)
        /// Nothing, or a value that follows from the host or from other keys; in words.
        case words(String)
        /// The key has to be there.
        case required
    }

    /// Section and key, such as `web.listen`; those of a repository start with `repositories.`.
    public let path: String
    /// What it decides, in sentences.
    public let meaning: String
    public let effect: Effect
    let fallback: Fallback
    /// A valid value that is not the default, as YAML.
    public let sample: String
    /// Whether two settings have the same value of the key.
    let isSame: @Sendable (RunnerSettings, RunnerSettings) -> Bool

    init<Value: Equatable & Sendable>(
        _ path: String, _ value: @escaping @Sendable (RunnerSettings) -> Value, _ fallback: Fallback, sample: String,
        effect: Effect = .reload, _ meaning: String
    ) {
        self.path = path
        self.meaning = meaning
        self.effect = effect
        self.fallback = fallback
        self.sample = sample
        isSame = { left, right in value(left) == value(right) }
    }

    init<Value: Equatable & Sendable>(
        repository key: String, _ value: @escaping @Sendable (RepositorySettings) -> Value, _ fallback: Fallback, sample: String,
        _ meaning: String
    ) {
        self.init(
            "repositories.\(key)", { settings in settings.repositories.map(value) }, fallback, sample: sample, effect: .reload,
            meaning)
    }

    /// The key without its section.
    public var name: String { path.split(separator: ".").last.map(String.init) ?? path }

    /// The sections around the key, the outermost first.
    public var sections: [String] { path.split(separator: ".").dropLast().map(String.init) }

    /// The default for a reader: YAML, or words where it follows from something else.
    public var defaultText: String {
        switch fallback {
        case .value(let text), .words(let text): text
        case .required: "required"
        }
    }
}
