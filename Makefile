# README.md explains every target. Variables given on the command line reach
# the programs through their environment: make run PORT=9000 ENGINE=dynamodb

PORT ?= 8080
export PORT

# What is given on the command line and read by nothing is a slip: DATADIR=/srv/images
# would leave the data where nobody looks for it.
SETTINGS = PORT ENGINE COPY_DISKS DATA_DIR DYNAMODB_ENDPOINT TABLE_NAME MAX_SHARES_PER_IMAGE \
	PLATFORM_CLIENTS ACTIVITY_RETENTION_DAYS JWT_ISSUER JWT_AUDIENCE CORS_ORIGINS \
	CONSOLE_CLIENT_ID CONSOLE_SCOPE CONSOLE_ORIGINS
SWITCHES = FUNCTION EVENT ARGS ARCH OS BUILD ARTIFACTS_DIR DURATION SEED CI VULNCHECK GOVULNDB
OTHERS = SOURCE GO% CGO_% AWS_% JAVA_% TMPDIR SHELL
GIVEN = $(foreach name,$(.VARIABLES),$(if $(filter command,$(firstword $(origin $(name)))),$(name)))
SLIPS := $(filter-out $(SETTINGS) $(SWITCHES) $(OTHERS),$(GIVEN))
$(if $(SLIPS),$(error $(SLIPS): nothing reads that. There are $(SETTINGS) for the service, and $(SWITCHES) for commands))

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
	@awk -F ' *[|] *' '/^[|] `make /{gsub(/`/, ""); gsub(/\[|\]\([^)]*\)/, ""); printf "%-16s %s\n", $$2, $$3}' README.md

.PHONY: run demo build invoke seed test check bench verify s3 clients mutations repair clean

# go build, with a word about what it does and how far it is.
compile = sh tools/compile.sh

# The whole service on this machine.
run:
	@sh local/before-run.sh
	@$(compile) ./local bin/local
	@exec bin/local

# The whole story, told against a running "make run".
demo:
	@$(compile) ./tools/demo bin/demo
	@exec bin/demo -url http://127.0.0.1:$(PORT)

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
# Its bytes need not be reproducible, so it is compiled as everything else here is, and
# the compiled packages are shared.
invoke:
	@test -n '$(FUNCTION)' -a -n '$(EVENT)' || { echo 'usage: make invoke FUNCTION=share EVENT=events/share.json'; exit 1; }
	@test -d '$(SOURCE)/$(FUNCTION)' || { echo 'invoke: there is no function $(FUNCTION): take one of $(FUNCTIONS)'; exit 1; }
	@test -f '$(EVENT)' || { echo 'invoke: there is no event $(EVENT): events/README.md lists those there are'; exit 1; }
	@$(compile) ./tools/invoke bin/invoke
	@$(compile) ./$(SOURCE)/$(FUNCTION) bin/$(FUNCTION)/bootstrap -tags lambda.norpc
	@exec bin/invoke bin/$(FUNCTION)/bootstrap $(EVENT)

# The events' data, loaded into the DynamoDB at DYNAMODB_ENDPOINT.
seed:
	@$(compile) ./tools/invoke bin/invoke
	@exec bin/invoke -seed

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

# make s3 in CI. Where versitygw's modules cannot be had, that is said; what is wrong with
# those that can be had is a failure.
.PHONY: other-s3
other-s3:
	$(call part,copies of disks on another S3 server)
	@if test "$$CI" != true; then echo 'not here: make s3 does it, and make test with CI=true'; exit; fi; \
	if out=$$(go list -C tests/disks/versitygw -deps $(VERSITYGW) 2>&1); then exec $(MAKE) --no-print-directory s3; fi; \
	echo "$$out"; \
	case "$$out" in *go.sum*|*checksum*) exit 1;; esac; \
	echo 'make s3: the modules of versitygw cannot be had, so copies were NOT tried on another S3 server'
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

.PHONY: check-hello test-hello
check-hello:
	@echo 'make check: formatting, vet, staticcheck and the short tests. About a minute, the first time some five, because everything is compiled.'
test-hello:
	@echo 'make test: everything that must pass. Up to half an hour on two cores, the first time some ten minutes more, because everything is compiled, with the race detector too. Each package is named when it is done.'

# Before every commit: what needs neither Java nor minutes.
check: check-hello static
	$(call part,what each package does; what documents and code say of each other; the stores' suite on SQLite)
	go test -short $(UNITS) ./tests/architecture ./tests/template ./tests/storetest

# Everything that must pass. A slow machine may need more than go test's own ten
# minutes for a package.
test: test-hello static vulnerabilities page steps
	$(call part,what each package does)
	go test -race -timeout 25m $(UNITS)
	$(call part,the proofs: each is named when it is done)
	go test -race -timeout 25m ./tests/...
	$(call part,every value of the template is held by a test; without the race detector)
	go test -run 'EveryValueIsHeld|NewSettingsAreNoticed' ./tests/template
	@$(MAKE) --no-print-directory other-s3

# Only what has benchmarks is compiled.
BENCHMARKS = $(sort $(dir $(shell grep -rl --include='*_test.go' '^func Benchmark' $(FOLDERS))))
FOLDERS = functions shared local tools tests

# All take a quarter of an hour: make bench ARGS='-run UseCases/sqlite ./tests/performance'
bench:
	@echo 'Benchmarks of $(or $(ARGS),$(BENCHMARKS)): up to a quarter of an hour, the first time three minutes more to compile. Leave the machine to them.'
	@go run ./tools/bench $(or $(ARGS),$(BENCHMARKS:%=./%))

# The long form of every proof: DURATION=1h make verify
verify:
	@$(compile) ./tools/verify bin/verify
	@exec bin/verify

# Copies of disks on another S3, which is a module of its own and takes minutes to build.
VERSITYGW = github.com/versity/versitygw/cmd/versitygw

s3:
	go build -C tests/disks/versitygw -o '$(CURDIR)/bin/versitygw' $(VERSITYGW)
	VERSITYGW='$(CURDIR)/bin/versitygw' go test -count 1 -v -run TestOnAnotherS3 ./tests/disks

# Clients that are generated from the OpenAPI document. Their generators are fetched.
clients:
	CLIENTS=on go test -count 1 -v ./tests/clients

# The code broken on purpose, one condition at a time; with ARGS=-check it is
# only made sure that each mutation fits the code.
mutations:
	@$(compile) ./tools/mutations bin/mutations
	@exec bin/mutations $(ARGS)

# What a lost clean-up left behind: make repair ARGS='-table … -remove'
repair:
	@$(compile) ./tools/repair bin/repair
	@exec bin/repair $(ARGS)

clean:
	rm -rf bin $(BUILD)
