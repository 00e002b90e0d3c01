/// What `--gpus` asks for: `all`, a number, or `"device=0,1"` and `capabilities=…` in the form of a comma-separated list.
public struct GPURequest {
    public private(set) var request = DeviceRequest()

    /// Nil where the text has another form.
    public init?(_ text: String) {
        request.capabilities = [["gpu"]]
        if text == "all" {
            request.count = -1
            return
        }
        if let count = Int(text) {
            request.count = count
            return
        }
        var key = ""
        // A value may be a list itself, in quotes or not: what has no "=" belongs to the key before it.
        for part in text.filter({ $0 != "\"" && $0 != "'" }).split(separator: ",") {
            let (name, value) = OptionValue.pair(String(part), at: "=")
            if value != nil { key = name }
            guard take(value ?? name, for: key) else { return nil }
        }
        if request.identifiers.isEmpty, request.count == 0 { request.count = -1 }
    }

    /// Whether it can bring nothing but graphics processors.
    public static func isOfGPUsAlone(_ request: DeviceRequest) -> Bool {
        let isPlain = request.identifiers.allSatisfy { name in
            name.utf8.allSatisfy { byte in
                (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || "-:".utf8.contains(byte)
            }
        }
        return isPlain && ["", "nvidia"].contains(request.driver) && !request.capabilities.joined().contains("cdi")
    }

    private mutating func take(_ value: String, for key: String) -> Bool {
        switch key {
        case "" where value == "all": request.count = -1
        case "device": request.identifiers.append(value)
        case "driver": request.driver = value
        case "capabilities": if value != "gpu" { request.capabilities[0].append(value) }
        case "count":
            guard let count = value == "all" ? -1 : Int(value) else { return false }
            request.count = count
        default: return false
        }
        return true
    }
}
