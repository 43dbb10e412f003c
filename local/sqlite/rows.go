package sqlite

import (
	"strings"
	"time"

	"image-sharing/shared/sharing"
	"image-sharing/shared/stored"
)

// scanRecord scans an attributesText into the record that decode makes of it.
func scanRecord[T any](record *T, decode func(stored.Lookup) (T, error)) scanFunc {
	return func(text string) (err error) {
		lookup, err := lookupIn(text)
		if err != nil {
			return err
		}
		*record, err = decode(lookup)
		return err
	}
}

// scanTime scans a time of a record.
func scanTime(t *time.Time) scanFunc {
	return func(text string) (err error) {
		*t, err = stored.ParseTime(text)
		return err
	}
}

// scanFunc scans a column of text.
type scanFunc func(text string) error

func (scan scanFunc) Scan(v any) error {
	text, _ := v.(string) // no text is no record and no time, and they say so
	return scan(text)
}

func scanProject(row scanner) (p sharing.Project, err error) {
	err = row.Scan(scanRecord(&p, stored.DecodeProject))
	return p, err
}

// imageColumns select an image with its owner's present account, which those of a page
// get from findPage. The projects that it is shared with follow them, each with the
// share's status; ids hold neither spaces nor colons. They are all, as in allShares, or
// the one that asks, which must not take longer because of others.
const (
	imageColumns = `images.attributes, images.id,
	(SELECT p.attributes ->> 'accountId' FROM projects AS p WHERE p.id = images.owner)`
	pageColumns = `images.attributes, images.id, ''`
	allShares   = `(SELECT coalesce(group_concat(target || ':' || status, ' '), '') FROM shares AS s WHERE s.image_id = images.id)`
)

func scanImage(row scanner) (img sharing.Image, err error) {
	err = scanImageAnd(row, &img, scanRecord(&img, stored.DecodeImage))
	return img, err
}

// scanImageAnd scans the columns of an image, of which record has the attributes, and
// more that follow.
func scanImageAnd(row scanner, img *sharing.Image, record scanFunc, more ...any) error {
	var id sharing.ImageID
	var account, sharedWith string
	err := row.Scan(append([]any{record, &id, &account, &sharedWith}, more...)...)
	img.ID, img.AccountID = id, account
	for _, share := range strings.Fields(sharedWith) {
		addShare(img, share)
	}
	return err
}

// addShare adds a project to those who have the image, and to those of them who do not
// use it.
func addShare(img *sharing.Image, share string) {
	project, status, _ := strings.Cut(share, ":")
	p := sharing.ProjectID(project)
	img.SharedWith = append(img.SharedWith, p)
	switch sharing.ShareStatus(status) {
	case sharing.Pending:
		img.Pending = append(img.Pending, p)
	case sharing.Declined:
		img.Declined = append(img.Declined, p)
	}
}

// shareColumns follow those of an image with when it was shared with a target, and what
// that says to it. Of whom it is shared with there is that target alone.
const (
	shareColumns = `, target || ':' || status, shared_at, status FROM shares`
	withImages   = ` JOIN images ON id = image_id`
)

func scanReceived(row scanner) (r sharing.Received, err error) {
	err = scanReceivedAs(row, &r, scanRecord(&r.Image, stored.DecodeImage))
	return r, err
}

func scanReceivedAs(row scanner, r *sharing.Received, image scanFunc) error {
	return scanImageAnd(row, &r.Image, image, scanTime(&r.SharedAt), &r.Status)
}

// selectShare selects shares with their projects as those are now. A share
// keeps nothing of its project but the id.
const selectShare = `SELECT shares.attributes, status, projects.attributes FROM shares JOIN projects ON id = target`

func scanShare(row scanner) (s sharing.Share, err error) {
	var p sharing.Project
	var status sharing.ShareStatus // decoding makes the share anew
	err = row.Scan(scanRecord(&s, stored.DecodeShare), &status, scanRecord(&p, stored.DecodeProject))
	s.ProjectID, s.ProjectName, s.AccountID, s.Status = p.ID, p.Name, p.AccountID, status
	return s, err
}
