extension LanguageSupport {
    /// The actions that build, push and run images.
    static let imageActions: [BuiltInActionEntry] = [
        BuiltInActionEntry(
            name: "docker/login-action",
            inputs: ["registry", "username", "password", "scope", "ecr", "logout", "registry-auth"]),
        BuiltInActionEntry(
            name: "docker/setup-buildx-action",
            inputs: [
                "version", "name", "driver", "driver-opts", "buildkitd-flags", "buildkitd-config", "buildkitd-config-inline",
                "config", "config-inline", "install", "use", "endpoint", "platforms", "append", "keep-state", "cache-binary",
                "cleanup",
            ]),
        BuiltInActionEntry(name: "docker/setup-qemu-action", inputs: ["image", "platforms", "cache-image", "reset"]),
        BuiltInActionEntry(
            name: "docker/build-push-action",
            inputs: [
                "add-hosts", "allow", "annotations", "attests", "build-args", "build-contexts", "builder", "cache-from",
                "cache-to", "call", "cgroup-parent", "context", "file", "labels", "load", "network", "no-cache",
                "no-cache-filters", "outputs", "platforms", "provenance", "pull", "push", "sbom", "secrets", "secret-envs",
                "secret-files", "shm-size", "ssh", "tags", "target", "ulimit", "github-token",
            ]),
        BuiltInActionEntry(
            name: "docker/metadata-action",
            inputs: [
                "context", "images", "tags", "flavor", "labels", "annotations", "sep-tags", "sep-labels", "sep-annotations",
                "bake-target", "github-token",
            ]),
        BuiltInActionEntry(
            name: "slipway/docker-run",
            inputs: [
                "image", "name", "pull", "env", "command", "entrypoint", "user", "workdir", "labels", "ports", "volumes",
                "network", "ipc", "add-hosts", "restart", "memory", "shm-size", "cpus", "gpus", "health-cmd", "health-interval",
                "health-timeout", "health-start-period", "health-retries", "health-seconds", "stable-seconds", "stop-seconds",
                "deployment", "allow-older",
            ]),
    ]
}
