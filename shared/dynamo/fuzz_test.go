package dynamo

import (
	"testing"

	"image-sharing/shared/sharing"
)

// FuzzKeys: only a key that this package has made is read as one.
func FuzzKeys(f *testing.F) {
	for _, k := range []string{"", "IMAGE", "IMAGE#", "IMAGE#a", "IMAGE#a#b", "IMAGE#IMAGE#a", "SHARE#a", "SHARE#", "SHARE#a\x00", "PROJECT#a", "image#a", "IMAGE#\xff"} {
		f.Add(k)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if id, err := ParseImagePK(text); err == nil && (imageKey(id).pk != text || !sharing.ValidID(string(id))) {
			t.Errorf("%q is read as the image %q", text, id)
		}
		if p, err := targetOf(text); err == nil && (shareKey("img", p).sk != text || !sharing.ValidID(string(p))) {
			t.Errorf("%q is read as a share with %q", text, p)
		}
	})
}
