package kit

import (
	"context"

	"image-sharing/shared/dynamo"
)

// Inspection is what Inspect found: the findings of some slices of a table by their
// kind, in the order of the table.
type Inspection struct {
	dynamo.Counts
	Orphans []dynamo.Orphan
	Closed  []dynamo.ClosedShares
	Broken  []string
}

// Inspect inspects slices of a table and keeps all that is found.
func Inspect(ctx context.Context, table *dynamo.Store, slices ...dynamo.Slice) (all Inspection, err error) {
	for _, s := range slices {
		n, err := table.Inspect(ctx, s, func(f dynamo.Finding) error {
			switch {
			case f.Orphan != nil:
				all.Orphans = append(all.Orphans, *f.Orphan)
			case f.Closed != nil:
				all.Closed = append(all.Closed, *f.Closed)
			default:
				all.Broken = append(all.Broken, f.Broken)
			}
			return nil
		})
		if err != nil {
			return all, err
		}
		all.Pages += n.Pages
		all.Projects += n.Projects
		all.Images += n.Images
		all.Shares += n.Shares
		all.Activities += n.Activities
	}
	return all, nil
}
