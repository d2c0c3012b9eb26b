# OpenStrat: every command a contributor needs. `make help` lists them.
.DEFAULT_GOAL := help
SHELL := /bin/bash
JOBS ?= $(shell nproc)
SITES ?= 25

help:            ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-9s %s\n", $$1, $$2}'

deps:            ## install the Debian and npm packages that are missing
	@tools/install.sh

build: deps      ## release binaries: build/release/openstrat and build/release/openstrat-sim
	@cmake --preset release > /dev/null
	@cmake --build build/release -j $(JOBS) --target openstrat openstrat-sim

run: build       ## server and a simulated fleet; prints the URL and a ready token
	@build/release/openstrat demo --sites $(SITES)

test: deps       ## build and run every test suite
	@tools/test.py

bench: deps      ## benchmarks against nginx in the same run; results in bench/results
	@cmake --preset release > /dev/null
	@cmake --build build/release -j $(JOBS)
	@bench/run.py

fuzz: deps       ## run each fuzz target for FUZZ_SECONDS (default 60)
	@tools/fuzz.py --seconds $(or $(FUZZ_SECONDS),60)

format:          ## clang-format every C++ file
	@git ls-files '*.cpp' '*.hpp' | xargs clang-format-16 -i

lint: deps       ## source checks and clang-tidy
	@tools/tidy.py
	@cmake --preset dev > /dev/null
	@git ls-files 'src/*.cpp' 'sim/*.cpp' | grep -vE '_fuzz' | xargs -P $(JOBS) -n 4 clang-tidy-16 -p build/dev --quiet --extra-arg=-D__cpp_concepts=202002L --extra-arg=-Wno-macro-redefined

docs: build      ## the OpenAPI document into docs/openapi.json
	@build/release/openstrat openapi > docs/openapi.json

screenshots: build   ## every page in light, dark and phone width into web/screenshots, and what axe finds
	@OPENSTRAT_BUILD_DIR=$(CURDIR)/build/release npm run --silent --prefix web screenshots

lighthouse: build    ## Lighthouse on the main pages with 5,000 simulated sites (SITES, RUNS)
	@OPENSTRAT_BUILD_DIR=$(CURDIR)/build/release npm run --silent --prefix web lighthouse

.PHONY: help deps build run test bench fuzz format lint docs screenshots lighthouse
