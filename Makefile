SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
BIN := $(CURDIR)/bin
LINT_VERSION := v2.15.0
DATA ?= data

.PHONY: help run build test soak bench lint generate fuzz check clean

help: ## list the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: ## start Usher with a sample company on http://127.0.0.1:8080
	go run ./cmd/usher serve --demo --listen 127.0.0.1:8080 --data $(DATA)

build: ## build bin/usher
	go build -trimpath -o $(BIN)/usher ./cmd/usher

test: ## run all tests under the race detector, and say how many there were
	.ci/install
	go run ./cmd/testrun -race -timeout 15m ./...

soak: ## the same fault and race tests with their full counts
	USHER_SOAK=20 go run ./cmd/testrun -race -timeout 120m -run 'Crash|Kill|Cut|Power|Full|Failing|Damage|Race|Lives' ./...

bench: ## measure, as ratios within one run
	go test -run '^$$' -bench . -benchmem ./domain/... ./adapters/... ./projections/...
	USHER_BENCH_EVENTS=1000000 go test -run '^$$' -bench Rebuild -benchtime 1x -timeout 1h ./cmd/usher/engine

lint: ## run the linters
	@test -x $(BIN)/golangci-lint-$(LINT_VERSION) || { GOBIN=$(BIN) go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(LINT_VERSION) && mv $(BIN)/golangci-lint $(BIN)/golangci-lint-$(LINT_VERSION); }
	$(BIN)/golangci-lint-$(LINT_VERSION) run ./...

generate: ## rewrite the generated documents and transcripts
	go test ./adapters/codec ./adapters/httpapi ./domain/person ./cmd/usher/engine/journeys -update

check: lint test ## what the continuous integration runs
	go mod tidy -diff
	test -z "$$(git status --porcelain)"

clean: ## remove what was built and the sample company
	rm -rf $(BIN) data
