package sqlite

import (
	"encoding/json"
	"strings"
	"time"

	"image-sharing/shared/sharing"
)

const timeLayout = "2006-01-02T15:04:05.000000Z"

func timeText(t time.Time) string { return t.UTC().Format(timeLayout) }

// scanTime scans a timeText.
type scanTime struct{ *time.Time }

func (s scanTime) Scan(v any) (err error) {
	text, _ := v.(string) // no text is no time, and Parse says so
	*s.Time, err = time.Parse(timeLayout, text)
	return err
}

const projectColumns = `id, account_id, name, created_at, updated_at`

func projectValues(p sharing.Project) []any {
	return []any{p.ID, p.AccountID, p.Name, timeText(p.CreatedAt), timeText(p.UpdatedAt)}
}

func scanProject(row scanner) (p sharing.Project, err error) {
	err = row.Scan(&p.ID, &p.AccountID, &p.Name, scanTime{&p.CreatedAt}, scanTime{&p.UpdatedAt})
	return p, err
}

const imageColumns = `id, uid, owner, account_id, name, description, region, kind, host_type, state,
	os_name, os_type, architecture, system_size_gib, system_snapshot_id, data_disks,
	created_at, updated_at, source_image_id, source_project_id, save_fingerprint`

// wholeImage selects an image with whom it is shared with. Ids hold no spaces.
const wholeImage = imageColumns + `,
	(SELECT coalesce(group_concat(target, ' '), '') FROM shares AS s WHERE s.image_id = images.id)`

func imageValues(img sharing.Image) ([]any, error) {
	disks, err := diskText(img.DataDisks)
	if err != nil {
		return nil, err
	}
	var source sharing.Source
	if img.Source != nil {
		source = *img.Source
	}
	return []any{
		img.ID, img.UID, img.Owner, img.AccountID, img.Name, img.Description, img.Region, img.Kind, img.HostType, img.State,
		img.OSName, img.OSType, img.Architecture, img.SystemDisk.SizeGiB, img.SystemDisk.SnapshotID, disks,
		timeText(img.CreatedAt), timeText(img.UpdatedAt), source.ImageID, source.ProjectID, img.SaveFingerprint,
	}, nil
}

func scanImage(row scanner) (sharing.Image, error) { return scanImageAnd(row) }

// scanImageAnd scans the columns of wholeImage, and more that follow.
func scanImageAnd(row scanner, more ...any) (img sharing.Image, err error) {
	var source sharing.Source
	var disks, sharedWith string
	if err := row.Scan(append([]any{
		&img.ID, &img.UID, &img.Owner, &img.AccountID, &img.Name, &img.Description, &img.Region, &img.Kind, &img.HostType, &img.State,
		&img.OSName, &img.OSType, &img.Architecture, &img.SystemDisk.SizeGiB, &img.SystemDisk.SnapshotID, &disks,
		scanTime{&img.CreatedAt}, scanTime{&img.UpdatedAt}, &source.ImageID, &source.ProjectID, &img.SaveFingerprint,
		&sharedWith,
	}, more...)...); err != nil {
		return sharing.Image{}, err
	}
	if source.ImageID != "" {
		img.Source = &source
	}
	for _, id := range strings.Fields(sharedWith) {
		img.SharedWith = append(img.SharedWith, sharing.ProjectID(id))
	}
	img.DataDisks, err = disksOf(disks)
	return img, err
}

// selectReceived selects images with when they were shared with a target.
const selectReceived = `SELECT ` + wholeImage + `, shared_at FROM shares JOIN images ON id = image_id`

func scanReceived(row scanner) (r sharing.Received, err error) {
	r.Image, err = scanImageAnd(row, scanTime{&r.SharedAt})
	return r, err
}

// diskRow is a data disk as the file has it. It is not sharing.Disk, whose tags
// are the API's.
type diskRow struct {
	SizeGiB    int    `json:"sizeGiB"`
	SnapshotID string `json:"snapshotId"`
}

func diskText(disks []sharing.Disk) (string, error) {
	rows := make([]diskRow, 0, len(disks))
	for _, d := range disks {
		rows = append(rows, diskRow(d))
	}
	text, err := json.Marshal(rows)
	return string(text), err
}

func disksOf(text string) ([]sharing.Disk, error) {
	var rows []diskRow
	if err := json.Unmarshal([]byte(text), &rows); err != nil {
		return nil, err
	}
	var disks []sharing.Disk
	for _, r := range rows {
		disks = append(disks, sharing.Disk(r))
	}
	return disks, nil
}

// selectShare selects shares with their projects as those are now. A share
// keeps nothing of its project but the id.
const selectShare = `SELECT id, name, account_id, shared_at, shared_by, acknowledged_reminder
	FROM shares JOIN projects ON id = target`

func scanShare(row scanner) (s sharing.Share, err error) {
	err = row.Scan(&s.ProjectID, &s.ProjectName, &s.AccountID, scanTime{&s.SharedAt}, &s.SharedBy, &s.AcknowledgedReminder)
	return s, err
}

func shareValues(img sharing.Image, s sharing.Share) []any {
	return []any{img.ID, s.ProjectID, img.Region, timeText(s.SharedAt), s.SharedBy, s.AcknowledgedReminder}
}
