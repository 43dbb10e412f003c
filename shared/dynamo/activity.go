package dynamo

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"image-sharing/shared/sharing"
	"image-sharing/shared/timestamp"
)

// withActivity adds to the operations of a change those that put its activity
// into the feed of each project that it concerns: in one transaction, so that
// neither is there without the other. They have no condition, because no
// activity's id is used twice.
func (t *Store) withActivity(a sharing.Activity, operations ...types.TransactWriteItem) []types.TransactWriteItem {
	for _, e := range a.Feeds() {
		operations = append(operations, t.put(activityItem(e), nil, nil))
	}
	return operations
}

// mostActivityKeys is how many keys of the index one page with a filter reads:
// some 30 read units. A page is short when they do not have enough that pass.
const mostActivityKeys = 1000

// Activities implements service.Store with one Query of the index, whose keys
// have all that is filtered by, and one BatchGetItem.
func (t *Store) Activities(ctx context.Context, q sharing.ActivityQuery) (sharing.ActivityPage, error) {
	most := q.Limit + 1 // one more shows whether there are more
	if q.ImageID != "" || q.Type != "" {
		most = mostActivityKeys
	}
	out, err := t.db.Query(ctx, &dynamodb.QueryInput{
		TableName: t.name, IndexName: aws.String(indexName),
		KeyConditionExpression: aws.String("gsi1pk = :project AND gsi1sk BETWEEN :oldest AND :newest"),
		ExpressionAttributeValues: item{
			":project": str(indexPK(q.Project)),
			":oldest":  str(activityPrefix),
			":newest":  str(newestActivity(q.After)),
		},
		ScanIndexForward: aws.Bool(false),
		Limit:            aws.Int32(int32(most)),
	})
	if err != nil {
		return sharing.ActivityPage{}, refusal(err)
	}
	var page sharing.ActivityPage
	var keys []key
	var last activityEntry
	more := out.LastEvaluatedKey != nil
	for _, it := range out.Items {
		entry, err := parseActivitySK(text(it, attrGSSK))
		if err != nil {
			return sharing.ActivityPage{}, err
		}
		wanted := q.Wants(entry.activity())
		if wanted && len(keys) == q.Limit {
			more = true
			break
		}
		if wanted {
			keys = append(keys, keyOf(it))
		}
		last = entry
	}
	if more {
		page.Next = &sharing.ActivityPosition{At: last.at, ID: last.id}
	}
	page.Activities, err = t.activitiesAt(ctx, keys)
	return page, err
}

// activitiesAt leaves out what was removed since its key was read, because its
// time was over.
func (t *Store) activitiesAt(ctx context.Context, keys []key) ([]sharing.Activity, error) {
	found, err := t.batchGet(ctx, keys)
	if err != nil {
		return nil, err
	}
	activities := make([]sharing.Activity, 0, len(keys))
	for _, k := range keys {
		it, ok := found[k]
		if !ok {
			continue
		}
		a, err := activityOf(it)
		if err != nil {
			return nil, err
		}
		activities = append(activities, a)
	}
	return activities, nil
}

// newestActivity is the end of what the index has up to a position: that of the
// entry itself is longer, and so sorts after it.
func newestActivity(after *sharing.ActivityPosition) string {
	if after == nil {
		return strings.TrimSuffix(activityPrefix, "#") + "$" // '$' is the character after '#'
	}
	return activityPrefix + timestamp.Format(after.At) + "#" + string(after.ID)
}

// activityEntry is what the index knows of an activity: its place, and all
// that the contract filters by, so that a filter reads keys alone.
type activityEntry struct {
	at          time.Time
	id          sharing.ActivityID
	kind        sharing.ActivityType
	image, copy sharing.ImageID // "" for none
}

func entryOf(a sharing.Activity) activityEntry {
	e := activityEntry{at: a.At, id: a.ID, kind: a.Type, image: a.ImageID}
	if a.Copy != nil {
		e.copy = a.Copy.ImageID
	}
	return e
}

// activity has of the activity what the index knows.
func (e activityEntry) activity() sharing.Activity {
	a := sharing.Activity{ID: e.id, At: e.at, Type: e.kind, ImageID: e.image}
	if e.copy != "" {
		a.Copy = &sharing.ImageRef{ImageID: e.copy}
	}
	return a
}

func (e activityEntry) indexSK() string {
	return activityPrefix + strings.Join([]string{timestamp.Format(e.at), string(e.id), string(e.kind), string(e.image), string(e.copy)}, "#")
}

// parseActivitySK parses what indexSK made.
func parseActivitySK(sk string) (activityEntry, error) {
	rest, ok := strings.CutPrefix(sk, activityPrefix)
	parts := strings.Split(rest, "#")
	if !ok || len(parts) != 5 {
		return activityEntry{}, fmt.Errorf("not an activity's sort key: %.80q", sk)
	}
	at, err := timestamp.Parse(parts[0])
	if err != nil {
		return activityEntry{}, fmt.Errorf("sort key %.80q: %w", sk, err)
	}
	return activityEntry{at, sharing.ActivityID(parts[1]), sharing.ActivityType(parts[2]), sharing.ImageID(parts[3]), sharing.ImageID(parts[4])}, nil
}
