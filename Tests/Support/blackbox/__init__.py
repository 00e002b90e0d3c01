"""Parts for tests that drive the built binary from outside: daemons, Git servers, webhooks, streams."""
