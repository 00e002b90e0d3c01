internal import Glibc

/// The platforms whose programs the kernel hands to an emulator (binfmt_misc).
enum ForeignPlatforms {
    private static let folder = "/proc/sys/fs/binfmt_misc"
    /// By the name under which qemu's packages register.
    private static let names = [
        ("qemu-aarch64", "linux/arm64"), ("qemu-arm", "linux/arm/v7"), ("qemu-i386", "linux/386"),
        ("qemu-ppc64le", "linux/ppc64le"),
        ("qemu-riscv64", "linux/riscv64"), ("qemu-s390x", "linux/s390x"), ("qemu-x86_64", "linux/amd64"),
    ]

    static func registered() -> [String] { names.filter { access("\(folder)/\($0.0)", F_OK) == 0 }.map(\.1) }
}
