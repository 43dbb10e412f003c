package sqlite

import (
	"fmt"
	"strings"

	"image-sharing/shared/sharing"
	"image-sharing/shared/stored"
	"image-sharing/shared/timestamp"
)

// decodeText makes a record of an attributesText.
func decodeText[T any](text string, decode func(stored.Lookup) (T, error)) (record T, err error) {
	lookup, err := lookupIn(text)
	if err != nil {
		return record, err
	}
	return decode(lookup)
}

// scanRecord scans an attributesText into the record that decode makes of it.
func scanRecord[T any](record *T, decode func(stored.Lookup) (T, error)) scanFunc {
	return func(text string) (err error) {
		*record, err = decodeText(text, decode)
		return err
	}
}

// scanFunc scans a column of text.
type scanFunc func(text string) error

func (scan scanFunc) Scan(v any) error {
	text, _ := v.(string) // no text is no record, and it says so
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

// imageDecoder makes an image of its attributes. What scans with one scans into plain texts:
// package database/sql would set an ImageID by reflection, of which a page has hundreds.
type imageDecoder func(attributes string) (sharing.Image, error)

func decodeImage(attributes string) (sharing.Image, error) {
	return decodeText(attributes, stored.DecodeImage)
}

func scanImage(row scanner) (sharing.Image, error) { return scanImageWith(decodeImage, row) }

func scanImageWith(decode imageDecoder, row scanner) (img sharing.Image, err error) {
	var attributes, id, account, sharedWith string
	if err := row.Scan(&attributes, &id, &account, &sharedWith); err != nil {
		return img, err
	}
	if img, err = decode(attributes); err != nil {
		return img, fmt.Errorf("image %s: %w", id, err)
	}
	img.ID, img.AccountID = sharing.ImageID(id), account
	for _, share := range strings.Fields(sharedWith) {
		project, status, _ := strings.Cut(share, ":")
		addShare(&img, project, status)
	}
	return img, nil
}

// addShare adds a project to those who have the image, and to those of them who do not
// use it.
func addShare(img *sharing.Image, project, status string) {
	p := sharing.ProjectID(project)
	img.SharedWith = append(img.SharedWith, p)
	switch sharing.ShareStatus(status) {
	case sharing.Pending:
		img.Pending = append(img.Pending, p)
	case sharing.Declined:
		img.Declined = append(img.Declined, p)
	}
}

// shareColumns follow those of an image with whom it is shared, when, and what that says
// to it. Of whom it is shared with there is that target alone.
const (
	shareColumns = `, target, shared_at, status FROM shares`
	withImages   = ` JOIN images ON id = image_id`
)

func scanReceived(row scanner) (sharing.Received, error) { return scanReceivedWith(decodeImage, row) }

func scanReceivedWith(decode imageDecoder, row scanner) (r sharing.Received, err error) {
	var attributes, id, account, target, at, status string
	if err := row.Scan(&attributes, &id, &account, &target, &at, &status); err != nil {
		return r, err
	}
	if r.Image, err = decode(attributes); err != nil {
		return r, fmt.Errorf("image %s: %w", id, err)
	}
	r.Image.ID, r.Image.AccountID, r.Status = sharing.ImageID(id), account, sharing.ShareStatus(status)
	addShare(&r.Image, target, status)
	if r.SharedAt, err = timestamp.Parse(at); err != nil {
		return r, fmt.Errorf("share of image %s with %s: %w", id, target, err)
	}
	return r, nil
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
