package sqlite

import (
	"fmt"
	"strings"
	"testing"

	"image-sharing/shared/sharing"
)

// TestWhatIsKeptDecodedIsBounded: a text pushes others out when there is no room, and
// what stays is of its own text.
func TestWhatIsKeptDecodedIsBounded(t *testing.T) {
	d := decoded{images: make(map[string]sharing.Image)}
	texts := make([]string, 20)
	for i := range texts {
		texts[i] = fmt.Sprint(i, strings.Repeat("x", mostDecoded/10))
		d.put(texts[i], sharing.Image{UID: fmt.Sprint(i)})
	}
	held, kept := 0, 0
	for i, text := range texts {
		if img, known := d.get(text); known {
			kept, held = kept+1, held+len(text)
			if img.UID != fmt.Sprint(i) {
				t.Errorf("text %d is taken for image %s", i, img.UID)
			}
		}
	}
	if kept != 9 || held != d.bytes || held > mostDecoded {
		t.Errorf("%d texts of %d bytes are kept, %d are counted", kept, held, d.bytes)
	}
}
