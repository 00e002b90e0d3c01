internal import Docker

/// Signals a command in a container and everything that descends from it. From outside of the container its processes are
/// not to be had without being root on the host, so a small script in it looks for them.
struct CommandSweep {
    let engine: DockerEngine
    let container: String
    /// The command's first process, as the container numbers it.
    let pid: Int
    /// A variable of its environment that no other command has: what lost its parent and its session is found by it.
    let mark: String

    private static let limit = 30.0

    /// Uses nothing but the shell's own means, and `grep` where there is one: images have little in common.
    ///
    /// Arguments: the signal, the first process, the mark. Processes of its own don't count: they carry no mark, have
    /// another session, and another parent.
    private static let script = """
        signal=$1; found=" $2 "; mark=$3; grown=yes; self=$$
        while [ "$grown" = yes ]; do
          grown=no
          for folder in /proc/[0-9]*; do
            id=${folder#/proc/}
            case $found in *" $id "*) continue ;; esac
            [ "$id" = "$self" ] && continue
            line=; { read -r line < "$folder/stat"; } 2>/dev/null || continue
            set -- ${line##*) }
            [ "$1" = Z ] && continue
            case $found in
              *" $2 "* | *" $4 "*) found="$found$id "; grown=yes; continue ;;
            esac
            if grep -qs -- "$mark" "$folder/environ" 2>/dev/null; then found="$found$id "; grown=yes; fi
          done
        done
        count=0
        for id in $found; do kill -s "$signal" "$id" 2>/dev/null && count=$((count + 1)); done
        echo "$count"
        """

    /// - Parameter signal: `TERM`, `KILL`.
    /// - Returns: how many processes got it; nil where that could not be found out.
    func send(_ signal: String) -> Int? {
        // As root for what changed its user, and as the container's user, without whose identity root can't read
        // the environment of its processes.
        let counts = ["0", nil].compactMap { user in run(signal, as: user) }
        return counts.isEmpty ? nil : counts.max()
    }

    private func run(_ signal: String, as user: String?) -> Int? {
        let command = CommandDefinition(
            ["/bin/sh", "-c", Self.script, "sh", signal, "\(pid)", mark], workingDirectory: "/", user: user)
        let patience = Patience().limited(to: Self.limit)
        var text: [UInt8] = []
        do throws(DockerError) {
            let (_, output) = try engine.startCommand(command, in: container, patience: patience)
            while try output.read(patience, hand: { channel, bytes in if channel == .output { text += bytes } }) == .output {}
        } catch {
            return nil
        }
        return String(decoding: text, as: UTF8.self).split(separator: "\n").last.flatMap { Int($0) }
    }
}
