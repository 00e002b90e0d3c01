/// Finds who answers a call.
struct ServiceRouter {
    let place: ServicePlace

    func call(_ request: ServiceRequest) throws(ServiceRefusal) -> any ServiceCall {
        if BlobEndpoints.answers(request.path) { return try BlobEndpoints(place: place).call(request) }
        guard let token = request.token, place.key.accepts(token: token) else { throw .unauthenticated }
        let names = request.names
        if names.first == "twirp", names.count == 3 { return try twirp(request, service: names[1], method: String(names[2])) }
        if names.prefix(2) == ["_apis", "artifactcache"] {
            return try CacheEndpoints(place: place).call(request, Array(names.dropFirst(2)))
        }
        throw ServiceRefusal(status: 404, code: "bad_route", message: "there is nothing at \(request.path)")
    }

    private func twirp(
        _ request: ServiceRequest, service: Substring, method: String
    ) throws(ServiceRefusal) -> any ServiceCall {
        let unknown = ServiceRefusal(
            status: 404, code: "bad_route", message: "the service \(service) has no method \(method) here")
        guard request.method == "POST" else { throw unknown }
        guard request.headers["content-type"]?.hasPrefix("application/json") == true else {
            throw ServiceRefusal(
                status: 415, code: "malformed", message: "only JSON is understood here: Content-Type must be application/json")
        }
        let work: ([UInt8]) throws(ServiceRefusal) -> ServiceResponse
        switch service {
        case "github.actions.results.api.v1.ArtifactService":
            guard let found = ArtifactMethods(place: place, request: request).method(named: method) else { throw unknown }
            work = found
        case "github.actions.results.api.v1.CacheService":
            guard let found = CacheMethods(place: place, request: request).method(named: method) else { throw unknown }
            work = found
        default: throw unknown
        }
        return WholeBodyCall(work: work)
    }
}
