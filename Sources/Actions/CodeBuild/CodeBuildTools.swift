/// The programs that CodeBuild has in every build, as far as they have a meaning here: shell scripts that need `find`, `awk` and
/// `sha256sum` only.
enum CodeBuildTools {
    /// The number of a build of `build-fanout`, from 1, and how many there are.
    static let shardNumber = "CODEBUILD_SHARD_NUMBER"
    static let shardCount = "CODEBUILD_SHARD_COUNT"

    /// The scripts by their names.
    static let scripts = [
        "codebuild-glob-search": globSearch, "codebuild-hash-files": hashFiles, "codebuild-tests-run": testsRun,
        GitCredentialHelper.name: GitCredentialHelper.script,
    ]

    private static let globSearch = #"""
        #!/bin/sh
        # Prints the files below this folder that one of the patterns matches, sorted. "**/" stands for any folders, "*" and "?" for
        # parts of a name, "{a,b}" for one of several. A pattern that begins with "/" is one of the source's folder. What is Git's own
        # is no file of the source.
        if [ $# = 0 ]; then
          echo "usage: codebuild-glob-search <pattern>..." >&2
          exit 2
        fi
        CODEBUILD_PATTERNS=$(printf '%s\n' "$@")
        CODEBUILD_FOLDER=$PWD/
        CODEBUILD_PROGRAM=${CODEBUILD_PROGRAM:-codebuild-glob-search}
        export CODEBUILD_PATTERNS CODEBUILD_FOLDER CODEBUILD_PROGRAM
        source=.
        for pattern; do
          case $pattern in /*) source=${CODEBUILD_SRC_DIR:-$PWD} ;; esac
        done
        {
          find . -name .git -prune -o -type f -print
          [ "$source" = . ] || find "$source" -name .git -prune -o -type f -print
        } | awk '
          function expression(glob,   out, i, c, depth) {
            sub(/^\.\//, "", glob)
            out = "^"
            for (i = 1; i <= length(glob); i++) {
              c = substr(glob, i, 1)
              if (substr(glob, i, 3) == "**/") { out = out "(.*/)?"; i += 2 }
              else if (substr(glob, i, 2) == "**") { out = out ".*"; i++ }
              else if (c == "*") out = out "[^/]*"
              else if (c == "?") out = out "[^/]"
              else if (c == "{") { out = out "("; depth++ }
              else if (c == "}" && depth) { out = out ")"; depth-- }
              else if (c == "," && depth) out = out "|"
              else if (c == "^" || c == "\\") out = out "\\" c
              else if (index(".|()+$[]{}", c)) out = out "[" c "]"
              else out = out c
            }
            return out "$"
          }
          BEGIN {
            count = split(ENVIRON["CODEBUILD_PATTERNS"], globs, "\n")
            folder = ENVIRON["CODEBUILD_FOLDER"]
            for (n = 1; n <= count; n++) {
              # Below this folder both forms of a pattern say the same.
              if (index(globs[n], folder) == 1) globs[n] = substr(globs[n], length(folder) + 1)
              isAbsolute[n] = substr(globs[n], 1, 1) == "/"
              patterns[n] = expression(globs[n])
            }
          }
          {
            path = substr($0, 1, 2) == "./" ? substr($0, 3) : $0
            if (index(path, folder) == 1) next
            found = 0
            # What is below this folder has an absolute path as well.
            whole = substr(path, 1, 1) == "/" ? path : folder path
            for (n = 1; n <= count; n++)
              if ((isAbsolute[n] || substr(path, 1, 1) != "/") && (isAbsolute[n] ? whole : path) ~ patterns[n]) { matched[n] = 1; found = 1 }
            if (found) print path
          }
          END {
            for (n = 1; n <= count; n++)
              if (!matched[n]) print ENVIRON["CODEBUILD_PROGRAM"] ": no file matches " globs[n] | "cat 1>&2"
          }
        ' | LC_ALL=C sort

        """#

    private static let hashFiles = #"""
        #!/bin/sh
        # Prints a SHA-256 over the files of the source that one of the patterns matches.
        here=$(cd "$(dirname "$0")" && pwd) || exit 1
        cd "${CODEBUILD_SRC_DIR:-.}" || exit 1
        files=$(CODEBUILD_PROGRAM=codebuild-hash-files "$here/codebuild-glob-search" "$@") || exit
        if [ -z "$files" ]; then
          echo "codebuild-hash-files: the hash is empty, and so the same for every state of the source" >&2
          exit 0
        fi
        printf '%s\n' "$files" | while IFS= read -r file; do
          sha256sum <"$file" || exit 1
        done | sha256sum | cut -d ' ' -f 1

        """#

    private static let testsRun = #"""
        #!/bin/sh
        # Runs this build's share of the test files: every file is in one build of the fan-out.
        strategy=equal-distribution
        while [ $# -gt 0 ]; do
          case $1 in
            --test-command) command=$2; shift ;;
            --files-search) search=$2; shift ;;
            --sharding-strategy) strategy=$2; shift ;;
            --test-command=*) command=${1#*=} ;;
            --files-search=*) search=${1#*=} ;;
            --sharding-strategy=*) strategy=${1#*=} ;;
            *) echo "codebuild-tests-run: unknown option $1" >&2; exit 2 ;;
          esac
          shift
        done
        if [ -z "$command" ] || [ -z "$search" ]; then
          echo "usage: codebuild-tests-run --test-command <command> --files-search <command> [--sharding-strategy <name>]" >&2
          exit 2
        fi
        number=${CODEBUILD_SHARD_NUMBER:-1}
        count=${CODEBUILD_SHARD_COUNT:-1}
        found=$(sh -c "$search") || exit
        case $strategy in
          equal-distribution)
            CODEBUILD_CURRENT_SHARD_FILES=$(printf '%s\n' "$found" | LC_ALL=C sort -u | awk -v number="$number" -v count="$count" '
              NF { files[++total] = $0 }
              END { for (i = 1; i <= total; i++) if (int((i - 1) * count / total) + 1 == number) print files[i] }') ;;
          stability)
            CODEBUILD_CURRENT_SHARD_FILES=$(printf '%s\n' "$found" | LC_ALL=C sort -u | while IFS= read -r file; do
              [ -n "$file" ] || continue
              sum=$(printf '%s' "$file" | cksum | cut -d ' ' -f 1)
              [ $((sum % count + 1)) = "$number" ] && printf '%s\n' "$file"
            done) ;;
          *) echo "codebuild-tests-run: unknown strategy $strategy; there are equal-distribution and stability" >&2; exit 2 ;;
        esac
        if [ -z "$CODEBUILD_CURRENT_SHARD_FILES" ]; then
          echo "codebuild-tests-run: build $number of $count has no test files"
          exit 0
        fi
        export CODEBUILD_CURRENT_SHARD_FILES
        case $command in
          *CODEBUILD_CURRENT_SHARD_FILES*) exec sh -c "$command" ;;
        esac
        set -f
        IFS='
        '
        set -- $CODEBUILD_CURRENT_SHARD_FILES
        unset IFS
        exec sh -c "$command \"\$@\"" sh "$@"

        """#
}
