package sqlite

import (
	"context"

	"image-sharing/shared/sharing"
	"image-sharing/shared/timestamp"
)

// The lists' pages; pageValues has their arguments.
const (
	selectOwnedPage = `SELECT ` + pageColumns + `, ` + allShares + ` FROM images
		WHERE owner = ?1 AND region >= ?2 AND (region, created_at, id) < (?3, ?4, ?5)` + filter + `
		ORDER BY region DESC, created_at DESC, id DESC LIMIT ?6`
	selectReceivedPage = `SELECT ` + pageColumns + shareColumns + withImages + ` WHERE target = ?1` + receivedPage
	// SQLite knows of no statistics here, and would take the other index.
	selectReceivedOfOne = `SELECT ` + pageColumns + shareColumns + ` INDEXED BY shares_by_status` + withImages + ` WHERE target = ?1 AND status = ?10` + receivedPage
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
	images, err := findPage(ctx, s.reader, q.Limit+1, s.decoded.image, imageOf, selectOwnedPage, pageValues(q)...)
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
	received, err := findPage(ctx, s.reader, q.Limit+1, s.decoded.received, imageOfReceived, query, values...)
	if err != nil {
		return sharing.Page[sharing.Received]{}, refusal(err)
	}
	return page(received, q.Limit, func(r sharing.Received) sharing.Position {
		return sharing.Position{Region: r.Image.Region, At: r.SharedAt, Image: r.Image.ID}
	}), nil
}

// findPage returns the rows of a page, and gives their images their owners' present
// accounts. Each owner is read once: most pages have few of them, and to read one out of
// the image's JSON in SQLite, for each image, takes a good part of the page.
func findPage[T any](ctx context.Context, from source, most int, scan func(scanner) (T, error), image func(*T) *sharing.Image, query string, args ...any) (rows []T, err error) {
	err = from.use(ctx, func(ctx context.Context, c *connection) error {
		if rows, err = findSome(ctx, c, most, scan, query, args...); err != nil {
			return err
		}
		owners := make(map[sharing.ProjectID]*sharing.Project)
		for i := range rows {
			img := image(&rows[i])
			owner, known := owners[img.Owner]
			if !known {
				if owner, err = findProject(ctx, c, img.Owner); err != nil {
					return err
				}
				owners[img.Owner] = owner
			}
			img.FollowOwner(owner)
		}
		return nil
	})
	return rows, err
}

func imageOf(img *sharing.Image) *sharing.Image { return img }

func imageOfReceived(r *sharing.Received) *sharing.Image { return &r.Image }

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
		region, at, image = q.After.Region, timestamp.Format(q.After.At), q.After.Image
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
