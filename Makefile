# README.md explains every target. Variables given on the command line reach
# the programs through their environment: make run PORT=9000 ENGINE=dynamodb

PORT ?= 8080
export PORT

.PHONY: run demo test check bench clean

# The whole service on this machine.
run:
	@go build -o bin/local ./local
	@exec bin/local

# The whole story, told against a running "make run".
demo:
	@go run ./local/demo -url http://127.0.0.1:$(PORT)

# Without a way to its database, govulncheck cannot check: that is said, and is
# no failure. GOVULNDB names another database, such as a copy on this machine.
define vulncheck
echo 'go tool govulncheck ./...'; \
out=$$(go tool govulncheck ./... 2>&1) || case "$$out" in \
*"fetching vulnerabilities"*) echo 'govulncheck: its database cannot be reached, so known vulnerabilities were NOT checked' ;; \
*) echo "$$out"; exit 1 ;; \
esac
endef

# Everything that must pass.
test: check
	go test -race ./...

check:
	@test -z "$$(gofmt -l .)" || { gofmt -l .; echo 'gofmt: run gofmt -w on these files'; exit 1; }
	go vet ./...
	go tool staticcheck ./...
	@$(vulncheck)

bench:
	go test -run '^$$' -bench . -benchmem ./...

clean:
	rm -rf bin
