/// The version of this build, shown by `slipway --version`, the page, and the set-up step of each job.
public enum SlipwayVersion {
    public static let current = "0.1.0"
}
