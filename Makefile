SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

# Where make run listens and keeps its files.
LISTEN ?= localhost:8080
DATA   ?= ./data
# How long make soak fuzzes each reader. Making what it finds shorter would take most of that time.
FUZZTIME ?= 60s

GO_FILES    := $(shell find backend worker migrations -type f \( -name '*.go' -o -name '*.sql' -o -path '*/assemblies/*' \) ! -name '*_test.go') go.mod go.sum
FRONT_FILES := $(shell find frontend -path frontend/node_modules -prune -o -path frontend/e2e -prune -o -type f ! -name '*.test.ts' -print 2>/dev/null)
# The same flags as the tests: what they compiled is not compiled again.
GO_BUILD    := go build
export CGO_ENABLED := 0

PACKAGES := frontend/node_modules/.installed
PAGE     := backend/web/dist/index.html

.PHONY: help run dev test bench bench-pages bench-peers check generate build docker soak clean

help: ## this list
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: bin/regioscope ## build what has changed and start everything on http://localhost:8080, files in ./data
	@exec bin/regioscope standalone --data '$(DATA)' --listen '$(LISTEN)'

dev: $(PACKAGES) ## the same with a front end that reloads as it is edited, on http://localhost:5173
	@mkdir -p backend/web/dist bin; $(GO_BUILD) -o bin/regioscope-dev ./backend
	@trap 'kill $$(jobs -p) 2>/dev/null || true' EXIT; \
	bin/regioscope-dev standalone --data '$(DATA)' --listen '$(LISTEN)' & \
	cd frontend && REGIOSCOPE_BACKEND='http://$(LISTEN)' npm run dev

build: bin/regioscope bin/regioscope-worker ## bin/regioscope and bin/regioscope-worker

test: ## every test; installs what it needs where it may, and says what it had to skip
	@.ci/test

bench: ## how fast the engine is, on generated data of stated size
	go test -run '^$$' -bench . -benchmem ./worker/...

bench-pages: $(PACKAGES) build ## how long people wait in the browser; BENCH_DATA=folder of the medium data, or made anew
	@data='$(BENCH_DATA)'; if [[ -z $$data ]]; then data=$$(mktemp -d); trap 'rm -rf "$$data"' EXIT; \
	  bin/regioscope-worker generate --preset medium --out "$$data"; fi; \
	cd frontend && BENCH_DATA="$$data" npx playwright test --config e2e/speed/speed.config.ts

bench-peers: bin/regioscope-worker ## the same beside cooltools, coolpup.py, pybbi, deepTools … where they are installed; BENCH_DATA=folder, or 1 GB made anew
	@data='$(BENCH_DATA)'; if [[ -z $$data ]]; then data=$$(mktemp -d); trap 'rm -rf "$$data"' EXIT; \
	  bin/regioscope-worker generate --preset medium --out "$$data"; fi; \
	go run ./worker/cli/bench --data "$$data"

check: $(PACKAGES) ## formatting, vet, types, generated files, known vulnerabilities
	@test -z "$$(gofmt -l backend worker migrations)" || { echo 'not formatted:'; gofmt -l backend worker migrations; exit 1; }
	go vet ./...
	cd frontend && npm run check
	$(MAKE) generate && git diff --exit-code -- frontend/src/api
	@if command -v govulncheck >/dev/null; then govulncheck ./...; else echo 'skipped: govulncheck is not installed'; fi
	cd frontend && npm audit --omit=dev || echo 'npm audit: see above'

generate: $(PACKAGES) ## the TypeScript types of the API
	cd frontend && npm run generate

docker: ## the image with both programs
	docker build -f backend/Dockerfile -t regioscope .

soak: build ## the slow tests: kills, restarts, many runs, thousands of damaged files, fuzzing of every reader for FUZZTIME (a minute) each
	REGIOSCOPE_TEST_SOAK=1 go test -count=1 -timeout 60m ./backend/... ./worker/tasks/... ./worker/format/... ./worker/cli/...
	@for p in $$(grep -rl '^func Fuzz' worker --include=*_test.go | xargs -n1 dirname | sort -u); do \
	  for f in $$(grep -rhoE '^func Fuzz[A-Za-z0-9_]+' $$p | sed 's/^func //' | sort -u); do \
	    echo "fuzzing $$p $$f"; go test -run '^$$' -fuzz "^$$f$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 3s ./$$p; done; done

clean: ## remove what was built; data and installed packages stay
	rm -rf bin
	find backend/web/dist -mindepth 1 ! -name .gitkeep -delete

bin/regioscope: $(GO_FILES) $(PAGE)
	$(GO_BUILD) -ldflags '-s -w' -o $@ ./backend

bin/regioscope-worker: $(GO_FILES)
	$(GO_BUILD) -ldflags '-s -w' -o $@ ./worker

$(PACKAGES): frontend/package.json frontend/package-lock.json
	cd frontend && npm ci --no-audit --no-fund
	@touch $@

$(PAGE): $(PACKAGES) $(FRONT_FILES)
	cd frontend && npm run build
	@touch backend/web/dist/.gitkeep $@
