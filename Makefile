# Torg: `make demo` tries it, `make test` tests it. `make help` lists the rest.
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules --no-print-directory

# Stamps and tools; git does not see it.
OUT := .build
FUZZTIME ?= 10m
# Packages in parallel. Two builds with the race detector fill a small machine.
P ?= 2
GOTESTFLAGS ?=

VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
LDFLAGS := -s -w -X github.com/torg-no/torg/internal/app.version=$(VERSION)

GO_FILES := $(shell find cmd internal -name '*.go' -o -name '*.sql' -o -name '*.toml' -o -name '*.cedar' -o -name '*.templ' 2>/dev/null)
TEMPL_FILES := $(filter %.templ,$(GO_FILES))
FRONTEND := $(shell find frontend -path frontend/node_modules -prune -o -type f -print 2>/dev/null)
TOOLS := tools/go.mod tools/go.sum

.PHONY: help
help: ## what there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sort | awk -F ':.*## ' '{printf "  make %-13s %s\n", $$1, $$2}'

.PHONY: build demo
build: bin/torg ## bin/torg, with everything in it

demo: build ## try Torg on http://localhost:8080
	bin/torg demo --http 127.0.0.1:8080 --data .demo

bin/torg: $(OUT)/bundle $(OUT)/templ $(GO_FILES) go.mod go.sum | $(OUT)/go
	go build -trimpath -ldflags '$(LDFLAGS)' -o $@ ./cmd/torg

# What the machine must have.
$(OUT)/go:
	@tools/need go
	@mkdir -p $(OUT) && touch $@
$(OUT)/node:
	@tools/need node npm
	@mkdir -p $(OUT) && touch $@
$(OUT)/system: tools/need
	@tools/need go node npm gcc git
	@tools/need --install
	@mkdir -p $(OUT) && touch $@

# The front end.
frontend/node_modules/.package-lock.json: frontend/package.json frontend/package-lock.json | $(OUT)/node
	@cd frontend && for try in 1 2 3; do npm ci --no-audit --no-fund && exit 0; sleep 5; done; exit 1
	@touch $@

$(OUT)/bundle: frontend/node_modules/.package-lock.json $(FRONTEND) $(wildcard tools/bundle/*.go) $(TOOLS) | $(OUT)/go
	go run -C tools ./bundle -root ..
	@mkdir -p $(OUT) && touch $@

# Generated Go. templ writes foo_templ.go beside foo.templ; both are committed.
.PHONY: generate fresh
# The command runs here, at the root, since generated code names its source by the
# path from where it was made.
generate: $(OUT)/bin/templ ## write generated code anew
	$(OUT)/bin/templ fmt -log-level=warn internal
	$(OUT)/bin/templ generate -log-level=warn
	@touch $(OUT)/templ

$(OUT)/templ: $(TEMPL_FILES) $(OUT)/bin/templ
	$(OUT)/bin/templ generate -log-level=warn
	@touch $@

$(OUT)/bin/templ: $(TOOLS) | $(OUT)/go
	@mkdir -p $(@D)
	go build -C tools -trimpath -o ../$@ github.com/a-h/templ/cmd/templ
	@touch $@

fresh: $(OUT)/bin/templ ## fail when generated code is not what its source gives
	tools/fresh

# Tests.
.PHONY: test test-go test-frontend lint fuzz fuzz-smoke bench bench-cases bench-geo bench-tenants proof
test: $(OUT)/system ## everything; as root it installs what it needs
	$(MAKE) $(OUT)/bundle fresh
	$(MAKE) test-frontend
	$(MAKE) test-go
	$(MAKE) lint

# The race detector watches the Go code. SQLite is C written as Go, on memory that the
# detector does not know: to watch it as well finds nothing, and takes half of the time.
RACE := -race -gcflags=modernc.org/sqlite/lib=-race=false -gcflags=modernc.org/libc=-race=false
# Without the detector run those two whose tests wait for browsers, and for servers that
# are killed and started again, by the clock on the wall: several times slower, they would
# test the machine. What they run of the services is watched in the services' own tests.
TIMED := ./internal/apptest ./internal/app/command
test-go: $(OUT)/bundle ## the Go tests, with the race detector
	go test $(RACE) -shuffle=on -p $(P) -timeout 20m $(GOTESTFLAGS) $$(go list ./... | grep -vxF "$$(go list $(TIMED))")
	go test -shuffle=on -p $(P) -timeout 25m $(GOTESTFLAGS) $(TIMED)
	go test -C tools ./...

test-frontend: frontend/node_modules/.package-lock.json ## the front end's types and tests
	cd frontend && npm test --if-present

lint: $(OUT)/bin/golangci-lint ## the house style, as far as a machine can tell
	$(OUT)/bin/golangci-lint run --allow-parallel-runners

$(OUT)/bin/golangci-lint: $(TOOLS) | $(OUT)/go
	@mkdir -p $(@D)
	go build -C tools -trimpath -o ../$@ github.com/golangci/golangci-lint/v2/cmd/golangci-lint
	@touch $@

fuzz: $(OUT)/bundle ## every fuzz target for FUZZTIME (10m) each
	FUZZTIME=$(FUZZTIME) tools/fuzz

fuzz-smoke: $(OUT)/bundle ## every fuzz target for a moment; test runs their seeds already
	FUZZTIME=2000x tools/fuzz # counted, not timed: a busy machine must not fail it

bench: bench-cases bench-geo ## what a server takes, on both databases: cases and maps

bench-cases: bin/torg ## how many cases a server takes; BENCH="--preload 1000000 --tenants 1,20" adds flags
	bin/torg bench cases $(BENCH)

bench-geo: bin/torg ## how fast the maps are, with a million plots and a million people; BENCH="--plots 100000" adds flags
	bin/torg bench geo $(BENCH)

bench-tenants: bin/torg ## what it takes to serve all municipalities of the country in one process
	bin/torg bench tenants $(BENCH)

# What a machine can show of "nothing is lost", as a table: so many kills under load on
# both databases, and every neighbour gone for 300 s, by a clock that is put on.
KILLS ?= 200
proof: $(OUT)/bundle ## nothing is lost: KILLS (200) kills under load, and an outage of each neighbour
	@mkdir -p $(OUT)
	TORG_KILLS=$(KILLS) go test -count=1 -timeout 120m -v -run '^TestCrash_' ./internal/apptest > $(OUT)/proof.txt || failed=1; \
	go test -count=1 -timeout 20m -v -run '^TestOutage_' ./internal/platform/notify ./internal/apptest >> $(OUT)/proof.txt || failed=1; \
	tools/proof < $(OUT)/proof.txt; exit $${failed:-0}

.PHONY: clean
clean: ## remove what make made; the demo's data too
	rm -rf $(OUT) bin .demo frontend/node_modules
	find internal/platform/ui/dist -mindepth 1 ! -name .gitkeep -delete 2>/dev/null || true
