internal import Execution
internal import Git

/// `git-credential-helper: yes` of a buildspec: what git finds where a build's commands fetch or push by HTTPS.
///
/// For CodeCommit a user and a password are made of the AWS credentials that the build has at that moment, as CodeBuild's own
/// helper makes them. For the host of the repository it is the token that the project's settings give the build, never the
/// daemon's own.
struct GitCredentialHelper {
    static let name = "codebuild-git-credential"

    let invocation: ActionInvocation
    /// The helper, as the job knows it.
    let program: String

    private static let host = "SLIPWAY_GIT_HOST"
    private static let token = "SLIPWAY_GIT_TOKEN"
    /// In the configuration a star stands for one part of a host's name.
    private static let codeCommit = ["https://git-codecommit.*.amazonaws.com", "https://git-codecommit.*.amazonaws.com.cn"]

    /// `https://host`, of the repository; nil where it is on this machine.
    private var repositoryHost: String? {
        guard let address = try? RemoteAddress(parsing: invocation.assignment.source.originURL), !address.isLocal,
            let host = address.host
        else { return nil }
        let place = host.contains(":") ? "[\(host)]" : host
        guard address.scheme == .http || address.scheme == .https else { return "https://\(place)" }
        return "\(address.scheme)://\(place)" + (address.port.map { ":\($0)" } ?? "")
    }

    private var given: String? { invocation.input("git-token") }

    /// Git's configuration, by the variables that it takes it from: nothing is written where it would outlast the build.
    var variables: [String: String] {
        var settings: [(String, String)] = []
        for place in Self.codeCommit {
            settings.append(("credential.\(place).helper", program))
            // A password for CodeCommit is one for a path.
            settings.append(("credential.\(place).useHttpPath", "true"))
        }
        var variables: [String: String] = [:]
        if let repositoryHost, let given {
            settings.append(("credential.\(repositoryHost).helper", program))
            variables = [Self.host: repositoryHost, Self.token: given]
        }
        // After what the build's own variables configure.
        let first = invocation.environment["GIT_CONFIG_COUNT"].flatMap { Int($0) } ?? 0
        for (index, (key, value)) in settings.enumerated() {
            variables["GIT_CONFIG_KEY_\(first + index)"] = key
            variables["GIT_CONFIG_VALUE_\(first + index)"] = value
        }
        variables["GIT_CONFIG_COUNT"] = "\(first + settings.count)"
        return variables
    }

    var remark: String {
        guard let repositoryHost else { return "git finds a credential for CodeCommit" }
        guard given != nil else {
            return "git finds a credential for CodeCommit, and none for \(repositoryHost): \"git_credential\" of the build in"
                + " the settings is to name a stored secret with a token"
        }
        return "git finds a credential for CodeCommit and for \(repositoryHost)"
    }

    /// Speaks git's protocol for credential helpers. HMAC is made of `sha256sum`, so that no key is an argument of a program.
    static let script = #"""
        #!/bin/sh
        # Gives git the credential of the repository's host, or one for CodeCommit that is made of the build's AWS credentials.
        [ "$1" = get ] || exit 0
        protocol= host= path=
        while IFS= read -r line && [ -n "$line" ]; do
          case $line in
            protocol=*) protocol=${line#*=} ;;
            host=*) host=${line#*=} ;;
            path=*) path=${line#*=} ;;
          esac
        done

        # Escapes for printf of hexadecimal digits, each byte xor $2, filled up with that to $3 bytes.
        octal() {
          printf '%s\n' "$1" | awk -v mask="$2" -v size="$3" '
            function digit(place) { return index("0123456789abcdef", substr($0, place, 1)) - 1 }
            function xor(a, b,   result, bit) {
              for (bit = 1; bit < 256; bit *= 2) {
                if (a % 2 != b % 2) result += bit
                a = int(a / 2); b = int(b / 2)
              }
              return result
            }
            {
              count = length($0) / 2
              for (i = 0; i < count || i < size; i++)
                printf "\\%03o", xor(i < count ? digit(2 * i + 1) * 16 + digit(2 * i + 2) : 0, mask)
            }'
        }
        digest() { sha256sum | cut -c 1-64; }
        # HMAC-SHA256 of the standard input by $key, both in hexadecimal digits.
        hmac() {
          inner=$({ printf "$(octal "$key" 54 64)"; cat; } | digest)
          { printf "$(octal "$key" 92 64)"; printf "$(octal "$inner" 0 0)"; } | digest
        }

        case $protocol://$host in
          "$SLIPWAY_GIT_HOST")
            printf 'username=x-access-token\npassword=%s\n' "$SLIPWAY_GIT_TOKEN" ;;
          https://git-codecommit*.amazonaws.com | https://git-codecommit*.amazonaws.com.cn)
            if [ -z "$AWS_ACCESS_KEY_ID" ] || [ -z "$AWS_SECRET_ACCESS_KEY" ]; then
              echo "codebuild-git-credential: the build has no AWS credentials, of which one for $host could be made" >&2
              exit 1
            fi
            region=${host#git-codecommit*.}
            region=${region%%.*}
            time=$(date -u +%Y%m%dT%H%M%S)
            day=${time%T*}
            request=$(printf 'GIT\n/%s\n\nhost:%s\n\nhost\n' "$path" "$host" | digest)
            key=$(printf 'AWS4%s' "$AWS_SECRET_ACCESS_KEY" | od -An -v -tx1 | tr -d ' \n')
            [ ${#key} -le 128 ] || key=$(printf "$(octal "$key" 0 0)" | digest)
            for part in "$day" "$region" codecommit aws4_request; do key=$(printf '%s' "$part" | hmac); done
            scope=$day/$region/codecommit/aws4_request
            signature=$(printf 'AWS4-HMAC-SHA256\n%s\n%s\n%s' "$time" "$scope" "$request" | hmac)
            printf 'username=%s\npassword=%sZ%s\n' \
              "$AWS_ACCESS_KEY_ID${AWS_SESSION_TOKEN:+%$AWS_SESSION_TOKEN}" "$time" "$signature" ;;
        esac

        """#
}
