# Slipway: build, try, test, measure, install. `make help` lists the targets.

SWIFT ?= swift
PREFIX ?= /usr/local
DESTDIR ?=
DEMO_PORT ?= 8080
DETACH ?=

DEBUG_BINARY := .build/debug/slipway
RELEASE_FOLDER := .build-static
RELEASE_BINARY := $(RELEASE_FOLDER)/release/slipway
VENV := .venv

bin_folder := $(DESTDIR)$(PREFIX)/bin
unit_folder := $(DESTDIR)$(PREFIX)/lib/systemd/system
sysusers_folder := $(DESTDIR)$(PREFIX)/lib/sysusers.d
tmpfiles_folder := $(DESTDIR)$(PREFIX)/lib/tmpfiles.d
share_folder := $(DESTDIR)$(PREFIX)/share
settings_folder := $(DESTDIR)/etc/slipway

.DEFAULT_GOAL := help
.PHONY: help deps test-deps build release demo demo-stop test unit scenarios browser system pipelines bench lint format \
	install uninstall clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

deps: ## install the system packages that building and running need
	@scripts/install-packages build run

test-deps: ## install what the tests need besides
	@scripts/install-packages build run test
	@scripts/prepare-venv $(VENV)

build: ## build the debug binary
	$(SWIFT) build --product slipway

release: ## build the binary to install, with Swift's runtime in it
	$(SWIFT) build -c release --product slipway --static-swift-stdlib --scratch-path $(RELEASE_FOLDER)

demo: deps build ## show it: a daemon, a repository with a small project, a push, a green run
	@python3 scripts/demo.py start --binary $(DEBUG_BINARY) --port $(DEMO_PORT) $(if $(DETACH),--detach)

demo-stop: ## stop a demo that was started with DETACH=1
	@python3 scripts/demo.py stop

# What can't run here fails then, and is not skipped.
test: export CI := 1
test: test-deps unit scenarios browser system pipelines ## install what the tests need and run them all

unit: ## unit tests
	$(SWIFT) build --build-tests
	$(SWIFT) test --skip-build

scenarios: ## whole-daemon scenarios over real Git servers
	$(VENV)/bin/pytest Tests/Scenarios

browser: ## the page in a real browser
	$(VENV)/bin/pytest Tests/Browser

system: ## the unit file under a real systemd
	$(VENV)/bin/pytest Tests/System

pipelines: ## the ready pipelines, from a push to what is deployed
	$(VENV)/bin/pytest Tests/Pipelines

bench: deps release ## measure, as ratios to a hook that runs a script
	@scripts/install-packages bench
	python3 bench/bench.py --binary $(RELEASE_BINARY)
	python3 bench/build_context.py --binary $(RELEASE_BINARY) --size 1024
	python3 bench/pages.py --binary $(RELEASE_BINARY)

lint: ## check the form of the sources
	$(SWIFT) format lint --strict --recursive Sources Tests Package.swift

format: ## bring the sources into form
	$(SWIFT) format --in-place --recursive Sources Tests Package.swift

install: ## install the release binary, the service and its settings (DESTDIR=, PREFIX=)
	@test -x $(RELEASE_BINARY) || { echo "There is no $(RELEASE_BINARY) yet: run \"make release\" first." >&2; exit 1; }
	install -D -m 755 -s $(RELEASE_BINARY) $(bin_folder)/slipway
	install -d $(unit_folder)
	sed -e 's,/usr/bin/slipway,$(PREFIX)/bin/slipway,' -e 's,/usr/share/doc,$(PREFIX)/share/doc,' systemd/slipway.service > $(unit_folder)/slipway.service
	install -m 644 systemd/slipway-metadata.socket systemd/slipway-metadata.service $(unit_folder)
	install -D -m 644 systemd/slipway.sysusers.conf $(sysusers_folder)/slipway.conf
	install -D -m 644 systemd/slipway.tmpfiles.conf $(tmpfiles_folder)/slipway.conf
	install -D -m 644 runner.conf.example $(share_folder)/doc/slipway/runner.conf.example
	test -e $(settings_folder)/runner.conf || install -D -m 640 runner.conf.example $(settings_folder)/runner.conf
	install -d $(share_folder)/bash-completion/completions $(share_folder)/zsh/site-functions \
		$(share_folder)/fish/vendor_completions.d
	$(RELEASE_BINARY) completion bash > $(share_folder)/bash-completion/completions/slipway
	$(RELEASE_BINARY) completion zsh > $(share_folder)/zsh/site-functions/_slipway
	$(RELEASE_BINARY) completion fish > $(share_folder)/fish/vendor_completions.d/slipway.fish
	@test -n "$(DESTDIR)" || scripts/after-install

uninstall: ## take away what install put there; settings and state stay
	@test -n "$(DESTDIR)" || scripts/before-uninstall
	rm -f $(bin_folder)/slipway $(unit_folder)/slipway.service $(unit_folder)/slipway-metadata.socket \
		$(unit_folder)/slipway-metadata.service $(sysusers_folder)/slipway.conf \
		$(tmpfiles_folder)/slipway.conf $(share_folder)/bash-completion/completions/slipway \
		$(share_folder)/zsh/site-functions/_slipway $(share_folder)/fish/vendor_completions.d/slipway.fish \
		$(share_folder)/doc/slipway/runner.conf.example
	@echo "Left in place: $(settings_folder) and $(DESTDIR)/var/lib/slipway."

clean: ## take away everything that was built
	@python3 scripts/demo.py stop --quiet || true
	rm -rf .build .build-* .demo $(VENV) .pytest_cache
