package gateway

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/golang-jwt/jwt/v5"
)

// claimTexts turns claims into the texts that API Gateway hands over: strings
// as they are, numbers in decimal, an array as [a b], an object as map[k:v];
// null is left out. An array with an element that would look like others there stays
// JSON, which names no project: API Gateway cannot be mended, this machine can.
func claimTexts(claims jwt.MapClaims) map[string]string {
	texts := make(map[string]string, len(claims))
	for name, value := range claims {
		if value != nil {
			texts[name] = claimText(value)
		}
	}
	return texts
}

func claimText(value any) string {
	switch v := value.(type) {
	case json.Number:
		return decimal(v)
	case []any:
		if text, err := json.Marshal(v); err == nil && slices.ContainsFunc(v, looksLikeOthers) {
			return string(text)
		}
		texts := make([]string, len(v))
		for i, element := range v {
			texts[i] = claimText(element)
		}
		return "[" + strings.Join(texts, " ") + "]"
	default:
		return fmt.Sprint(v)
	}
}

// looksLikeOthers is of an element such as "My org-a", which would name org-a.
func looksLikeOthers(element any) bool {
	text, isText := element.(string)
	return isText && (text == "" || strings.ContainsAny(text, ` []"`))
}

// decimal keeps whole numbers of any size as they are, and writes out an
// exponent.
func decimal(n json.Number) string {
	if f, err := n.Float64(); err == nil && strings.ContainsAny(n.String(), "eE") {
		return strconv.FormatFloat(f, 'f', -1, 64)
	}
	return n.String()
}
