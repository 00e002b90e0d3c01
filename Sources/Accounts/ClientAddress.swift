#if canImport(Glibc)
    internal import Glibc
#else
    internal import Musl
#endif

/// An address that a request came from.
public enum ClientAddress {
    /// The address in one form; nil where the text is none.
    public static func normalized(_ text: String) -> String? {
        var four = in_addr()
        if inet_pton(AF_INET, text, &four) == 1 { return text }
        var six = in6_addr()
        guard inet_pton(AF_INET6, text, &six) == 1 else { return nil }
        let bytes = withUnsafeBytes(of: &six) { Array($0) }
        // An IPv4 address as a socket for both has it.
        if bytes[..<10].allSatisfy({ $0 == 0 }), bytes[10] == 0xFF, bytes[11] == 0xFF {
            return bytes[12...].map(String.init).joined(separator: ".")
        }
        var buffer = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        guard inet_ntop(AF_INET6, &six, &buffer, socklen_t(buffer.count)) != nil else { return nil }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Whether only this machine has it.
    public static func isLoopback(_ address: String) -> Bool { address == "::1" || address.hasPrefix("127.") }

    /// What one customer of a network has: an IPv4 address, or an IPv6 network of 64 bits, in which they choose addresses freely.
    public static func network(of text: String) -> String {
        var six = in6_addr()
        let address = normalized(text) ?? text
        guard inet_pton(AF_INET6, address, &six) == 1 else { return address }
        let bytes = withUnsafeBytes(of: &six) { Array($0.prefix(8)) }
        return bytes.map { String($0, radix: 16) }.joined(separator: ".") + "/64"
    }
}
