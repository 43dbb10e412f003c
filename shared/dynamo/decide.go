package dynamo

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"image-sharing/shared/sharing"
)

// maxDecisions is how often a write is decided anew because what it was
// decided on had changed. Each time somebody else's write succeeded, so the
// system as a whole makes progress; a caller this unlucky is told Busy.
const maxDecisions = 8

// errTooContended ends a decision that others overturned maxDecisions times.
var errTooContended = sharing.Busy(errors.New("too many concurrent changes"))

// decide makes a write. transition decides on what was read: it returns the
// refusal, or the operations to write, none if there is nothing to write. When
// somebody else was faster, so that conditions fail, refresh takes their items
// as they were then, by position, and transition decides on those.
//
// It returns what transition, refresh and write return, and Busy when others
// were faster every time.
func (t *Store) decide(ctx context.Context, transition func() ([]types.TransactWriteItem, error), refresh func(map[int]item) error) error {
	for range maxDecisions {
		operations, err := transition()
		if err != nil || len(operations) == 0 {
			return err
		}
		err = t.write(ctx, operations...)
		var failed *conditionsFailed
		if !errors.As(err, &failed) {
			return err
		}
		if err := refresh(failed.items); err != nil {
			return err
		}
	}
	return errTooContended
}
