package gateway

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"image-sharing/local/diskstore"
	"image-sharing/shared/httpapi"
	"image-sharing/shared/sharing"
)

// The routes of disks are of no deployment: there, whoever makes disks puts them
// into S3. A copy is named by its key, which has slashes.
var (
	disksPath    = "/local/disks/"
	putDiskRoute = httpapi.Route{Method: http.MethodPut, Path: disksPath + "{region}/{snapshotId...}", PlatformScope: "catalog:write"}
	getDiskRoute = httpapi.Route{Method: http.MethodGet, Path: putDiskRoute.Path, PlatformScope: "catalog:write"}
)

// A client may be this silent, and this slow, before it is taken for gone: the
// server's time-outs are for requests that fit in memory.
const (
	diskPatience   = 30 * time.Second
	bytesPerSecond = 1 << 20
)

// disk is the response to one that was brought in.
type disk struct {
	Region     string `json:"region"`
	SnapshotID string `json:"snapshotId"`
	SizeBytes  int64  `json:"sizeBytes"`
	SHA256     string `json:"sha256"`
}

func (g gateway) putDisk(w http.ResponseWriter, r *http.Request, _ string) error {
	if err := g.authorize(r, putDiskRoute); err != nil {
		return err
	}
	region, id := r.PathValue("region"), r.PathValue("snapshotId")
	var v sharing.Violations
	v.CheckID("region", region)
	v.CheckID("snapshotId", id)
	if err := v.Err(); err != nil {
		return err
	}
	control := http.NewResponseController(w)
	body := &patientReader{from: r.Body, control: control}
	d, created, err := g.Disks.Import(r.Context(), region, id, body)
	_ = control.SetWriteDeadline(time.Now().Add(diskPatience)) // it began with the request
	switch {
	case errors.Is(err, diskstore.ErrConflict):
		return &sharing.Error{
			Code:   sharing.CodeImageConflict,
			Detail: fmt.Sprintf("The region %s has a disk %s of other content, and content never changes under an id: choose another id.", region, id),
		}
	case body.err != nil:
		return sharing.Invalid(sharing.Violation{Field: "body", Message: "could not be read to its end"})
	case err != nil:
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	if created {
		w.WriteHeader(http.StatusCreated)
	}
	_ = json.NewEncoder(w).Encode(disk{region, id, d.SizeBytes, d.SHA256}) // the client may be gone
	return nil
}

func (g gateway) getDisk(w http.ResponseWriter, r *http.Request, _ string) error {
	if err := g.authorize(r, getDiskRoute); err != nil {
		return err
	}
	region, key := r.PathValue("region"), r.PathValue("snapshotId")
	d, f, err := g.Disks.Export(region, key)
	if errors.Is(err, diskstore.ErrNotFound) {
		return &sharing.Error{Code: sharing.CodeRouteNotFound, Detail: "There is no such disk in this region: bring one in by PUT."}
	}
	if err != nil {
		return err
	}
	defer f.Close()
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(diskPatience + time.Duration(d.SizeBytes/bytesPerSecond)*time.Second))
	h := w.Header()
	h.Set("Content-Type", "application/octet-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Etag", d.ETag)
	http.ServeContent(w, r, "", d.Modified, f)
	return nil
}

// patientReader gives the client time anew for each piece of a body, and keeps what
// was wrong with it.
type patientReader struct {
	from    io.Reader
	control *http.ResponseController
	err     error
}

// Read implements io.Reader.
func (p *patientReader) Read(b []byte) (int, error) {
	_ = p.control.SetReadDeadline(time.Now().Add(diskPatience)) // what is no connection has none
	n, err := p.from.Read(b)
	if err != nil {
		_ = p.control.SetReadDeadline(time.Time{}) // nothing more is to come while it is kept
	}
	if err != nil && err != io.EOF {
		p.err = err
	}
	return n, err
}

// isPlatforms reports whether a path under /local/ is the platform's, not the
// issuer's.
func (g gateway) isPlatforms(path string) bool {
	return g.Events != nil && path == eventsRoute.Path || g.Disks != nil && strings.HasPrefix(path, disksPath)
}
