/// What keeps the web server from starting or going on.
public enum WebError: Error, Sendable, CustomStringConvertible {
    /// The address is taken, not ours, or may not be used.
    case cannotListen(address: String, reason: String)
    /// A page's template does not parse: a mistake in the build.
    case template(name: String, reason: String)
    /// A log can't be read.
    case log(path: String, reason: String)
    /// The client went away while it was being answered.
    case connectionLost(reason: String)

    public var description: String {
        switch self {
        case .cannotListen(let address, let reason):
            "can't listen on \(address): \(reason); is another slipway running, or is the address not this machine's?"
        case .template(let name, let reason): "the template \(name) of the page does not parse: \(reason)"
        case .log(let path, let reason): "can't read the log \(path): \(reason)"
        case .connectionLost(let reason): "the connection was lost: \(reason)"
        }
    }
}
