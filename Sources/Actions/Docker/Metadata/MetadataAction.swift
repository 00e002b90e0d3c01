internal import Archives
internal import Docker
public import Execution
internal import Expressions
internal import FoundationEssentials

/// `docker/metadata-action`: makes names and labels of an image from the run's branch, tag, commit and time.
///
/// Inputs and outputs as the original's; see github.com/docker/metadata-action. What the original asks GitHub for (the
/// repository's description and licence) is taken from the event, as far as it has it.
public struct MetadataAction: BuiltinAction {
    public static let names = ["docker/metadata-action"]
    private let now: @Sendable () -> Date

    public init() { now = { Date() } }

    init(now: @escaping @Sendable () -> Date) { self.now = now }

    public func run(_ invocation: ActionInvocation) throws(ActionFailure) -> ActionResult {
        if invocation.input("context") == "git" {
            invocation.log("context: git is the same here: the workflow's own commit is the one that is checked out")
        }
        let context = try MetadataContext(invocation, now: now())
        let flavor = try MetadataFlavor(InputList.lines(invocation.inputs["flavor"]))
        let version = try MetadataVersion(
            MetadataTag.all(InputList.lines(invocation.inputs["tags"])), flavor: flavor, context: context,
            warn: { invocation.log("##[warning]\($0)") })
        let images = try Self.images(InputList.lines(invocation.inputs["images"]))
        let answer = MetadataAnswer(
            version: version.main ?? "", images: images,
            tags: images.isEmpty ? version.names : images.flatMap { image in version.names.map { "\(image):\($0)" } },
            tagNames: version.names,
            labels: try Self.labels(InputList.lines(invocation.inputs["labels"]), version, context),
            annotations: try Self.labels(InputList.lines(invocation.inputs["annotations"]), version, context))
        if version.main == nil {
            invocation.log("##[warning]No Docker image version has been generated. Check tags input.")
        } else if answer.tags.isEmpty {
            invocation.log("##[warning]No Docker tag has been generated. Check tags input.")
        }
        return try answer.result(for: invocation)
    }

    private static func images(_ lines: [String]) throws(ActionFailure) -> [String] {
        var images: [String] = []
        for line in lines {
            var name = ""
            var isEnabled = true
            for field in InputList.fields(line) {
                guard let pair = InputList.pair(field) else {
                    name = InputList.trimmed(field)
                    continue
                }
                switch pair.name.lowercased() {
                case "name": name = InputList.trimmed(pair.value)
                case "enable":
                    guard ["true", "false"].contains(pair.value) else {
                        throw ActionFailure("Invalid enable attribute value: \(pair.value)")
                    }
                    isEnabled = pair.value == "true"
                default: throw ActionFailure("Unknown image attribute: \(pair.name)")
                }
            }
            guard !name.isEmpty else { throw ActionFailure("Image name attribute empty: \(line)") }
            if isEnabled { images.append(name.lowercased()) }
        }
        return images
    }

    private static func labels(
        _ extra: [String], _ version: MetadataVersion, _ context: MetadataContext
    ) throws(ActionFailure) -> [(name: String, value: String)] {
        let repository = context.payload["repository"]
        func text(_ name: String) -> String {
            guard let value = repository?[name], value != .null else { return "" }
            return value.displayString
        }
        let page = text("html_url").isEmpty ? "\(context.serverURL)/\(context.repository)" : text("html_url")
        var labels: [String: String] = [
            "title": context.repository.split(separator: "/").last.map(String.init) ?? "", "description": text("description"),
            "url": page, "source": page, "version": version.main ?? "",
            "created": try MomentText(context.now, zone: "UTC").formatted("YYYY-MM-DD[T]HH:mm:ss.SSS[Z]"),
            "revision": context.sha,
            "licenses": repository?["license"]?["spdx_id"]?.displayString ?? "",
        ]
        labels = Dictionary(uniqueKeysWithValues: labels.map { ("org.opencontainers.image.\($0.key)", $0.value) })
        for line in extra {
            if let pair = InputList.pair(try context.filled(line)) { labels[pair.name] = pair.value }
        }
        return labels.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) }
    }
}
