internal import Diagnostics
internal import HTTPTypes
internal import Hummingbird

/// What a person sees when a request fails.
struct ErrorPage: Sendable {
    private let site: WebSite

    init(_ site: WebSite) { self.site = site }

    func show(_ problem: WebProblem, request: WebRequest) -> Response {
        let body = site.renderer.html(
            "error",
            [
                "status": Int(problem.status.code), "title": problem.title, "detail": problem.detail,
                "diagnostics": problem.diagnostics.map { diagnostic -> PageValues in
                    [
                        "place": "\(diagnostic.file):\(diagnostic.line):\(diagnostic.column)",
                        "message": diagnostic.message,
                    ]
                },
                "hasDiagnostics": !problem.diagnostics.isEmpty,
            ])
        let view = site.renderer.view(
            title: problem.title, mood: "", frame: PageFrame(), fragments: [RenderedView.Fragment(id: nil, html: body)])
        var response = site.renderer.response(view, request: request, status: problem.status)
        for field in problem.headers { response.headers[field.name] = field.value }
        return response
    }
}
