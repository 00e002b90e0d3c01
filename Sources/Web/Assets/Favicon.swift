/// The page's icon, which tells how things are from among the browser's tabs: by shape as well as by colour.
enum Favicon {
    static func svg(mood: String) -> String {
        let (colour, shape) = look(of: mood)
        return """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="\(colour)"/>\
            <g fill="none" stroke="#fff" stroke-width="3.5" stroke-linecap="round" stroke-linejoin="round">\(shape)</g></svg>
            """
    }

    private static func look(of mood: String) -> (colour: String, shape: String) {
        switch mood {
        case "success": ("#1a7f4b", "<path d=\"M9 16.5l5 5 9.5-11\"/>")
        case "failure", "timed_out", "refused": ("#c4314b", "<path d=\"M10 10l12 12M22 10L10 22\"/>")
        case "running": ("#b26a00", "<path d=\"M16 7a9 9 0 1 1-8.2 5.3\"/>")
        case "lost": ("#7a4fb5", "<path d=\"M12 12a4.2 4.2 0 1 1 5.4 4c-1 .5-1.4 1.2-1.4 2.4M16 23.4v.1\"/>")
        case "cancelled", "skipped": ("#68707c", "<path d=\"M9 23L23 9\"/>")
        case "queued", "waiting": ("#68707c", "<path d=\"M16 9v7l4.5 3\"/>")
        default: ("#2b5fb8", "<path d=\"M7 21c3 2.6 5.5 2.6 9 0s6-2.6 9 0M10 15l6-7 6 7\"/>")
        }
    }
}
