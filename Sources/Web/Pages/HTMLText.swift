internal import FoundationEssentials
internal import Plan

/// Small pieces of HTML that stand in every row of every page, made without a template because there are many of them.
enum HTMLText {
    static func escaped(_ text: String) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count + 16)
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "&"): bytes += Array("&amp;".utf8)
            case UInt8(ascii: "<"): bytes += Array("&lt;".utf8)
            case UInt8(ascii: ">"): bytes += Array("&gt;".utf8)
            case UInt8(ascii: "\""): bytes += Array("&quot;".utf8)
            case UInt8(ascii: "'"): bytes += Array("&#39;".utf8)
            default: bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// A point in time, absolute and in UTC; the page's script shows how long ago it is.
    static func time(_ date: Date?) -> String {
        guard let date else { return "" }
        return "<time datetime=\"\(TimeText.rfc3339(date))\">\(TimeText.readable(date)) UTC</time>"
    }

    /// How long something took; of what runs still, since when, so that the script can count on.
    static func duration(from start: Date?, to end: Date?) -> String {
        guard let start else { return "" }
        guard let end else {
            return "<time class=\"elapsed\" data-since=\"\(TimeText.rfc3339(start))\"></time>"
        }
        return TimeText.duration(end.timeIntervalSince(start))
    }
}

/// How something is, in one word, one shape and one colour.
struct Mood: Sendable, Equatable {
    /// The name of its icon and of its colour: a conclusion or a status.
    let name: String
    let label: String

    init(name: String, label: String) {
        self.name = name
        self.label = label
    }

    init(status: Status, conclusion: Conclusion?) {
        name = conclusion?.rawValue ?? (status == .completed ? "success" : status.rawValue)
        label =
            switch name {
            case "success": "Succeeded"
            case "failure": "Failed"
            case "cancelled": "Cancelled"
            case "skipped": "Skipped"
            case "refused": "Refused"
            case "lost": "Lost"
            case "timed_out": "Timed out"
            case "queued": "Queued"
            case "waiting": "Waiting"
            default: "Running"
            }
    }

    init(_ run: Run) { self.init(status: run.status, conclusion: run.conclusion) }
    init(_ job: Job) { self.init(status: job.status, conclusion: job.conclusion) }
    init(_ step: Step) { self.init(status: step.status, conclusion: step.conclusion) }

    /// The shape alone, with the word for those who don't see it.
    var icon: String {
        "<span class=\"mood mood-\(name)\" title=\"\(label)\"><svg class=\"icon\" aria-hidden=\"true\">"
            + "<use href=\"#i-\(name)\"/></svg><span class=\"unseen\">\(label)</span></span>"
    }

    /// Shape and word.
    var badge: String { badge(adding: "") }

    /// - Parameter place: what follows the word: ` on main`.
    func badge(adding place: String) -> String {
        "<span class=\"badge mood-\(name)\"><svg class=\"icon\" aria-hidden=\"true\"><use href=\"#i-\(name)\"/></svg>"
            + "\(label)\(HTMLText.escaped(place))</span>"
    }

    /// The worse, the higher: what a summary of several shows.
    var gravity: Int {
        switch name {
        case "failure", "timed_out", "refused": 5
        case "lost": 4
        case "running": 3
        case "queued", "waiting": 2
        case "cancelled": 1
        default: 0
        }
    }
}
