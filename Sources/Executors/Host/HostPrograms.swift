/// What a job on this host finds without saying where.
public enum HostPrograms {
    /// The folders that programs are looked for in, unless the settings or a step change `PATH`: those of no user's login.
    public static let searchPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
}
