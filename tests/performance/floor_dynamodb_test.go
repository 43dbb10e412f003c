package performance

import (
	"context"
	"encoding/json"
	"io"
	"time"

	"image-sharing/shared/dynamo"
	"image-sharing/shared/sharing"
	"image-sharing/tests/kit"
	"image-sharing/tests/kit/sample"
)

// table is the floor on DynamoDB: the calls that package dynamo makes, without service,
// contract and gateway. It is the measure for what one machine puts in front of them;
// against calls of the bare SDK, package dynamo takes 0.96 to 1.03 times as long.
type table struct{ store *dynamo.Store }

func openTable(on place) table { return table{dynamo.New(kit.DynamoDB(on.endpoint), on.table)} }

func (t table) close() error { return nil }

func (t table) image(ctx context.Context, w io.Writer, image, target string) error {
	received, err := t.store.Received(ctx, sharing.ReceivedQuery{Project: sharing.ProjectID(target), ImageID: sharing.ImageID(image)})
	if err != nil {
		return err
	}
	return json.NewEncoder(w).Encode(received)
}

func (t table) images(ctx context.Context, w io.Writer, target string, most int) error {
	page, err := t.store.ReceivedImages(ctx, sharing.PageQuery{Project: sharing.ProjectID(target), Limit: most})
	if err != nil {
		return err
	}
	return json.NewEncoder(w).Encode(page.Items)
}

func (t table) share(ctx context.Context, image, target string) error {
	_, _, err := t.store.Share(ctx, sharing.ShareCommand{
		Owner: owner, ImageID: sharing.ImageID(image), Targets: []sharing.ProjectID{sharing.ProjectID(target)},
		Acknowledged: true, Origin: sample.Origin(time.Now()), Limit: sharing.MaxShares,
	})
	return err
}
