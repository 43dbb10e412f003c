package httpapi

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// Every word that limits something is taken out of the document or weakened, one
// at a time: a check has to report each.
func TestTheDocumentCannotBeLoosenedUnnoticed(t *testing.T) {
	d, published := openAPI(), openAPI()
	loosened := 0
	loosen(d.root, "", func(place string) {
		loosened++
		changed := documentOf(d.root)
		changed.published = published
		if !reported(changed) {
			t.Errorf("nothing reports %s", place)
		}
	})
	if loosened < 500 {
		t.Errorf("only %d words of the document are tried", loosened)
	}
}

func reported(d *document) (is bool) {
	for _, c := range checks {
		if !is {
			c.check(d, func(string, ...any) { is = true })
		}
	}
	return is
}

// loosen calls try with each weaker document in turn, and what is weaker.
func loosen(node any, place string, try func(string)) {
	if list, ok := node.([]any); ok {
		for i, element := range list {
			loosen(element, fmt.Sprint(place, "/", i), try)
		}
	}
	o := objectAt(node)
	for word, value := range inOrder(o) {
		here := place + "/" + word
		switch word {
		case "example", "examples", "description", "securitySchemes":
			continue
		case "type":
			if o["enum"] != nil || o["const"] != nil {
				continue // these say more
			}
		case "properties":
			for name, property := range inOrder(objectAt(value)) {
				loosen(property, here+"/"+name, try)
			}
			continue
		}
		for _, weaker := range weakened(word, value) {
			if reflect.DeepEqual(weaker, value) {
				continue
			}
			if o[word] = weaker; weaker == nil {
				delete(o, word)
			}
			try(fmt.Sprintf("%s: %v instead of %v", here, weaker, value))
			o[word] = value
		}
		loosen(value, here, try)
	}
}

// weakened is what a word may be changed to so that it allows more; nil takes it
// out.
func weakened(word string, value any) []any {
	switch v := value.(type) {
	case int:
		switch word {
		case "minimum", "minLength", "minItems":
			return []any{nil, v - 1}
		case "maximum", "maxLength", "maxItems":
			return []any{nil, v + 1}
		}
	case bool:
		switch word {
		case "required", "uniqueItems", "additionalProperties", "unevaluatedProperties":
			return []any{nil}
		}
	case string:
		switch word {
		case "type", "format", "const":
			return []any{nil}
		case "pattern":
			return []any{nil, strings.ReplaceAll(v, "0-9", "0-9~")}
		case "$ref":
			if strings.HasPrefix(v, schemasPlace) {
				return []any{nil, schemasPlace + "Label"}
			}
		}
	case []any:
		switch word {
		case "required":
			return without(v)
		case "enum":
			return append(without(v), append(slices.Clone(v), "Other"))
		case "allOf", "anyOf":
			return []any{nil}
		}
	}
	return nil
}

// without are the lists that lack one element.
func without(list []any) (shorter []any) {
	for i := range list {
		shorter = append(shorter, slices.Delete(slices.Clone(list), i, i+1))
	}
	return shorter
}
