# Everything a person or the build service does to this repository. `make` alone lists it.
# ARGS passes arguments on: make demo ARGS="--messages 1000"

CARGO ?= cargo
ARGS ?=
DENY := .cache/cargo-deny/bin/cargo-deny
FUZZ := .cache/cargo-fuzz/bin/cargo-fuzz
SECONDS ?= 60
TARGETS ?= lexer parser fmt filter compat

.DEFAULT_GOAL := help
.PHONY: help demo build test oracle mutate fuzz check bench bench-e2e bench-count docs audit clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: ## MQTT broker, Kafka and bridge in one process, with traffic (ARGS="--messages 1000")
	$(CARGO) run --release -p kcql-bridge -- demo $(ARGS)

build: ## the two programs as they are shipped, in target/dist
	$(CARGO) build --profile dist -p kcql-bridge --no-default-features --bin kcql-bridge
	$(CARGO) build --profile dist -p kcql --bin kcql

# The suites start the programs as processes. They are built together with the tests, so that
# dependencies are built once, with one set of features.
test: ## every suite, against real brokers that the harness starts on free ports
	@tests/scripts/setup.sh test
	$(CARGO) build --workspace --bins --tests
	$(CARGO) test --workspace

oracle: ## KCQL, transforms and converters against the originals in Java (ORACLE_REWRITE=1: new answers)
	@tests/scripts/setup.sh oracle
	KCQL_ORACLE_STATEMENTS=$${KCQL_ORACLE_STATEMENTS:-40000} \
		$(CARGO) test -p tests --test kcql_oracle -- --nocapture
	CONNECT_ORACLE_CASES=$${CONNECT_ORACLE_CASES:-10000} \
	CONNECT_ORACLE_STEPS=$${CONNECT_ORACLE_STEPS:-10000} \
	CONNECT_ORACLE_SEQUENCES=$${CONNECT_ORACLE_SEQUENCES:-2000} \
		$(CARGO) test -p tests --test connect_oracle -- --nocapture

mutate: ## the KCQL corpus with bytes and pieces changed: 500,000 rounds of a fresh seed, which is printed
	@KCQL_SEED=$${SEED:-$$(date +%s)}; export KCQL_SEED; echo "seed $$KCQL_SEED"; \
		KCQL_MUTATIONS=500000 $(CARGO) test --release -p kcql --test mutation no_change

fuzz: $(FUZZ) ## the KCQL fuzz targets one after the other (SECONDS=60 each, TARGETS="lexer parser fmt filter compat")
	@set -e; cache=$$PWD/.cache/fuzz; fuzz=$$PWD/$(FUZZ); cd kcql/fuzz; for target in $(TARGETS); do \
		mkdir -p $$cache/$$target $$cache/found; \
		RUSTC_BOOTSTRAP=1 $$fuzz run --fuzz-dir . --sanitizer none --release $$target \
			$$cache/$$target seeds/$$target -- -max_total_time=$(SECONDS) -max_len=4096 -dict=kcql.dict \
			-artifact_prefix=$$cache/found/$$target- -verbosity=0 -print_final_stats=1; \
	done

$(FUZZ):
	$(CARGO) install cargo-fuzz --version 0.13.2 --locked --root .cache/cargo-fuzz

check: ## formatting, lints, docs, layers, licences and sources of dependencies
	@tests/scripts/setup.sh check
	$(CARGO) fmt --all --check
	$(CARGO) clippy --workspace --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --workspace --no-deps --document-private-items
	$(CARGO) test -q --workspace --test layers
	$(DENY) check bans licenses sources

audit: ## known vulnerabilities of dependencies (needs the advisory database, from the network)
	@tests/scripts/setup.sh check
	$(DENY) check advisories

bench: ## micro-benchmarks
	$(CARGO) bench --profile dist -p benches

bench-e2e: ## the bridge against a hand-written floor, in processes (ARGS passes on)
	$(CARGO) build --profile dist -p kcql-bridge --no-default-features --bin kcql-bridge
	$(CARGO) run --profile dist -p benches --bin bench-e2e -- $(ARGS)

bench-count: ## instructions per message, beside serde_json and the same work by hand (needs valgrind)
	$(CARGO) run --profile dist -p benches --bin bench-count

docs: ## the API documentation, in target/doc
	$(CARGO) doc --workspace --no-deps --document-private-items

clean: ## remove what was built; what setup fetched stays in .cache
	$(CARGO) clean
