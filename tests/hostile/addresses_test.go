package hostile

import (
	"strings"
	"testing"

	"image-sharing/tests/kit"
	"image-sharing/tests/kit/api"
)

// What is around the body; the bodies themselves are in TestMalformedBodiesAreRefused.
func TestHostileRequestsArePreciselyRefused(t *testing.T) {
	kit.OnEachStore(t, func(e *kit.Environment) {
		owner := e.Project("owner")
		img := e.Image(owner, "img", nil)
		token := e.Tenant(owner)
		for _, id := range []string{"%2e%2e", "a%2Fb", "a%20b", "%00", "a%23b", "a%3Fb", "a%25", "%ff", "-a", strings.Repeat("a", 65), "a%0Ab", "%E2%80%AE"} {
			e.Send(token, "GET", api.ImagesPath(id), nil).Refused(400, "InvalidRequest")
			e.Send(token, "GET", api.ImagePath(owner, id), nil).Refused(400, "InvalidRequest")
		}
		for _, query := range []string{"limit=0", "limit=101", "limit=x", "limit=", "limit=1&limit=2", "region=-", "region=", "other=1", "%zz", "nextToken="} {
			e.Send(token, "GET", api.ImagesPath(owner)+"?"+query, nil).Refused(400, "InvalidRequest")
		}
		for _, key := range []string{"a b", strings.Repeat("k", 129), "ü"} {
			e.Send(token, "POST", api.SavePath(owner, img), api.Object{"name": "x"}, "Idempotency-Key", key).Refused(400, "InvalidRequest")
		}
	})
}
