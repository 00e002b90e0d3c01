// The rows of `docker` and `labels`.

extension SettingsManual {
    static let dockerKeys: [SettingKey] = [
        SettingKey(
            "docker.socket", \.docker.socket,
            .words("the one that DOCKER_HOST of the daemon's environment names, or /var/run/docker.sock, where it is there"),
            sample: "/run/user/1000/docker.sock",
            "The socket of the Docker Engine that makes the containers of jobs, services and Docker actions; off for none. The"
                + " daemon's user must be allowed to use it, which makes that user as good as root. An engine at tcp://HOST:PORT"
                + " does as well; one on another host builds, pushes and runs images, and has no container jobs or services."),
        SettingKey(
            "docker.certificates", \.docker.certificates,
            .words("that of DOCKER_CERT_PATH with DOCKER_HOST and DOCKER_TLS_VERIFY, else no TLS"),
            sample: "/etc/slipway/docker",
            "For an engine at tcp://HOST:PORT: the folder with ca.pem, whom the engine is believed, and with cert.pem and key.pem,"
                + " by which it knows the daemon. Jobs don't see it."),
        SettingKey(
            "docker.pull", \.docker.pull, .value("missing"), sample: "always",
            "When an image is pulled that a job names: missing, if this host does not have it, or always, before each use."),
        SettingKey(
            "docker.prune.unnamed", \.docker.prune.unnamed, .value("off"), sample: "7d",
            "Removes images without a name that are older, as builds leave them, whoever made them, and what BuildKit has not used"
                + " for as long; off: never. What a container was made of stays."),
        SettingKey(
            "docker.prune.keep", \.docker.prune.keep, .value("off"), sample: "3",
            "How many tags of each image's name stay, the newest ones; off: all. The tag latest always stays."),
        SettingKey(
            "docker.prune.label", \.docker.prune.label, .words("every image counts"), sample: "team=web",
            "docker.prune.keep counts only images with this label."),
        SettingKey(
            "docker.prune.free", \.docker.prune.free, .value("off"), sample: "2GiB",
            "With less free where the engine keeps its data, images without a name are removed at any age; off: never."),
        SettingKey(
            "labels", \.labels, .value("{}"),
            sample: "{gpu: host, \"ubuntu-22.04\": {image: \"python:3.12\", options: \"--cpus 2\"}}",
            "What the labels of runs-on stand for: host, or {image: NAME} for a container of that image, with options as"
                + " \"docker create\" takes them. \"*\" in a label stands for anything. A job's own container goes before. Other"
                + " labels stand for this host, but those of Windows and macOS, which are refused."),
    ]
}
