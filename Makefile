# README.md explains every target. Variables given on the command line reach
# the programs through their environment: make run PORT=9000 ENGINE=dynamodb

PORT ?= 8080
export PORT

# What the functions are built for. For x86_64: make build ARCH=amd64, or
# ARCH=amd64 sam build, and the template's parameter Architecture=x86_64.
SOURCE = functions
FUNCTIONS = $(notdir $(wildcard $(SOURCE)/*))
ARCH ?= arm64
OS = linux
BUILD = build

# The same source gives the same bytes: no path, version or build id of the
# machine is in the binary. lambda.norpc leaves out what only the retired
# go1.x runtime needs.
COMPILE = CGO_ENABLED=0 GOOS=$(OS) GOARCH=$(ARCH) go build -tags lambda.norpc \
	-trimpath -buildvcs=false -ldflags '-s -w -buildid='

.PHONY: help
help:
	@awk -F ' *[|] *' '/^[|] `make /{gsub(/`/, ""); printf "%-16s %s\n", $$2, $$3}' README.md

.PHONY: run demo build invoke seed test check bench verify s3 mutations repair clean

# The whole service on this machine.
run:
	@go build -o bin/local ./local
	@exec bin/local

# The whole story, told against a running "make run".
demo:
	@go run ./tools/demo -url http://127.0.0.1:$(PORT)

# Every function as it is deployed: build/<function>/bootstrap
build: $(FUNCTIONS:%=$(BUILD)/%/bootstrap)

# Always, because only the go command knows what has changed.
$(BUILD)/%/bootstrap: FORCE
	$(COMPILE) -o $@ ./$(SOURCE)/$*

.PHONY: FORCE
FORCE:

# What sam build calls for a function of template.yaml, with the folder to fill
# in ARTIFACTS_DIR (AWS SAM, "Building Lambda functions with custom runtimes"):
# build-OnImageDeletedFunction builds functions/on-image-deleted.
ARTIFACTS_DIR ?= $(BUILD)/$(folder)

build-%Function: folder = $(shell echo $* | sed 's/[A-Z]/-&/g; s/^-//' | tr A-Z a-z)
build-%Function: FORCE
	$(COMPILE) -o "$(ARTIFACTS_DIR)/bootstrap" ./$(SOURCE)/$(folder)

# One real binary, built for this machine, on one event:
# make invoke FUNCTION=share EVENT=events/share.json
invoke: OS = $(shell go env GOHOSTOS)
invoke: ARCH = $(shell go env GOHOSTARCH)
invoke:
	@test -n '$(FUNCTION)' -a -n '$(EVENT)' || { echo 'usage: make invoke FUNCTION=share EVENT=events/share.json'; exit 1; }
	@$(COMPILE) -o bin/$(FUNCTION)/bootstrap ./$(SOURCE)/$(FUNCTION)
	@go run ./tools/invoke bin/$(FUNCTION)/bootstrap $(EVENT)

# The events' data, loaded into the DynamoDB at DYNAMODB_ENDPOINT.
seed:
	@go run ./tools/invoke -seed

# Says which part runs.
part = @echo; echo "== $(1)"

.PHONY: static
static:
	$(call part,format and vet and staticcheck)
	@test -z "$$(gofmt -l .)" || { gofmt -l .; echo 'gofmt: run gofmt -w on these files'; exit 1; }
	go vet ./...
	go tool staticcheck ./...

# Without a way to its database, govulncheck cannot check: that is said, and is a
# failure in CI, where nobody may read it, unless VULNCHECK=optional. GOVULNDB names
# another database, such as a copy on this machine.
.PHONY: vulnerabilities
vulnerabilities:
	$(call part,known vulnerabilities)
	@echo 'go tool govulncheck ./...'; \
	out=$$(go tool govulncheck ./... 2>&1) || case "$$out" in \
	*"fetching vulnerabilities"*) \
		echo 'govulncheck: its database cannot be reached, so known vulnerabilities were NOT checked (with CI=true a failure, but for VULNCHECK=optional)'; \
		test "$$CI" != true || test "$$VULNCHECK" = optional ;; \
	*) echo "$$out"; exit 1 ;; \
	esac

# The console's bundle, made of its source: the one that is committed, which Go embeds,
# has to be the same. If it is not, it is there now, to be committed.
.PHONY: console
console:
	@node -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 20 || a == 20 && b >= 19 ? 0 : 1)' || \
		{ echo 'console: it takes Node 20.19 or later, and npm'; exit 1; }
	npm --prefix console ci --ignore-scripts --no-audit --no-fund
	npm --prefix console run check
	@rm -rf bin/dist && mkdir -p bin && cp -R console/dist bin/dist
	npm --prefix console run build
	@diff -rq bin/dist console/dist || { echo 'console: the bundle is not what its source makes: commit console/dist, which is now'; exit 1; }

# The same where Node is. Where it is not, that is said, and is a failure in CI.
# The product's steps in a real browser, on the whole service; CHROMIUM names another one
# than Debian's. What the pages looked like is in console/e2e/screenshots then.
.PHONY: e2e
e2e:
	@$${CHROMIUM:-chromium} --version 2>/dev/null || { echo 'e2e: it takes Chromium'; exit 1; }
	@go build -o bin/local ./local
	@test -d console/node_modules || npm --prefix console ci --ignore-scripts --no-audit --no-fund
	npm --prefix console run e2e

.PHONY: steps
steps: page
	$(call part,the console: the product's steps in a browser)
	@if node --version >/dev/null && npm --version >/dev/null && $${CHROMIUM:-chromium} --version >/dev/null 2>&1; then \
		$(MAKE) --no-print-directory e2e; else \
		echo 'console: there is no Node or no Chromium, so its steps were NOT tried (with CI=true a failure)'; test "$$CI" != true; \
	fi

.PHONY: page
page:
	$(call part,the console: its types and its logic; whether its bundle is what its source makes)
	@if node --version >/dev/null && npm --version >/dev/null; then $(MAKE) --no-print-directory console; else \
		echo 'console: there is no Node, so its page was NOT checked (with CI=true a failure)'; test "$$CI" != true; \
	fi

UNITS = ./functions/... ./shared/... ./local/... ./tools/...

# Before every commit: what needs neither Java nor minutes.
check: static
	$(call part,what each package does; what documents and code say of each other; the stores' suite on SQLite)
	go test -short $(UNITS) ./tests/architecture ./tests/template ./tests/storetest

# Everything that must pass. A slow machine may need more than go test's own ten
# minutes for a package.
test: static vulnerabilities page steps
	$(call part,what each package does)
	go test -race -timeout 25m $(UNITS)
	$(call part,the proofs: each is named when it is done)
	go test -race -timeout 25m ./tests/...
	$(call part,every value of the template is held by a test; without the race detector)
	go test -run 'EveryValueIsHeld|NewSettingsAreNoticed' ./tests/template

bench:
	go test -run '^$$' -bench . -benchmem ./...

# The long form of every proof: DURATION=1h make verify
verify:
	@go build -o bin/verify ./tools/verify
	@exec bin/verify

# Copies of disks on another S3, which is a module of its own and takes minutes to build.
s3:
	go build -C tests/disks/versitygw -o '$(CURDIR)/bin/versitygw' github.com/versity/versitygw/cmd/versitygw
	VERSITYGW='$(CURDIR)/bin/versitygw' go test -count 1 -v -run TestOnAnotherS3 ./tests/disks

# The code broken on purpose, one condition at a time; with ARGS=-check it is
# only made sure that each mutation fits the code.
mutations:
	@go build -o bin/mutations ./tools/mutations
	@exec bin/mutations $(ARGS)

# What a lost clean-up left behind: make repair ARGS='-table … -remove'
repair:
	@go build -o bin/repair ./tools/repair
	@exec bin/repair $(ARGS)

clean:
	rm -rf bin $(BUILD)
