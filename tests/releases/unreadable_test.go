package releases

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"

	"image-sharing/shared/httpapi"
	"image-sharing/shared/service"
	"image-sharing/shared/sharing"
)

// TestAnImageThatCannotBeReadIsLeftOutAndNamed: it takes no other image from any
// list, and the log says which it is, at the level that alarms count.
func TestAnImageThatCannotBeReadIsLeftOutAndNamed(t *testing.T) {
	items := kept(t, len(versions), dynamoDB{})
	for _, c := range []struct {
		broken sharing.ImageID
		list   string
		want   []string
	}{
		{"plain", "/v1/projects/org-a/images", []string{"asked", "bare", "broken", "cancelled", "described", "img-copying", "img-failed", "shared", "suspended", "turned-down"}},
		{"shared", "/v1/projects/org-a/images", []string{"asked", "bare", "broken", "cancelled", "described", "img-copying", "img-failed", "plain", "suspended", "turned-down"}},
		{"shared", "/v1/projects/org-b/shared-images", []string{"asked"}},
	} {
		t.Run(string(c.broken)+c.list, func(t *testing.T) {
			without := bytes.ReplaceAll(items, []byte(`"imageName":{"S":"`+c.broken+`"},`), nil)
			s := dynamoDB{}.open(t, without)
			listed, log := list(t, s, c.list)
			equal(t, "the list", sorted(listed), c.want)
			if !strings.Contains(log, `"level":"ERROR"`) || !strings.Contains(log, "IMAGE#"+string(c.broken)) || !strings.Contains(log, "imageName") {
				t.Errorf("the log has %s", log)
			}
			if _, err := s.Image(t.Context(), orgA, c.broken); err == nil || !strings.Contains(err.Error(), "imageName") {
				t.Errorf("the image itself: %v", err)
			}
		})
	}
	withoutName := bytes.ReplaceAll(items, []byte(`"projectName":{"S":"Org A, moved"},`), nil)
	listed, log := list(t, dynamoDB{}.open(t, withoutName), "/v1/projects/org-b/shared-images")
	if len(listed) > 0 || !strings.Contains(log, `"level":"ERROR"`) || !strings.Contains(log, "PROJECT#org-a") {
		t.Errorf("with an owner that cannot be read %v are listed, and the log has %s", listed, log)
	}
	_, log = list(t, dynamoDB{}.open(t, items), "/v1/projects/org-a/images")
	if strings.Contains(log, "ERROR") || strings.Contains(log, "unreadable") {
		t.Errorf("with nothing broken the log has %s", log)
	}
}

// list asks for a list, an image a page, so that the one that is left out is on
// each page's way. It returns the images and the log.
func list(t *testing.T, s service.Store, path string) (ids []string, log string) {
	t.Helper()
	var lines bytes.Buffer
	h := httpapi.NewHandler(httpapi.List, service.New(s, service.Config{ShareLimit: sharing.MaxShares}), httpapi.PlatformClients{}, slog.New(slog.NewJSONHandler(&lines, nil)))
	for query := "?limit=1"; query != ""; {
		r := httpapi.WithGateway(httptest.NewRequest("GET", path+query, nil), httpapi.Gateway{
			Claims: map[string]string{"sub": "tester", "projects": "org-a org-b", "scope": "images:read"},
		})
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		var page struct {
			Images    []struct{ ImageID string }
			NextToken string
		}
		must(t, json.Unmarshal(w.Body.Bytes(), &page))
		for _, img := range page.Images {
			ids = append(ids, img.ImageID)
		}
		if query = ""; page.NextToken != "" {
			query = "?limit=1&nextToken=" + page.NextToken
		}
	}
	return ids, lines.String()
}
