/// The script that is a lasting shell: it runs the files whose paths come through a pipe, one after the other, and tells the end of
/// each by a mark in its output.
///
/// A command may end the shell (`exit`, `set -e`). What it knew is then in a file, for the shell that comes after it: variables,
/// functions, options and the folder in Bash; in another shell all but functions.
struct ShellDriver {
    let isBash: Bool

    /// Bash takes any number; others take one digit only. Commands are less likely to use these themselves.
    private var input: Int { isBash ? 250 : 7 }
    private var output: Int { isBash ? 251 : 8 }

    /// The driver as a file. It is started with the pipe's path, the path of the state that it begins with, that of the one that it
    /// leaves, and the mark.
    var script: String {
        """
        exec \(input)<"$1" \(output)>&1
        if [ -f "$2" ]; then
          . "$2" >/dev/null 2>&1
        fi
        __slipway_state=$3
        __slipway_mark=$4
        \(end)
        trap __slipway_end EXIT
        set --
        { printf '%s0 ready\\n' "$__slipway_mark" >&\(output); } 2>/dev/null
        while { IFS= read -r __slipway_next <&\(input); } 2>/dev/null; do
          . "$__slipway_next" </dev/null
          { printf '%s%s done\\n' "$__slipway_mark" "$?" >&\(output); } 2>/dev/null
        done

        """
    }

    /// What a shell does that ends: its state first, so that it is there when the mark is.
    private var end: String {
        """
        __slipway_end() {
          { __slipway_status=$? __slipway_flags=$-; set +eux; trap - EXIT; } 2>/dev/null
          {
            \(isBash ? "declare -p; declare -f; declare -F; shopt -p" : "set; export -p")
            printf 'cd -- "$PWD"\\n'
            printf 'umask %s\\n' "$(umask)"
            set +o
            for __slipway_flag in e u x; do
              case $__slipway_flags in *$__slipway_flag*) printf 'set -%s\\n' "$__slipway_flag" ;; esac
            done
          } >"$__slipway_state" 2>/dev/null
          printf '%s%s exit\\n' "$__slipway_mark" "$__slipway_status" >&\(output)
        }
        """
    }

    /// A command in a shell of its own: a copy of this one, of which nothing comes back.
    static func isolated(_ path: String) -> String { "( . \(quoted(path)) )" }

    /// Sets variables for what follows. Credentials of AWS that commands got themselves are left as they are.
    ///
    /// - Parameter told: what the shell was told of them before.
    static func exporting(_ variables: [(String, String)], insteadOf told: [String: String]) -> String {
        func text(_ variables: [(String, String)]) -> String {
            variables.map { "export \($0.0)=\(quoted($0.1))\n" }.joined()
        }
        let names = HandedCredentials.variableNames
        let credentials = variables.filter { names.contains($0.0) }
        let others = text(variables.filter { !names.contains($0.0) })
        guard !credentials.isEmpty else { return others }
        let old = quoted(told[names[0]] ?? "")
        return others + "if [ \"${\(names[0])-}\" = \(old) ]; then\n\(text(credentials))fi\n"
    }

    /// Has the shell expand a text, as in double quotes, into a file. A mistake in it doesn't end the shell.
    ///
    /// - Parameter word: ends the text; no line of it is the same.
    static func expanding(_ text: String, into path: String, word: String) -> String {
        "( cat >\(quoted(path)) <<\(word)\n\(text)\n\(word)\n)"
    }

    /// Writes the user's name and number into a file.
    static func tellingUser(into path: String) -> String {
        "{ id -un; id -u; } >\(quoted(path)) 2>/dev/null || :"
    }

    /// Writes the shell's folder and then, each with a zero byte at its end, its exported variables into a file.
    static func tellingPlace(into path: String) -> String {
        "{ pwd; env -0; } >\(quoted(path)) 2>/dev/null || :"
    }

    /// Becomes another user, where that is allowed, and starts what follows.
    static let becomingUser = """
        user=$1
        shift
        if [ "$(id -un 2>/dev/null)" = "$user" ] || [ "$(id -u)" = "$user" ]; then exec "$@"; fi
        if ! id -u "$user" >/dev/null 2>&1; then echo "there is no user \\"$user\\" here"; exit 1; fi
        if [ "$(id -u)" != 0 ]; then echo "only root can run commands as \\"$user\\", the job is $(id -un)"; exit 1; fi
        HOME=$(eval echo "~$user")
        export HOME
        if command -v setpriv >/dev/null 2>&1; then
          exec setpriv --reuid "$(id -u "$user")" --regid "$(id -g "$user")" --init-groups -- "$@"
        fi
        exec su -m -s /bin/sh "$user" -c 'exec "$@"' sh "$@"
        """

    /// Says by a word, and its own user's name, why it could not become another user: `missing`, `unprivileged` or `unequipped`.
    static let checkingUser = """
        user=$1
        own=$(id -un 2>/dev/null || id -u 2>/dev/null || echo unknown)
        if [ "$own" = "$user" ] || [ "$(id -u)" = "$user" ]; then exit 0; fi
        if [ "$(id -u)" = 0 ]; then own=root; fi
        if ! id -u "$user" >/dev/null 2>&1; then echo "missing $own"; exit 1; fi
        if [ "$own" != root ]; then echo "unprivileged $own"; exit 1; fi
        if ! command -v setpriv >/dev/null 2>&1 && ! command -v su >/dev/null 2>&1; then echo "unequipped $own"; exit 1; fi
        """

    /// A text as a shell takes it for one word.
    private static func quoted(_ text: String) -> String { "'\(text.replacing("'", with: "'\\''"))'" }
}
