package httpapi

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// changes are what a valid request is changed by, one at a time: each value into
// those just inside and just past each limit, into each of the document's values,
// into each type; each field left out, each name added that there is anywhere.
type changes struct {
	texts   []string
	numbers []int
	names   map[string]bool
}

// limits are the rules' own, so that a limit that is gone from the document is
// still tried.
var limits = []int{0, 1, 32, 64, 100, 128, 1024, 1 << 20}

func changesOf(d *document) changes {
	c := changes{names: map[string]bool{"more": true}, texts: []string{
		"", "A.b_c-9", "9", "..", "é", "a\u0085", "\xff", "1.5", "025", "+25", " 25", "0x19", "2_5", "1e1", "\u0661",
		"e\u0301", "a\u202ea", "\u200b", "a\u00ad", "a\U000e0041", "a\u2028a", "a\u2029a", "a\ue000", "a\u0378", "a\u200da", "a\r\na", "\u3000", "\u0301",
	}}
	for _, kind := range []string{"Kind", "HostType", "State", "ShareStatus", "Incoming"} {
		for _, value := range constants()[kind] {
			c.texts = append(c.texts, value, strings.ToLower(value))
		}
	}
	for char := range rune(128) {
		if !unicode.IsLetter(char) && !unicode.IsDigit(char) {
			c.texts = append(c.texts, string(char), "a"+string(char)+"a")
		}
	}
	near := make(map[int]bool)
	for _, limit := range append(c.collect(d.root), limits...) {
		near[limit-1], near[limit], near[limit+1] = true, true, true
	}
	c.numbers = slices.Sorted(maps.Keys(near))
	for _, n := range c.numbers {
		c.texts = append(c.texts, strconv.Itoa(n))
		if n > 0 && n < 2000 {
			c.texts = append(c.texts, strings.Repeat("a", n), strings.Repeat("中", n))
		}
	}
	return c
}

// collect adds the values and names in a part of the document, and returns its
// limits.
func (c *changes) collect(node any) (limits []int) {
	list, _ := node.([]any)
	for _, element := range list {
		limits = append(limits, c.collect(element)...)
	}
	for word, value := range objectAt(node) {
		switch word {
		case "minLength", "maxLength", "minItems", "maxItems", "minimum", "maximum":
			if n, ok := value.(int); ok {
				limits = append(limits, n)
			}
		case "enum":
			for _, v := range listAt(node, word) {
				c.texts = append(c.texts, fmt.Sprint(v))
			}
		case "properties":
			for name := range objectAt(node, word) {
				c.names[name], c.names[capital(name)] = true, true
			}
		}
		limits = append(limits, c.collect(value)...)
	}
	return limits
}

// each tries a value with one change in it, and says which field was changed.
func (c changes) each(field string, value any, try func(field string, changed any)) {
	for _, other := range []any{nil, true, false, 0, 1.5, "", "a", []any{}, object{}} {
		try(field, other)
	}
	switch v := value.(type) {
	case string:
		for _, text := range c.texts {
			try(field, text)
		}
	case int:
		for _, n := range c.numbers {
			try(field, n)
		}
	case []any:
		c.eachOfList(field, v, try)
	case object:
		c.eachOfObject(field, v, try)
	}
}

// eachOfList repeats the first element, which a limit counts and a set does not.
func (c changes) eachOfList(field string, list []any, try func(string, any)) {
	for _, n := range c.numbers {
		if n >= 0 && n < 200 {
			try(field, slices.Repeat(list[:1], n))
		}
	}
	c.each(field+"[0]", list[0], func(field string, element any) {
		try(field, append([]any{element}, list[1:]...))
	})
}

func (c changes) eachOfObject(field string, o object, try func(string, any)) {
	for name := range c.names {
		if o[name] == nil {
			try(within(field, name), with(o, name, "a"))
		}
	}
	for name, member := range inOrder(o) {
		without := maps.Clone(o)
		delete(without, name)
		try(within(field, name), without)
		try(field, with(without, capital(name), member))
		c.each(within(field, name), member, func(field string, changed any) {
			try(field, with(o, name, changed))
		})
	}
}

func capital(name string) string { return strings.ToUpper(name[:1]) + name[1:] }

func within(field, name string) string { return strings.TrimPrefix(field+"."+name, ".") }

func with(o object, name string, value any) object {
	changed := maps.Clone(o)
	changed[name] = value
	return changed
}
