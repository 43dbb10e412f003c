package dynamo

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"image-sharing/shared/sharing"
)

// batchSize is the most items BatchGetItem takes.
const batchSize = 100

// get reads one item consistently; nil when there is none.
func (t *Store) get(ctx context.Context, k key) (item, error) {
	out, err := t.db.GetItem(ctx, &dynamodb.GetItemInput{
		TableName: t.name, Key: k.item(), ConsistentRead: aws.Bool(true),
	})
	if err != nil {
		return nil, refusal(err)
	}
	return out.Item, nil
}

// batchGet reads items, each consistently, in one call for each batchSize of
// them, or more when DynamoDB leaves some unprocessed. It is no snapshot: one
// item may be read before and another after somebody's write.
func (t *Store) batchGet(ctx context.Context, keys []key) (map[key]item, error) {
	found := make(map[key]item, len(keys))
	asked := make(map[key]bool, len(keys))
	request := make([]item, 0, len(keys))
	for _, k := range keys {
		if !asked[k] { // DynamoDB refuses duplicates
			asked[k] = true
			request = append(request, k.item())
		}
	}
	for some := range slices.Chunk(request, batchSize) {
		if err := t.batchGetInto(ctx, found, some); err != nil {
			return nil, err
		}
	}
	return found, nil
}

func (t *Store) batchGetInto(ctx context.Context, found map[key]item, request []item) error {
	for attempt := 1; len(request) > 0; attempt++ {
		out, err := t.db.BatchGetItem(ctx, &dynamodb.BatchGetItemInput{
			RequestItems: map[string]types.KeysAndAttributes{
				*t.name: {Keys: request, ConsistentRead: aws.Bool(true)},
			},
		})
		if err != nil {
			return refusal(err)
		}
		for _, it := range out.Responses[*t.name] {
			found[keyOf(it)] = it
		}
		request = out.UnprocessedKeys[*t.name].Keys
		if len(request) > 0 && (attempt >= maxConflicts || !backoff.Wait(ctx, attempt)) {
			return sharing.Throttled(nil)
		}
	}
	return nil
}

// Projects implements service.Store with one BatchGetItem for each hundred.
func (t *Store) Projects(ctx context.Context, ids []sharing.ProjectID) (map[sharing.ProjectID]sharing.Project, error) {
	keys := make([]key, len(ids))
	for i, id := range ids {
		keys[i] = projectKey(id)
	}
	found, err := t.batchGet(ctx, keys)
	if err != nil {
		return nil, err
	}
	return projectsIn(found, ids)
}

// Project implements service.Store with one GetItem.
func (t *Store) Project(ctx context.Context, id sharing.ProjectID) (sharing.Project, error) {
	it, err := t.get(ctx, projectKey(id))
	if err != nil {
		return sharing.Project{}, err
	}
	p, err := projectOf(it)
	if err != nil {
		return sharing.Project{}, err
	}
	if p == nil {
		return sharing.Project{}, sharing.ProjectNotFound(id)
	}
	return *p, nil
}

// Image implements service.Store with one BatchGetItem of the image and its owner.
func (t *Store) Image(ctx context.Context, owner sharing.ProjectID, id sharing.ImageID) (sharing.Image, error) {
	img, err := t.imageIf(ctx, id, owner, func(img *sharing.Image, _ map[key]item) error { return img.OwnedBy(owner, id) })
	if err != nil {
		return sharing.Image{}, err
	}
	return *img, nil
}

// Received implements service.Store with one BatchGetItem of the image, the share
// and the owner, or of the first two and one GetItem of an owner that the query
// does not name. Image and share must agree: they change together, so if one of the
// two reads met them apart, there was a moment during this call when the project
// did not have the image, and ImageNotFound is true of it.
func (t *Store) Received(ctx context.Context, q sharing.ReceivedQuery) (sharing.Received, error) {
	var likely sharing.ProjectID
	if q.Owner != nil {
		likely = *q.Owner
	}
	var share sharing.Share
	img, err := t.imageIf(ctx, q.ImageID, likely, func(img *sharing.Image, found map[key]item) (err error) {
		share, err = receivedShare(img, found, q)
		return err
	}, shareKey(q.ImageID, q.Project))
	if err != nil {
		return sharing.Received{}, err
	}
	return sharing.Received{Image: *img, SharedAt: share.SharedAt, Status: share.Status}, nil
}

// receivedShare is the share by which the project has the image, with the refusals of
// Receivable; ImageNotFound also when image and share do not agree.
func receivedShare(img *sharing.Image, found map[key]item, q sharing.ReceivedQuery) (sharing.Share, error) {
	if err := img.Receivable(q); err != nil {
		return sharing.Share{}, err
	}
	share, ok, err := shareOf(found[shareKey(q.ImageID, q.Project)], img)
	if err == nil && !ok {
		err = sharing.ImageNotFound(q.ImageID)
	}
	return share, err
}

// Launchable implements service.Store with one BatchGetItem of the image and the
// owner that the query names, or of the image and the project, whose own it may be;
// then one GetItem of an owner that is another one.
func (t *Store) Launchable(ctx context.Context, q sharing.LaunchQuery) (sharing.LaunchableImage, error) {
	likely := q.Project
	if q.Owner != nil {
		likely = *q.Owner
	}
	img, err := t.imageIf(ctx, q.ImageID, likely, func(img *sharing.Image, _ map[key]item) error {
		_, err := img.Launchable(q)
		return err
	})
	if err != nil {
		return sharing.LaunchableImage{}, err
	}
	return img.Launchable(q)
}

// imageIf reads an image, its likely owner if that is not "", and more items in one
// call. Of an image that passes the check it reads another owner besides, so
// whatever is refused, for whatever reason, takes the same call.
func (t *Store) imageIf(ctx context.Context, id sharing.ImageID, likely sharing.ProjectID, check func(*sharing.Image, map[key]item) error, more ...key) (*sharing.Image, error) {
	keys := append([]key{imageKey(id)}, more...)
	if likely != "" {
		keys = append(keys, projectKey(likely))
	}
	found, err := t.batchGet(ctx, keys)
	if err != nil {
		return nil, err
	}
	img, err := imageOf(found[imageKey(id)])
	if err != nil {
		return nil, err
	}
	if err := check(img, found); err != nil {
		return nil, err
	}
	it := found[projectKey(likely)]
	if img.Owner != likely {
		if it, err = t.get(ctx, projectKey(img.Owner)); err != nil {
			return nil, err
		}
	}
	owner, err := projectOf(it)
	img.FollowOwner(owner)
	return img, err
}

func projectsIn(found map[key]item, ids []sharing.ProjectID) (map[sharing.ProjectID]sharing.Project, error) {
	projects := make(map[sharing.ProjectID]sharing.Project, len(ids))
	for _, id := range ids {
		p, err := projectOf(found[projectKey(id)])
		if err != nil {
			return nil, err
		}
		if p != nil {
			projects[id] = *p
		}
	}
	return projects, nil
}
