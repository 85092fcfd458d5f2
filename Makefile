# Everything a developer or a new user does. Each target says what it does before it does it.

SHELL := /bin/bash
.DEFAULT_GOAL := help

TESTBED := src/test/java/dev/pullgate/testbed
SOURCES := $(shell find src/main pom.xml .mvn -type f 2>/dev/null)

# The targets say how long they took.
BEGIN := $(shell date +%s)

# Found only by the targets that need it, so that `make help` works everywhere.
JAVA = $(shell src/main/launcher/find-java jdk)
MAVEN = JAVA_HOME="$$(dirname "$$(dirname "$(JAVA)")")" mvn -B -ntp $(MAVEN_ARGS)

# Ctrl-C is how these end: that is no error.
until_stopped = PULLGATE_BEGIN=$(BEGIN) "$(JAVA)" $(1); code=$$?; case $$code in 130|143) exit 0 ;; *) exit $$code ;; esac

.PHONY: help
help: ## List the targets
	@echo "pullgate knows whether images will pull, before the pod is scheduled."
	@echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: need-jdk need-maven
need-jdk:
	@src/main/launcher/find-java jdk >/dev/null

need-maven: need-jdk
	@command -v mvn >/dev/null || { echo "make: Maven 3.8 or newer is missing. Get it from https://maven.apache.org/download.cgi" >&2; exit 1; }

.PHONY: build
build: target/bin/pullgate target/quarkus-app/pullgate.aot ## Build target/bin/pullgate

target/bin/pullgate: $(SOURCES) | need-maven
	@echo "Building pullgate (about 30 s; the first time Maven fetches the libraries, then about a minute) …"
	@$(MAVEN) -q -Dmaven.test.skip=true package
	@install -d target/bin
	@install -m 755 src/main/launcher/pullgate src/main/launcher/find-java target/bin/
	@touch target/bin/pullgate

# `make test` builds the application anew, without it.
target/quarkus-app/pullgate.aot: target/bin/pullgate
	@echo "Recording how it starts, about 5 s …"
	@src/main/launcher/record-start target/bin/pullgate
	@echo "Built target/bin/pullgate. Try: target/bin/pullgate --help"

.PHONY: run
run: build ## Start standalone on policies/, send sample reviews, and stay up
	@$(call until_stopped,-cp 'target/quarkus-app/lib/main/*' $(TESTBED)/Run.java)

.PHONY: demo
demo: build ## Start a real API server, install the gate, and show it with kubectl
	@$(call until_stopped,$(TESTBED)/Demo.java)

.PHONY: testbed
testbed: need-jdk ## Start the API server and the registries alone, to try things by hand
	@$(call until_stopped,$(TESTBED)/TestBed.java)

.PHONY: test
test: need-maven ## Run all tests, on the real API server too
	@install -d target/bin
	@install -m 755 src/main/launcher/pullgate src/main/launcher/find-java target/bin/
	@$(MAVEN) verify
	@echo "make test took $$(( $$(date +%s) - $(BEGIN) )) s"

.PHONY: bench
bench: build ## Measure start, memory, and the latency that the webhooks add
	@exec "$(JAVA)" $(TESTBED)/Bench.java

.PHONY: lint
lint: need-maven ## Check format and compile with all linters; `make format` mends the format
	@$(MAVEN) -q test-compile
	@echo "Format and linters are content."

.PHONY: format
format: need-maven ## Format the sources
	@$(MAVEN) -q spotless:apply

.PHONY: crds
crds: need-maven ## Generate the CustomResourceDefinitions in deploy/base/crds from the Java types
	@$(MAVEN) -q test -Dtest=CustomResourceDefinitionsTest -Dpullgate.crds.write=true

.PHONY: clean
clean: ## Remove target/ (the cache of the test bed stays)
	rm -rf target
