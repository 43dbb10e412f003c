package sqlite

import (
	"context"

	"image-sharing/shared/sharing"
	"image-sharing/shared/stored"
)

// The lists' pages; pageValues has their arguments.
const (
	selectOwnedPage = `SELECT ` + wholeImage + ` FROM images
		WHERE owner = ?1 AND region >= ?2 AND (region, created_at, id) < (?3, ?4, ?5)` + filter + `
		ORDER BY region DESC, created_at DESC, id DESC LIMIT ?6`
	selectReceivedPage  = selectReceived + ` WHERE target = ?1` + receivedPage
	selectReceivedOfOne = selectReceived + ` WHERE target = ?1 AND status = ?10` + receivedPage
	receivedPage        = `
		AND image_region >= ?2 AND (image_region, shared_at, image_id) < (?3, ?4, ?5)` + filter + `
		ORDER BY image_region DESC, shared_at DESC, image_id DESC LIMIT ?6`

	// filter is what sharing.PageQuery.Wants says.
	filter = `
		AND (?7 = '' OR images.attributes ->> 'imageName' = ?7)
		AND (?8 = '' OR images.attributes ->> 'imageState' = ?8) AND (?9 = '' OR owner = ?9)`
)

// OwnedImages implements service.Store.
func (s *Store) OwnedImages(ctx context.Context, q sharing.PageQuery) (sharing.Page[sharing.Image], error) {
	images, err := findAll(ctx, s.reader, scanImage, selectOwnedPage, pageValues(q)...)
	if err != nil {
		return sharing.Page[sharing.Image]{}, refusal(err)
	}
	return page(images, q.Limit, func(img sharing.Image) sharing.Position {
		return sharing.Position{Region: img.Region, At: img.CreatedAt, Image: img.ID}
	}), nil
}

// ReceivedImages implements service.Store.
func (s *Store) ReceivedImages(ctx context.Context, q sharing.PageQuery) (sharing.Page[sharing.Received], error) {
	query, values := selectReceivedPage, pageValues(q)
	if q.Status != "" {
		query, values = selectReceivedOfOne, append(values, q.Status)
	}
	received, err := findAll(ctx, s.reader, scanReceived, query, values...)
	if err != nil {
		return sharing.Page[sharing.Received]{}, refusal(err)
	}
	return page(received, q.Limit, func(r sharing.Received) sharing.Position {
		return sharing.Position{Region: r.Image.Region, At: r.SharedAt, Image: r.Image.ID}
	}), nil
}

// afterAll sorts after every id, region and time.
const afterAll = "~"

// pageValues are the arguments of a list: whose; the least region; region, time
// and image of the place to start below; one row more than the page has, which
// reports whether it is the last; and the filters. A region asked for is both the
// least and where to start, so one statement serves all queries.
func pageValues(q sharing.PageQuery) []any {
	region, at, image := afterAll, afterAll, sharing.ImageID(afterAll)
	switch {
	case q.After != nil:
		region, at, image = q.After.Region, stored.FormatTime(q.After.At), q.After.Image
	case q.Region != "":
		region = q.Region
	}
	return []any{q.Project, q.Region, region, at, image, q.Limit + 1, q.Name, q.State, q.Owner}
}

// page cuts off the row that is one too many.
func page[T any](items []T, limit int, position func(T) sharing.Position) sharing.Page[T] {
	if len(items) <= limit {
		return sharing.Page[T]{Items: items}
	}
	last := position(items[limit-1])
	return sharing.Page[T]{Items: items[:limit], Next: &last}
}
