/// The 256 colours of terminals and their style sheet.
///
/// Colours 0 to 15 are the theme's: the page may set `--ansi-0` to `--ansi-15`. 16 to 231 are a cube of 6 × 6 × 6
/// colours, 232 to 255 are greys, as in xterm.
public enum ANSIPalette {
    /// A colour of 8 bits per channel.
    public struct Colour: Sendable, Equatable {
        public var red: Int
        public var green: Int
        public var blue: Int

        public init(red: Int, green: Int, blue: Int) {
            (self.red, self.green, self.blue) = (red, green, blue)
        }

        init(_ hexadecimal: Int) {
            self.init(red: hexadecimal >> 16 & 255, green: hexadecimal >> 8 & 255, blue: hexadecimal & 255)
        }

        fileprivate var css: String {
            "#"
                + [red, green, blue].map { channel in
                    (channel < 16 ? "0" : "") + String(channel, radix: 16)
                }.joined()
        }

        fileprivate func distance(to other: Colour) -> Int {
            let (red, green, blue) = (red - other.red, green - other.green, blue - other.blue)
            return red * red + green * green + blue * blue
        }
    }

    private static let levels = [0, 95, 135, 175, 215, 255]

    public static let colours: [Colour] = {
        let theme = [
            0x1F2328, 0xCF222E, 0x1A7F37, 0x9A6700, 0x0969DA, 0x8250DF, 0x1B7C83, 0x818B98,
            0x656D76, 0xE5534B, 0x2DA44E, 0xBF8700, 0x218BFF, 0xA475F9, 0x3192AA, 0xD1D9E0,
        ].map { Colour($0) }
        let cube = (0..<216).map { index in
            Colour(red: levels[index / 36], green: levels[index / 6 % 6], blue: levels[index % 6])
        }
        let greys = (0..<24).map { Colour(red: 8 + 10 * $0, green: 8 + 10 * $0, blue: 8 + 10 * $0) }
        return theme + cube + greys
    }()

    /// The number from 16 to 255 of the colour that differs least: a theme's colours are not known.
    public static func nearest(to colour: Colour) -> Int {
        func level(_ channel: Int) -> Int {
            levels.indices.min { abs(levels[$0] - channel) < abs(levels[$1] - channel) } ?? 0
        }
        let cube = 16 + 36 * level(colour.red) + 6 * level(colour.green) + level(colour.blue)
        let mean = (colour.red + colour.green + colour.blue) / 3
        let grey = 232 + min(max((mean - 3) / 10, 0), 23)
        return colours[grey].distance(to: colour) < colours[cube].distance(to: colour) ? grey : cube
    }

    /// CSS for every class that ``ANSIRenderer`` writes. `--ansi-foreground` and `--ansi-background` are the colours of
    /// the log itself, for inverse text.
    public static let styleSheet: String = {
        var rules = [
            ".ansi-bold{font-weight:bold}", ".ansi-dim{opacity:.65}", ".ansi-italic{font-style:italic}",
            ".ansi-underline{text-decoration:underline}", ".ansi-strike{text-decoration:line-through}",
            ".ansi-underline.ansi-strike{text-decoration:underline line-through}", ".ansi-hidden{visibility:hidden}",
            ".ansi-fg-background{color:var(--ansi-background,Canvas)}",
            ".ansi-bg-foreground{background-color:var(--ansi-foreground,CanvasText)}", ".ansi-link{text-decoration:underline}",
        ]
        for (number, colour) in colours.enumerated() {
            let value = number < 16 ? "var(--ansi-\(number),\(colour.css))" : colour.css
            rules.append(".ansi-fg-\(number){color:\(value)}")
            rules.append(".ansi-bg-\(number){background-color:\(value)}")
        }
        return rules.joined(separator: "\n") + "\n"
    }()
}
