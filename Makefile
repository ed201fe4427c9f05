# Every target does its own set-up. `make help` lists them.
SHELL := /bin/bash -o pipefail
GO ?= go
NPM ?= npm
LISTEN ?= 127.0.0.1:8080
DATA ?= ./data

.DEFAULT_GOAL := help
.PHONY: help run build test check bench generate services

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

frontend/node_modules/.stamp: frontend/package.json frontend/package-lock.json
	cd frontend && $(NPM) ci --no-audit --no-fund
	@touch $@

SPA_SOURCES := $(shell find frontend/src frontend/public -type f 2>/dev/null) frontend/index.html frontend/vite.config.ts
backend/web/dist/.built: frontend/node_modules/.stamp $(SPA_SOURCES)
	cd frontend && $(NPM) run build
	@touch $@

build: backend/web/dist/.built ## bin/regioscope and bin/regioscope-worker
	CGO_ENABLED=0 $(GO) build -trimpath -o bin/regioscope ./backend
	CGO_ENABLED=0 $(GO) build -trimpath -o bin/regioscope-worker ./worker

run: build ## everything in one process on http://localhost:8080, files in ./data
	@bin/regioscope standalone --data $(DATA) --listen $(LISTEN)

services: ## MariaDB, Redis, nginx and Chromium for the tests, from the distribution's packages where that is possible
	@.ci/services

check: frontend/node_modules/.stamp ## formatting, vet, types
	@test -z "$$(gofmt -l backend worker migrations)" || { gofmt -l backend worker migrations; echo 'run gofmt -w on these'; exit 1; }
	$(GO) vet ./...
	cd frontend && $(NPM) run check

test: services check ## every test
	$(GO) test ./...
	cd frontend && $(NPM) test

bench: ## how fast the engine is
	$(GO) test -run '^$$' -bench . -benchmem ./worker/...
