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

# Everything that must pass.
test: check
	go test -race ./...

check:
	@test -z "$$(gofmt -l .)" || { gofmt -l .; echo 'gofmt: run gofmt -w on these files'; exit 1; }
	go vet ./...
	go tool staticcheck ./...
	go tool govulncheck ./...

bench:
	go test -run '^$$' -bench . -benchmem ./...

clean:
	rm -rf bin
