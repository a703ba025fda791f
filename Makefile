# Everything here sets itself up: a Go toolchain (1.24 or newer) and PostgreSQL (15 or newer) are all that a machine needs.
# Tests start servers of their own; EVGEN_TEST_POSTGRES=postgres://... lets them use another one.

GO          ?= go
FUZZTIME    ?= 10m
STATICCHECK := .bin/staticcheck-v0.8.2
# The race detector needs a C compiler; without one, tests run without it and say so.
RACE        := $(shell command -v $${CC:-cc} >/dev/null 2>&1 && echo -race)

.DEFAULT_GOAL := help
.PHONY: help test postgresql lint golden corpus demo demo-system bench fuzz cover soak

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# Tests of vet are tools that go vet starts once for each package that a fixture needs: with the race detector each start
# takes ten times as long, and nothing in them happens at once.
VET := ^Test(Go)?Vet|^TestScripts$$/^vet

test: lint postgresql ## lint, then every test, with the race detector but for those of vet, generated code included
	@test -n "$(RACE)" || echo "test: no C compiler, so no race detector"
	$(GO) test -timeout 30m ./analysis/...
	$(GO) test -timeout 30m -run '$(VET)' ./cmd/evgen
	$(GO) test $(RACE) -timeout 30m -skip '$(VET)' $$($(GO) list ./... | grep -v /analysis)

# Where the server is missing, Debian's package is installed if that is allowed; tests say what to do if it is not.
postgresql:
	@test -n "$$EVGEN_TEST_POSTGRES" || command -v initdb >/dev/null || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || \
		{ apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends postgresql; } || \
		echo "test: PostgreSQL is not installed, and its tests will fail"

# bench is a module of its own. Its lint needs no network: where modules are not in the cache, it says so.
lint: ## gofmt, go vet, staticcheck and evgen's own vet, the bench module included
	@unformatted=$$(find . -name '*.go' -not -path '*/testdata/*' -not -path './.*/*' | xargs gofmt -l) && \
		if [ -n "$$unformatted" ]; then echo "gofmt -w these:"; echo "$$unformatted"; exit 1; fi
	$(GO) vet ./...
	$(GO) run ./cmd/evgen vet ./...
	@$(MAKE) --no-print-directory $(STATICCHECK) || { test -z "$$CI" && echo "lint: staticcheck cannot be installed here, going on without"; }
	@test ! -x $(STATICCHECK) || { echo $(STATICCHECK) ./...; $(STATICCHECK) ./...; }
	@cd bench && export GOFLAGS=-mod=readonly GOPROXY=off && \
		if why=$$($(GO) list -deps ./... 2>&1 >/dev/null); then \
			echo "bench: $(GO) vet, staticcheck" && $(GO) vet ./... && { test ! -x ../$(STATICCHECK) || ../$(STATICCHECK) ./...; }; \
		else echo "$$why" | head -3; echo "lint: go -C bench mod download fetches what bench lacks"; test -z "$$CI"; fi

$(STATICCHECK):
	@mkdir -p .bin
	GOFLAGS= GOBIN=$(CURDIR)/.bin $(GO) install honnef.co/go/tools/cmd/staticcheck@v0.8.2
	@mv .bin/staticcheck $@

GOLDEN := ./golden ./examples/memory ./schema/importer/jsonschema ./cmd/evgen

golden: ## rewrite what tests compare with; review the diff like code
	-@$(GO) test $(GOLDEN) -update >/dev/null
	$(GO) test $(GOLDEN)
	git --no-pager diff --stat

corpus: ## import real public events, and take their payloads there and back
	$(GO) run ./golden/corpus

demo: ## the example application, played on a file, or on an empty database: STORE=postgres://...
	$(GO) run ./examples/memory demo $(if $(STORE),--store "$(STORE)")

demo-system: ## the example as a system with a broker, sagas and a consumer that is killed: QUICK=1, STORE=postgres://..., NATS=nats://...
	$(GO) run ./examples/memory system $(if $(QUICK),--quick) $(if $(STORE),--store "$(STORE)") $(if $(NATS),--nats "$(NATS)")

bench: ## measure against peers, ratios from one run
	cd bench && $(GO) run ./codec/report && $(GO) run ./generator

fuzz: ## run each fuzz target for FUZZTIME (10m); all run, also after one has found something
	@$(GO) test -list '^Fuzz' ./... | \
		awk '/^Fuzz/ {names[n++] = $$1} /^(ok|\?)/ {for (i = 0; i < n; i++) print $$2, names[i]; n = 0}' | { \
		failed=0; \
		while read -r pkg name; do \
			echo "$$pkg $$name"; $(GO) test -run '^$$' -fuzz "^$$name\$$" -fuzztime $(FUZZTIME) $$pkg || failed=1; \
		done; \
		exit $$failed; }

SOAK ?= 10m

soak: ## a store under everything that delays or breaks it, for SOAK (10m); what lies behind it, as long; then readers beside hostile writers, as long on each kind of table
	$(GO) test -timeout 0 -v -run '^TestNothingIsLost' ./internal/soak -soak $(SOAK)
	$(GO) test -timeout 0 -v -run '^TestNothingIsLost' ./internal/soak/journey -soak $(SOAK)
	$(GO) test -timeout 0 -v -run '^TestReadersLoseNothing' ./runtime/postgres -soak $(SOAK)

cover: ## coverage of all packages, by function
	$(GO) test -coverpkg=./... -coverprofile=cover.out ./...
	$(GO) tool cover -func=cover.out | tail -n 1
