package httpapi

import (
	_ "embed"
	"sync"
)

// OpenAPI is the contract as an OpenAPI 3.1 document, in YAML.
//
//go:embed openapi.yaml
var OpenAPI []byte

var openAPIFile = sync.OnceValue(func() *file { return newFile("application/yaml", keptMinutes, OpenAPI) }) // RFC 9512
