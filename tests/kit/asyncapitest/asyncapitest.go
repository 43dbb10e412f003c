// Package asyncapitest holds real events against the AsyncAPI document.
package asyncapitest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"github.com/pb33f/jsonschema/v6"
	"go.yaml.in/yaml/v3"

	"image-sharing/shared/httpapi"
)

// object is one of JSON, and of YAML.
type object = map[string]any

// The documents' addresses are made up; that they are beside each other is not.
const (
	asyncAPIURL = "https://api.test/asyncapi.yaml"
	openAPIURL  = "https://api.test/openapi.yaml"
)

// document is the AsyncAPI document, ready to check with.
type document struct {
	root     object
	openAPI  object
	messages map[string]*jsonschema.Schema // by detail type
}

// loaded compiles the document once for the whole process.
var loaded = sync.OnceValues(func() (*document, error) {
	text, err := find("shared/httpapi/asyncapi.yaml")
	if err != nil {
		return nil, err
	}
	var root, openAPI object
	if err := yaml.Unmarshal(text, &root); err != nil {
		return nil, err
	}
	if err := yaml.Unmarshal(httpapi.OpenAPI, &openAPI); err != nil {
		return nil, err
	}
	return compiled(root, openAPI)
})

func compiled(root, openAPI object) (*document, error) {
	d := &document{root, openAPI, map[string]*jsonschema.Schema{}}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	for url, doc := range map[string]object{asyncAPIURL: root, openAPIURL: openAPI} {
		if err := compiler.AddResource(url, doc); err != nil {
			return nil, err
		}
	}
	for name := range objectAt(root, "components", "messages") {
		schema, err := compiler.Compile(asyncAPIURL + "#/components/messages/" + name + "/payload")
		if err != nil {
			return nil, err
		}
		d.messages[name] = schema
	}
	return d, nil
}

// find reads a file of the project from any folder in it.
func find(name string) ([]byte, error) {
	folder, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	for {
		text, err := os.ReadFile(filepath.Join(folder, name))
		if !os.IsNotExist(err) || folder == filepath.Dir(folder) {
			return text, err
		}
		folder = filepath.Dir(folder)
	}
}

func objectAt(node any, keys ...string) object {
	for _, key := range keys {
		o, _ := node.(object)
		node = o[key]
	}
	o, _ := node.(object)
	return o
}

// Check returns an error for an event that is not as the document says.
func Check(event []byte) error {
	d, err := loaded()
	if err != nil {
		return fmt.Errorf("the AsyncAPI document is not valid: %w", err)
	}
	return d.check(event)
}

func (d *document) check(event []byte) error {
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(event))
	if err != nil {
		return err
	}
	var of struct {
		Type string `json:"detail-type"`
	}
	if err := json.Unmarshal(event, &of); err != nil {
		return err
	}
	schema := d.messages[of.Type]
	if schema == nil {
		return fmt.Errorf("there is no message %q", of.Type)
	}
	return schema.Validate(value)
}
