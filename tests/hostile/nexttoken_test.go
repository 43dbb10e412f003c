package hostile

import (
	"crypto/sha256"
	"encoding/base64"
	"net/url"
	"strings"
	"testing"

	"image-sharing/tests/kit"
	"image-sharing/tests/kit/api"
)

// forgedNextToken is a token as anybody can make it who has read the source:
// the sum in it has no secret.
func forgedNextToken(kind, project, region, position string) string {
	sum := sha256.Sum256([]byte(strings.Join([]string{"v1", kind, project, region, position}, "#")))
	return base64.RawURLEncoding.EncodeToString(append(sum[:16], position...))
}

func TestAForgedNextTokenIsRefusedOrHarmless(t *testing.T) {
	kit.OnEachStore(t, func(e *kit.Environment) {
		me, other := e.Project("me"), e.Project("other")
		own, foreign := e.Image(me, "own", nil), e.Image(other, "foreign", nil)
		e.Share(other, foreign, me).Is(200)
		token := e.Tenant(me)
		for path, list := range map[string]struct{ kind, image string }{
			"/images":        {"owned", own},
			"/shared-images": {"received", foreign},
		} {
			page := func(region, position string) kit.Response {
				t.Helper()
				q := url.Values{"nextToken": {forgedNextToken(list.kind, me, region, position)}}
				if region != "" {
					q.Set("region", region)
				}
				return e.Send(token, "GET", api.ProjectPath(me)+path+"?"+q.Encode(), nil)
			}
			// A position behind all there is, before all there is, and of images
			// that are not there: only the caller's own list comes back.
			for _, position := range []string{
				"zz#9999-12-31T23:59:59.999999Z#" + list.image, "eu-west#9999-12-31T23:59:59Z#nothing", "zz#2026-01-02T03:04:05Z#" + foreign,
			} {
				if ids := page("", position).Is(200).IDs(); len(ids) != 1 || ids[0] != list.image {
					t.Errorf("%s after %s has %v", path, position, ids)
				}
			}
			if ids := page("", "a#0000-01-01T00:00:00Z#a").Is(200).IDs(); len(ids) != 0 {
				t.Errorf("%s after its end has %v", path, ids)
			}
			// A place in another region's list is none in this one's.
			page("eu-west", "us-east#2026-01-02T03:04:05Z#"+list.image).Refused(400, "InvalidNextToken")
			page("eu-west", "eu-west1#2026-01-02T03:04:05Z#"+list.image).Refused(400, "InvalidNextToken")
			page("", "eu-west#9999-12-31T23:59:59-23:59#"+list.image).Refused(400, "InvalidNextToken")
			page("", "eu-west#2026-01-02T03:04:05,5Z#"+list.image).Refused(400, "InvalidNextToken")
			page("", "eu-west#2026-01-02T03:04:05Z#a\x00b").Refused(400, "InvalidNextToken")
		}
	})
}
