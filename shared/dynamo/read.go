package dynamo

import (
	"context"
	"maps"
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

// batchGet reads up to batchSize items, each consistently, in one
// call, or more when DynamoDB leaves some unprocessed. It is no snapshot: one
// item may be read before and another after somebody's write.
func (t *Store) batchGet(ctx context.Context, keys []key) (map[key]item, error) {
	request := make([]item, 0, len(keys))
	for i, k := range keys {
		if !slices.Contains(keys[:i], k) { // DynamoDB refuses duplicates
			request = append(request, k.item())
		}
	}
	found := make(map[key]item, len(keys))
	for attempt := 1; len(request) > 0; attempt++ {
		out, err := t.db.BatchGetItem(ctx, &dynamodb.BatchGetItemInput{
			RequestItems: map[string]types.KeysAndAttributes{
				*t.name: {Keys: request, ConsistentRead: aws.Bool(true)},
			},
		})
		if err != nil {
			return nil, refusal(err)
		}
		for _, it := range out.Responses[*t.name] {
			found[keyOf(it)] = it
		}
		request = out.UnprocessedKeys[*t.name].Keys
		if len(request) > 0 && (attempt >= maxConflicts || !backoff.Wait(ctx, attempt)) {
			return nil, sharing.Throttled(nil)
		}
	}
	return found, nil
}

// Projects implements service.Store with one BatchGetItem for each hundred.
func (t *Store) Projects(ctx context.Context, ids []sharing.ProjectID) (map[sharing.ProjectID]sharing.Project, error) {
	projects := make(map[sharing.ProjectID]sharing.Project, len(ids))
	for some := range slices.Chunk(ids, batchSize) {
		keys := make([]key, len(some))
		for i, id := range some {
			keys[i] = projectKey(id)
		}
		found, err := t.batchGet(ctx, keys)
		if err != nil {
			return nil, err
		}
		registered, err := projectsIn(found, some)
		if err != nil {
			return nil, err
		}
		maps.Copy(projects, registered)
	}
	return projects, nil
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

// Image implements service.Store with one GetItem.
func (t *Store) Image(ctx context.Context, id sharing.ImageID) (sharing.Image, error) {
	it, err := t.get(ctx, imageKey(id))
	if err != nil {
		return sharing.Image{}, err
	}
	img, err := imageOf(it)
	if err != nil {
		return sharing.Image{}, err
	}
	if img == nil {
		return sharing.Image{}, sharing.ImageNotFound(id)
	}
	return *img, nil
}

// Received implements service.Store with one BatchGetItem of the image and
// the share. Both must agree: they change together, so if one of the two reads
// met them apart, there was a moment during this call when the project did not
// have the image, and ImageNotFound is true of it.
func (t *Store) Received(ctx context.Context, project sharing.ProjectID, id sharing.ImageID) (sharing.Received, error) {
	found, err := t.batchGet(ctx, []key{imageKey(id), shareKey(id, project)})
	if err != nil {
		return sharing.Received{}, err
	}
	img, err := imageOf(found[imageKey(id)])
	if err != nil {
		return sharing.Received{}, err
	}
	if err := img.UsableBy(project, id, nil); err != nil {
		return sharing.Received{}, err
	}
	share, ok, err := shareOf(found[shareKey(id, project)], img)
	if err != nil {
		return sharing.Received{}, err
	}
	if !ok {
		return sharing.Received{}, sharing.ImageNotFound(id)
	}
	return sharing.Received{Image: *img, SharedAt: share.SharedAt}, nil
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
