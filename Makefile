SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
BIN := $(CURDIR)/bin
export PATH := $(CURDIR)/.go/bin:$(PATH)
LINT_VERSION := v2.15.0
TEMPL_VERSION := v0.3.1118
VULN_VERSION := v1.9.0
VULNDB_VERSION := v0.0.0-20261105234957-e22db6528018
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
DATA ?= data
LISTEN ?= 127.0.0.1:8080
# The same for run and build, so that either finds in the cache what the other compiled.
BUILDING := -trimpath -buildvcs=auto -ldflags '-X main.released=$(VERSION)'

.PHONY: help go run build dist test quick soak bench bench-compare bench-quick lint generate vuln check clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

go: # the one on the PATH where it is new enough, or one in .go/
	@.ci/go

run: go ## start Usher with a sample company on http://127.0.0.1:8080, or elsewhere: LISTEN=<address>, for phones in the same network also PUBLIC_URL=<address>
	go run $(BUILDING) ./cmd/usher serve --demo --listen $(LISTEN) --data $(DATA) $(if $(PUBLIC_URL),--public-url $(PUBLIC_URL))

build: go ## build bin/usher
	go build $(BUILDING) -o $(BIN)/usher ./cmd/usher

dist: go ## make archives, Debian packages, lists of parts and checksums of all systems in dist/: VERSION=<version>
	go -C packaging run . -version '$(VERSION)' -time "$$(git log -1 --format=%ct 2>/dev/null || echo 0)"

test: go ## run all tests under the race detector, and say how many there were
	.ci/install
	go -C bench test ./compare ./load
	go -C packaging test -skip TestDistribution . # which builds for five systems: make soak
	go run ./cmd/testrun -race -timeout 30m ./...

quick: go ## test the rules, the commands, the views, the codec and the arrows, in seconds
	go run ./cmd/testrun -timeout 2m ./domain/... ./commands/... ./projections/... ./adapters/codec/... ./cmd/archtest

soak: export PATH := $(BIN):$(PATH)
soak: go ## the same fault and race tests with their full counts, all proxies and other programs; another PgBouncer: USHER_TEST_PGBOUNCER=<program>
	.ci/install soak
	USHER_SOAK=20 go run ./cmd/testrun -race -timeout 120m -run 'Crash|Kill|Cut|Power|Full|Memory|Failing|Damage|Race|Lives|TakesOver|^TestReadModels|^TestEditions|^TestVault|^TestLeases|Prox|Rolling|Pooler|OtherPrograms' ./...
	go -C packaging test -timeout 60m .
	USHER_SOAK=20 go test -v -count 1 -p 1 -run '^TestSoak' ./adapters/httpapi ./cmd/usher # figures, which the race detector would blur
	USHER_SOAK=20 go test -v -count 1 -run LostLeader ./adapters/eventstoredb # within 2 s of the moment at which a node tells of the new leader
	USHER_SOAK=20 go test -v -count 1 -run Crowd ./cmd/usher/engine # beside a million events of others

bench: go ## measure, as ratios within one run
	go test -run '^$$' -bench . -benchmem ./domain/... ./adapters/... ./projections/...
	USHER_BENCH_EVENTS=1000000 go test -run '^$$' -bench Rebuild -benchtime 1x -timeout 1h ./cmd/usher/engine
	go -C bench run .

bench-compare: go ## measure the build of another commit and this one beside each other: BASE=<commit>
	go -C bench run . --base '$(or $(BASE),$(error which commit? make bench-compare BASE=<commit>))'

bench-quick: go ## the same in two short rounds, to see that it works
	go -C bench run . --rounds 2 --time 1s $(if $(BASE),--base '$(BASE)')

lint: go ## run the linters
	@test -x $(BIN)/golangci-lint-$(LINT_VERSION) || { GOBIN=$(BIN) go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(LINT_VERSION) && mv $(BIN)/golangci-lint $(BIN)/golangci-lint-$(LINT_VERSION); }
	$(BIN)/golangci-lint-$(LINT_VERSION) run ./...

generate: go ## rewrite the generated documents, transcripts and notices
	go run github.com/a-h/templ/cmd/templ@$(TEMPL_VERSION) generate -path adapters/web
	go test ./adapters/codec ./adapters/httpapi ./adapters/httpkit ./domain/person ./projections/catalogue ./cmd/usher/engine/journeys -update
	manual=$$(go run ./cmd/usher man) && echo "$$manual" > packaging/debian/usher.1
	notices=$$(go run ./cmd/notices) && echo "$$notices" > THIRD_PARTY_NOTICES

vuln: go ## look for known vulnerabilities in what the program calls
	@test -x $(BIN)/govulncheck-$(VULN_VERSION) || { GOBIN=$(BIN) go install golang.org/x/vuln/cmd/govulncheck@$(VULN_VERSION) && mv $(BIN)/govulncheck $(BIN)/govulncheck-$(VULN_VERSION); }
	@.ci/vuln $(BIN)/govulncheck-$(VULN_VERSION) $(VULNDB_VERSION)

check: go lint vuln ## what must hold of a clean checkout besides the tests
	go mod tidy -diff
	go -C packaging mod tidy -diff
	$(MAKE) generate
	@test -z "$$(git status --porcelain)" || { git status --short; echo 'The tree is not clean after make generate: commit what changed.'; exit 1; }

clean: ## remove what was built and the sample company
	chmod -R u+w .go 2>/dev/null || true
	rm -rf $(BIN) .go data dist bench/.cache
