/// How a commit is laid out for a job.
public struct CheckoutOptions: Sendable, Hashable, Codable {
    /// The full name of the reference that the run is about. A branch is checked out as that branch, a tag or a pull
    /// request leaves HEAD on the commit, and so does nil.
    public var reference: String?
    /// How many generations of commits `.git` gets; 0 is the whole history with every branch and tag.
    public var depth = 1
    /// The folder below the target, such as `vendor/lib`; empty for the target itself. Links in it are not followed.
    public var path = ""
    /// The address of `origin`. Nil takes the mirror's remote; a password in it is left out.
    public var originURL: String?
    /// Whether what is in the folder already is removed. If not, and there is a checkout, files that don't belong to it stay, as
    /// they do with `git checkout --force`; what is no checkout is removed all the same.
    public var removesExistingContents = true
    /// Whether every tag comes along, with as much of its history as `depth` says.
    public var includesTags = false
    /// Nil: every file is laid out.
    public var sparse: SparseCheckout?
    /// Submodules that the job's git is to know as its own; laying them out is the caller's.
    public var submodules: [SubmoduleDeclaration] = []
    /// The most files of one checkout: a tree can name the same folder over and over.
    public var fileLimit = 2_000_000

    public init(
        reference: String? = nil, depth: Int = 1, path: String = "", originURL: String? = nil,
        removesExistingContents: Bool = true
    ) {
        self.reference = reference
        self.depth = depth
        self.path = path
        self.originURL = originURL
        self.removesExistingContents = removesExistingContents
    }
}
