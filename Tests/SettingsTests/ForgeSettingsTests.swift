import Settings
import Testing

@Suite struct ForgeSettingsTests {
    private func forge(_ url: String, more: String = "") throws -> ForgeSettings {
        let text = "repositories:\n  - name: demo\n    url: '\(url)'\n\(more)"
        return try #require(RunnerSettings.parse(text).settings?.repositories.first).forge
    }

    @Test(
        "the forge follows from the repository's address",
        arguments: [
            ("https://github.com/team/model.git", "https://github.com", "https://api.github.com", "team/model"),
            ("git@github.com:team/model.git", "https://github.com", "https://api.github.com", "team/model"),
            (
                "ssh://git@git.example.org:2222/team/model", "https://git.example.org", "https://git.example.org/api/v3",
                "team/model"
            ),
            ("http://127.0.0.1:3000/team/model.git/", "http://127.0.0.1:3000", "http://127.0.0.1:3000/api/v3", "team/model"),
            ("https://gitlab.example.org/a/b/c.git", "https://gitlab.example.org", "https://gitlab.example.org/api/v3", "a/b/c"),
            ("https://example.org/model.git", "https://example.org", "https://example.org/api/v3", "local/demo"),
        ])
    func derived(url: String, server: String, api: String, repository: String) throws {
        let forge = try forge(url)
        #expect(forge.serverURL == server)
        #expect(forge.apiURL == api)
        #expect(forge.repository == repository)
    }

    @Test("a repository on this machine has no forge", arguments: ["/srv/git/team/model.git", "file:///srv/model.git", "model"])
    func local(url: String) throws {
        let forge = try forge(url)
        #expect(forge.serverURL == nil)
        #expect(forge.apiURL == nil)
        #expect(forge.graphQLURL == nil)
        #expect(forge.repository == "local/demo")
    }

    @Test("a setting goes before what follows from the address, and the API follows from it")
    func overridden() throws {
        let forge = try forge("/srv/model.git", more: "    forge: {server_url: 'https://github.com/', repository: team/model}\n")
        #expect(forge.serverURL == "https://github.com")
        #expect(forge.graphQLURL == "https://api.github.com/graphql")
        #expect(forge.repository == "team/model")
    }
}
