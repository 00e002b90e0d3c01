internal import Expressions

/// `imagedefinitions.json`: which container is to run which image, as CodePipeline's standard deploy to ECS takes it.
public enum ImageDefinitions {
    /// - Parameter name: of the file, for messages.
    public static func images(
        json text: String, name: String
    ) throws(DeploymentError) -> [(container: String, image: String)] {
        let value: ExpressionValue
        do throws(ExpressionError) { value = try ExpressionValue(json: text) } catch {
            throw DeploymentError(.refused, "\(name) is not JSON: \(error.message)")
        }
        guard case .array(let entries) = value, !entries.isEmpty else {
            throw DeploymentError(
                .refused, "\(name) must be a list of objects with \"name\" and \"imageUri\", one for each container")
        }
        var images: [(container: String, image: String)] = []
        for (index, entry) in entries.enumerated() {
            guard case .string(let container)? = entry["name"], case .string(let image)? = entry["imageUri"],
                !container.isEmpty, !image.isEmpty
            else { throw DeploymentError(.refused, "entry \(index + 1) of \(name) must have a \"name\" and an \"imageUri\"") }
            images.append((container, image))
        }
        return images
    }
}
