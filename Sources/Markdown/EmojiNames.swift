/// `:white_check_mark:` and the like, as far as reports of pipelines use them; others stay as they are.
enum EmojiNames {
    private static let table: [String: String] = [
        "white_check_mark": "✅", "heavy_check_mark": "✔️", "ballot_box_with_check": "☑️", "x": "❌", "heavy_multiplication_x": "✖️",
        "negative_squared_cross_mark": "❎", "warning": "⚠️", "no_entry": "⛔", "no_entry_sign": "🚫", "stop_sign": "🛑",
        "exclamation": "❗", "heavy_exclamation_mark": "❗", "bangbang": "‼️", "question": "❓", "information_source": "ℹ️",
        "red_circle": "🔴", "orange_circle": "🟠", "yellow_circle": "🟡", "green_circle": "🟢", "large_blue_circle": "🔵",
        "white_circle": "⚪", "black_circle": "⚫", "red_square": "🟥", "orange_square": "🟧", "yellow_square": "🟨",
        "green_square": "🟩", "blue_square": "🟦", "small_red_triangle": "🔺", "small_red_triangle_down": "🔻",
        "arrow_up": "⬆️", "arrow_down": "⬇️", "arrow_right": "➡️", "arrow_left": "⬅️", "arrow_up_small": "🔼",
        "arrow_down_small": "🔽", "arrows_counterclockwise": "🔄", "repeat": "🔁", "rocket": "🚀", "tada": "🎉",
        "confetti_ball": "🎊", "sparkles": "✨", "star": "⭐", "fire": "🔥", "boom": "💥", "zap": "⚡", "bug": "🐛",
        "construction": "🚧", "hammer": "🔨", "hammer_and_wrench": "🛠️", "wrench": "🔧", "gear": "⚙️", "package": "📦",
        "whale": "🐳", "snake": "🐍", "robot": "🤖", "brain": "🧠", "test_tube": "🧪", "microscope": "🔬", "dart": "🎯",
        "chart_with_upwards_trend": "📈", "chart_with_downwards_trend": "📉", "bar_chart": "📊", "memo": "📝", "books": "📚",
        "book": "📖", "clipboard": "📋", "page_facing_up": "📄", "file_folder": "📁", "open_file_folder": "📂",
        "floppy_disk": "💾", "label": "🏷️", "bookmark": "🔖", "link": "🔗", "paperclip": "📎", "mag": "🔍", "eyes": "👀",
        "bulb": "💡", "key": "🔑", "lock": "🔒", "unlock": "🔓", "shield": "🛡️", "recycle": "♻️", "wastebasket": "🗑️",
        "hourglass": "⌛", "hourglass_flowing_sand": "⏳", "stopwatch": "⏱️", "alarm_clock": "⏰", "calendar": "📅",
        "clock1": "🕐", "fast_forward": "⏩", "next_track_button": "⏭️", "globe_with_meridians": "🌐", "cloud": "☁️",
        "computer": "💻", "thumbsup": "👍", "+1": "👍", "thumbsdown": "👎", "-1": "👎", "clap": "👏", "wave": "👋",
        "point_right": "👉", "pushpin": "📌", "speech_balloon": "💬", "mega": "📣", "bell": "🔔", "broom": "🧹",
        "trophy": "🏆", "1st_place_medal": "🥇", "2nd_place_medal": "🥈", "3rd_place_medal": "🥉", "checkered_flag": "🏁",
        "heart": "❤️", "green_heart": "💚", "skull": "💀", "ghost": "👻", "turtle": "🐢", "snail": "🐌", "100": "💯",
    ]
    private static let longest = table.keys.map(\.utf8.count).max() ?? 0

    static func replaced(in bytes: [UInt8]) -> [UInt8] {
        let colon = UInt8(ascii: ":")
        guard bytes.contains(colon) else { return bytes }
        var output: [UInt8] = []
        var index = 0
        while index < bytes.count {
            if bytes[index] == colon {
                let rest = bytes[(index + 1)...].prefix(longest + 1)
                if let end = rest.firstIndex(of: colon), let found = table[String(decoding: rest[..<end], as: UTF8.self)] {
                    output += Array(found.utf8)
                    index = end + 1
                    continue
                }
            }
            output.append(bytes[index])
            index += 1
        }
        return output
    }
}
