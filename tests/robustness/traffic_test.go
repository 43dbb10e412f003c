package robustness

import (
	"maps"
	"slices"

	"image-sharing/shared/sharing"
	"image-sharing/tests/kit/api"
	"image-sharing/tests/robustness/model"
)

// traffic draws requests, mostly such as make sense in a state of the service.
// The state of a sequence is known; that of concurrent clients is what a client
// could think, by the responses that came so far.
type traffic struct {
	choose   func(label string, n int) int // a number from 0 to n-1
	owners   []string                      // who may own images
	targets  []string                      // who may get them
	crowd    []string                      // more of these, registered
	leaving  []string                      // who may be closed, and so gets no image before
	images   []string                      // ids that there may be; of copies too
	pages    []model.Page                  // of lists that were begun; nil reads first pages only
	unlisted bool                          // no activities are listed
	steady   bool                          // what a copy takes over from an image never changes
	exact    bool                          // each request is decided in one moment, with all that it reads
	keys     []string                      // Idempotency-Keys, and none
}

// The regions, of which most images are in the first.
var regions = []string{"eu-west", "us-east"}

// kinds are the requests there are, and how often each is drawn.
var kinds = []struct {
	weight int
	draw   func(g *traffic, s *model.State) model.Request
}{
	{22, (*traffic).share},
	{6, func(g *traffic, s *model.State) model.Request { return g.putImage(s, missing) }},
	{4, func(g *traffic, s *model.State) model.Request { return g.putImage(s, existing) }},
	{3, func(g *traffic, s *model.State) model.Request { return g.putImage(s, isShared) }},
	{6, (*traffic).patchImage},
	{4, (*traffic).failCopy},
	{10, (*traffic).unshare},
	{2, (*traffic).revokeShares},
	{10, (*traffic).save},
	{14, (*traffic).list},
	{10, (*traffic).launchCheck},
	{7, (*traffic).launch},
	{6, (*traffic).copy},
	{9, (*traffic).saveAgain},
	{3, (*traffic).shareToTheLimit},
	{5, (*traffic).listShares},
	{5, (*traffic).getImage},
	{4, (*traffic).deleteImage},
	{2, (*traffic).suspendImage},
	{2, (*traffic).resumeImage},
	{4, (*traffic).listActivity},
	{3, (*traffic).putProject},
	{3, (*traffic).closeProject},
	{2, (*traffic).getProject},
	{1, (*traffic).listProjects},
	{4, (*traffic).putPolicy},
	{1, (*traffic).getPolicy},
	{7, (*traffic).answer},
}

// draw draws a request; nil if what was drawn cannot be.
func (g *traffic) draw(s *model.State) model.Request {
	sum := 0
	for _, k := range kinds {
		sum += k.weight
	}
	n := g.choose("kind", sum)
	for _, k := range kinds {
		if n -= k.weight; n < 0 {
			return k.draw(g, s)
		}
	}
	panic("not a kind")
}

func pick[T any](g *traffic, label string, all []T) T { return all[g.choose(label, len(all))] }

// mostly picks one of the usual seven times of eight.
func mostly[T any](g *traffic, label string, usual, all []T) T {
	if len(usual) == 0 || g.choose("odd "+label, 8) == 7 {
		usual = all
	}
	return pick(g, label, usual)
}

// image picks an image, mostly one that is as wanted; there is none for nil.
func (g *traffic) image(s *model.State, wanted func(*model.Image) bool) string {
	usual := slices.DeleteFunc(slices.Clone(g.images), func(id string) bool { return !wanted(s.Images[id]) })
	return mostly(g, "image", usual, g.images)
}

func missing(img *model.Image) bool     { return img == nil }
func existing(img *model.Image) bool    { return img != nil }
func isShared(img *model.Image) bool    { return img != nil && len(img.Shares) > 0 }
func isSuspended(img *model.Image) bool { return img != nil && img.Suspension != nil }
func isWithheld(img *model.Image) bool {
	return img != nil && slices.ContainsFunc(slices.Collect(maps.Values(img.Shares)), func(s model.Share) bool { return s.Status != "accepted" })
}
func isUnusable(img *model.Image) bool { return img != nil && !isUsable(img) }
func isUsable(img *model.Image) bool {
	return img != nil && img.Spec["state"] == "Available" && img.Spec["kind"] == "Custom" && img.Spec["hostType"] == "UHost"
}

// ownerOf picks the owner of an image, or somebody else.
func (g *traffic) ownerOf(s *model.State, image string) string {
	var owner []string
	if img := s.Images[image]; img != nil {
		owner = []string{img.Owner}
	}
	if g.steady {
		return mostly(g, "owner", owner, g.owners)
	}
	return mostly(g, "owner", owner, slices.Concat(g.owners, g.leaving))
}

// recipientOf picks a project that has an image, or another one.
func (g *traffic) recipientOf(s *model.State, image string) string {
	all := slices.Concat(g.targets, g.crowd)
	var recipients []string
	if img := s.Images[image]; img != nil {
		recipients = slices.DeleteFunc(slices.Clone(all), func(p string) bool { return img.Shares[p] == model.Share{} })
	}
	return mostly(g, "recipient", recipients, all)
}

// region picks no region, or that of the image, or another one.
func (g *traffic) region(s *model.State, image string) string {
	usual := []string{""}
	if img := s.Images[image]; img != nil {
		usual = append(usual, img.Spec["region"].(string))
	}
	return mostly(g, "region", usual, regions)
}

func (g *traffic) putProject(*model.State) model.Request {
	if g.steady {
		return nil // what is said of projects is read at a moment of its own
	}
	all := g.owners
	return model.PutProject{
		Project: mostly(g, "project", slices.Concat(all[:len(all)-1], g.leaving), all),
		Account: pick(g, "account", []string{"acct-1", "acct-2"}), Name: pick(g, "name", []string{"Project", "Renamed"}),
	}
}

// putPolicy is of a project that gets images, rarely of one that is closed or not there.
func (g *traffic) putPolicy(s *model.State) model.Request {
	if g.steady && !g.exact {
		return nil // a share is decided by the policy that it read, which is a moment before
	}
	usual := slices.DeleteFunc(slices.Clone(g.targets), func(p string) bool { return s.Projects[p] == model.Project{} })
	r := model.PutPolicy{
		Project: mostly(g, "project", usual, slices.Concat(g.targets[len(g.targets)-1:], g.leaving)),
		Policy:  model.Policy{Incoming: pick(g, "incoming", []string{"open", "open", "open", "open", "consent", "consent", "closed"})},
	}
	for _, list := range []*string{&r.Policy.TrustedProjects, &r.Policy.BlockedProjects} {
		if g.choose("names a project", 4) == 0 {
			*list = pick(g, "owner", g.owners)
		}
	}
	for _, list := range []*string{&r.Policy.TrustedAccounts, &r.Policy.BlockedAccounts} {
		if g.choose("names an account", 8) == 0 {
			*list = pick(g, "account", []string{"acct-1", "acct-2", "acct-1 acct-2"})
		}
	}
	return r
}

func (g *traffic) getPolicy(*model.State) model.Request {
	return model.GetPolicy{Project: pick(g, "project", slices.Concat(g.targets, g.targets[len(g.targets)-1:], g.leaving))}
}

func (g *traffic) answer(s *model.State) model.Request {
	id := g.image(s, isShared)
	return model.AnswerShare{Project: g.recipientOf(s, id), Image: id, Status: pick(g, "answer", []string{"accepted", "declined"})}
}

// statuses are those that lists of received images are asked for.
func (g *traffic) statuses() []string {
	if g.steady && !g.exact {
		return []string{"", "pending", "declined"} // all are three reads of the index
	}
	return []string{"", "pending", "declined", "all"}
}

// closed are the projects that are.
func (g *traffic) closed(s *model.State) []string {
	return slices.DeleteFunc(slices.Clone(g.leaving), func(p string) bool { return !s.Projects[p].Closed })
}

// closeProject closes one that has received nothing, or cannot be closed. Two at once
// are for other tests: an image that is registered meanwhile may be missed.
func (g *traffic) closeProject(s *model.State) model.Request {
	if g.steady {
		return nil
	}
	cannot := slices.DeleteFunc(slices.Clone(g.owners), func(p string) bool {
		return s.Projects[p] != model.Project{} && !listsSome(s, p, false)
	})
	return model.CloseProject{Project: pick(g, "leaving", slices.Concat(g.leaving, cannot))}
}

// listProjects lists all that the clients' tokens name.
func (g *traffic) listProjects(*model.State) model.Request {
	return model.ListProjects{Projects: slices.Compact(slices.Sorted(slices.Values(slices.Concat(g.owners, g.targets, g.crowd, g.leaving))))}
}

func (g *traffic) getProject(*model.State) model.Request {
	last := g.owners[len(g.owners)-1] // at first it is not registered
	return model.GetProject{Project: pick(g, "project", slices.Concat([]string{last, last}, g.owners, g.leaving))}
}

// putImage registers an image, also under an id that was used before, or changes
// one.
func (g *traffic) putImage(s *model.State, wanted func(*model.Image) bool) model.Request {
	id := g.image(s, wanted)
	spec := g.spec()
	for _, fixed := range []struct {
		field string
		all   []string
	}{{"region", regions}, {"kind", []string{"Custom", "Public"}}, {"hostType", []string{"UHost", "LightweightUHost"}}} {
		usual := []string{fixed.all[0], fixed.all[0], fixed.all[1]} // often enough for two reasons to refuse
		if g.steady {
			usual = usual[:1]
		}
		if img := s.Images[id]; img != nil {
			usual = []string{img.Spec[fixed.field].(string)}
		}
		spec[fixed.field] = mostly(g, fixed.field, usual, fixed.all)
	}
	if img := s.Images[id]; img != nil && img.Sealed && g.choose("other content", 8) < 7 {
		for _, field := range []string{"systemDisk", "dataDisks", "osType", "architecture"} {
			spec[field] = img.Spec[field]
		}
		if spec["state"] == "Creating" {
			spec["state"] = "Available"
		}
	}
	return model.PutImage{Owner: g.ownerOf(s, id), Image: id, Spec: spec}
}

// patches are by the owner or by the platform, who copies disks.
var patches = map[string][]model.Object{
	model.Tester: {
		{"name": "patched"}, {"description": nil}, {"tags": model.Object{"team": nil, "color": "red"}}, {"tags": model.Object{"color": "blue", "size": ""}}, {"tags": nil},
		{"deprecation": model.Object{"message": "old", "replacementImageId": nil}}, {"deprecation": nil}, {},
		{"state": "Available"}, // which is not the owner's to say
	},
	model.Platform: {
		{"state": "Available", "systemDisk": model.Object{"snapshotId": "snap-copy"}}, {"state": "Available"},
		{"state": "Failed", "failure": model.Object{"code": "TimedOut"}}, {"state": "Failed"}, {"state": "Creating"},
		{"failure": model.Object{"code": "Other", "message": "why"}}, {"failure": nil}, {"dataDisks": nil}, {"region": "us-east"}, {"name": "reported"},
	},
}

// failCopy reports that a copy that is being made has failed.
func (g *traffic) failCopy(s *model.State) model.Request {
	id := g.image(s, func(img *model.Image) bool {
		return img != nil && !img.Sealed && img.Saved != nil
	})
	return model.PatchImage{Owner: g.ownerOf(s, id), Image: id, By: model.Platform, Patch: model.Object{"state": "Failed", "failure": model.Object{"code": "TimedOut"}}}
}

func (g *traffic) patchImage(s *model.State) model.Request {
	id := g.image(s, existing)
	by := pick(g, "by", []string{model.Tester, model.Platform})
	r := model.PatchImage{Owner: g.ownerOf(s, id), Image: id, By: by, Patch: maps.Clone(pick(g, "patch", patches[by]))}
	if g.choose("two at once", 3) == 0 {
		maps.Copy(r.Patch, pick(g, "patch", patches[mostly(g, "by", []string{by}, []string{model.Tester, model.Platform})]))
	}
	return r
}

func (g *traffic) spec() model.Object {
	spec := api.ImageBody(model.Object{
		"name":        pick(g, "name", []string{"golden", "silver"}),
		"description": pick(g, "description", []string{"one", "another"}),
		"state":       pick(g, "state", []string{"Available", "Available", "Available", "Available", "Available", "Available", "Creating", "Failed"}),
		"dataDisks":   pick(g, "data disks", [][]model.Object{{}, {{"sizeGiB": 1, "snapshotId": "snap-1"}}, {{"sizeGiB": 2, "snapshotId": "snap-2"}, {"sizeGiB": 3, "snapshotId": ""}}}),
	})
	if !g.steady {
		spec["systemDisk"] = model.Object{"sizeGiB": 1 + g.choose("size", 100), "snapshotId": "snap-system"}
		for _, field := range []string{"osName", "osType", "architecture"} {
			spec[field] = pick(g, field, []string{"one " + field, "another " + field})
		}
	}
	return spec
}

func (g *traffic) deleteImage(s *model.State) model.Request {
	id := g.image(s, existing)
	return model.DeleteImage{Owner: g.ownerOf(s, id), Image: id}
}

func (g *traffic) suspendImage(s *model.State) model.Request {
	id := g.image(s, isShared)
	return model.SuspendImage{Owner: g.ownerOf(s, id), Image: id, Reason: pick(g, "reason", []string{"spam", "spam", "worse"})}
}

func (g *traffic) resumeImage(s *model.State) model.Request {
	id := g.image(s, isSuspended)
	return model.ResumeImage{Owner: g.ownerOf(s, id), Image: id}
}

func (g *traffic) getImage(s *model.State) model.Request {
	id := g.image(s, existing)
	return model.GetImage{Owner: g.ownerOf(s, id), Image: id}
}

func (g *traffic) listActivity(s *model.State) model.Request {
	if g.unlisted {
		return nil
	}
	id := pick(g, "image", g.images)
	projects := g.owners
	if img := s.Images[id]; img != nil {
		projects = append([]string{img.Owner, img.Owner}, projects...)
	}
	return model.ListActivity{Project: pick(g, "project", projects), Image: id, Type: pick(g, "type", []string{"", "", "ImageShared", "ImageSaved", "ImageCopied", "ShareAccepted", "ShareDeclined"})}
}

func (g *traffic) listShares(s *model.State) model.Request {
	id := g.image(s, isShared)
	return model.ListShares{Owner: g.ownerOf(s, id), Image: id}
}

// share shares with some projects, some of them more than once in a request, or
// with many.
func (g *traffic) share(s *model.State) model.Request {
	id := g.image(s, pick(g, "usable", []func(*model.Image) bool{isUsable, isUsable, isUsable, isUsable, existing, isUnusable}))
	owner := g.ownerOf(s, id)
	if len(g.crowd) > 0 && g.choose("many", 8) == 7 {
		from := g.choose("from", len(g.crowd))
		to := from + 1 + g.choose("length", min(sharing.MaxShares, len(g.crowd)-from))
		return g.shareWith(s, owner, id, g.crowd[from:to])
	}
	usual := slices.DeleteFunc(slices.Clone(g.targets), func(p string) bool { return p == owner || s.Projects[p] == model.Project{} })
	targets := make([]string, 1+g.choose("more targets", 4))
	for i := range targets {
		targets[i] = mostly(g, "target", usual, g.targets)
	}
	return g.shareWith(s, owner, id, targets)
}

// shareToTheLimit shares with as many as there is room for, or one more.
func (g *traffic) shareToTheLimit(s *model.State) model.Request {
	id := g.image(s, existing)
	img := s.Images[id]
	if img == nil {
		return nil
	}
	others := slices.DeleteFunc(slices.Concat(g.targets, g.crowd), func(p string) bool {
		return p == img.Owner || s.Projects[p] == model.Project{} || img.Shares[p] != model.Share{}
	})
	n := s.Limit - len(img.Shares) + g.choose("one more", 2)
	if n < 1 || n > min(len(others), sharing.MaxShares) {
		return nil
	}
	return g.shareWith(s, img.Owner, id, others[:n])
}

// shareWith shares with targets, and sometimes with such as cannot be among them.
func (g *traffic) shareWith(s *model.State, owner, image string, targets []string) model.Request {
	unregistered := g.targets[len(g.targets)-1] // mostly
	odd := [][]string{{owner}, {unregistered}, {unregistered, owner}}
	for _, p := range g.closed(s) {
		odd = append(odd, []string{p})
	}
	if n := g.choose("odd company", 8*len(odd)); n < len(odd) && len(targets) < sharing.MaxShares-1 {
		targets = slices.Concat(targets, odd[n])
	}
	return model.ShareImage{
		Owner: owner, Image: image, Targets: targets, Region: g.region(s, image),
		Acknowledged: g.choose("unaware", 16) < 15,
		DryRun:       g.choose("dry run", 8) == 7,
		By:           pick(g, "by", []string{model.Tester, model.Colleague}),
	}
}

func (g *traffic) unshare(s *model.State) model.Request {
	id := g.image(s, isShared)
	return model.UnshareImage{Owner: g.ownerOf(s, id), Image: id, Target: g.recipientOf(s, id)}
}

func (g *traffic) revokeShares(s *model.State) model.Request {
	id := g.image(s, isShared)
	return model.RevokeShares{Owner: g.ownerOf(s, id), Image: id}
}

func (g *traffic) launchCheck(s *model.State) model.Request {
	id := g.image(s, isShared)
	return model.LaunchCheck{
		Project: g.recipientOf(s, id), Image: id, Region: g.region(s, id),
		Owner: pick(g, "meant", []string{"", "", g.ownerOf(s, id)}),
	}
}

func (g *traffic) launch(s *model.State) model.Request {
	id := g.image(s, pick(g, "usable", []func(*model.Image) bool{existing, existing, isWithheld}))
	r := model.Launch{Image: id, Region: g.region(s, id)}
	r.Project = pick(g, "whose host", []string{g.recipientOf(s, id), g.ownerOf(s, id)})
	r.Owner = pick(g, "meant", []string{"", g.ownerOf(s, id)})
	return r
}

func (g *traffic) save(s *model.State) model.Request {
	id := g.image(s, isShared)
	r := model.SaveImage{
		Project: g.recipientOf(s, id), Image: id, Region: g.region(s, id),
		Name:        pick(g, "name", []string{"mine", "mine", "mine", "other"}),
		Description: pick(g, "description", []string{"", "", "", "a copy"}),
		Key:         pick(g, "key", g.keys),
	}
	if closed := g.closed(s); len(closed) > 0 && g.choose("by a closed one", 12) == 11 {
		r.Project = pick(g, "closed", closed)
	}
	if g.steady && r.Key != "" {
		r.Key += "-of-" + r.Image // so that histories of different images are apart
	}
	return named(r)
}

// copy copies an image, mostly one that its owner has, to the region that is asked for.
func (g *traffic) copy(s *model.State) model.Request {
	id := g.image(s, pick(g, "usable", []func(*model.Image) bool{isUsable, existing, isSuspended}))
	r := model.SaveImage{
		Project: g.ownerOf(s, id), Image: id, Region: pick(g, "region", append([]string{""}, regions...)),
		Name: pick(g, "name", []string{"mine", "mine", "mine", "other"}), Key: pick(g, "key", g.keys),
	}
	if closed := g.closed(s); len(closed) > 0 && g.choose("by a closed one", 12) == 11 {
		r.Project = pick(g, "closed", closed)
	}
	if g.steady && r.Key != "" {
		r.Key += "-of-" + r.Image
	}
	return model.CopyImage(named(r))
}

// named gives a save the id that its copy has by its key.
func named(r model.SaveImage) model.SaveImage {
	if r.Key != "" {
		r.Copy = string(sharing.SavedImageID(sharing.ProjectID(r.Project), r.Key))
	}
	return r
}

// saveAgain repeats a save or copy that had a key, whatever became of the share.
func (g *traffic) saveAgain(s *model.State) model.Request {
	var earlier, failed []model.Request
	for _, id := range g.images {
		img := s.Images[id]
		if img == nil || img.Saved == nil {
			continue
		}
		if earlier = append(earlier, img.Saved); img.Spec["state"] == "Failed" {
			failed = append(failed, img.Saved)
		}
	}
	if len(earlier) == 0 {
		return nil
	}
	r := mostly(g, "earlier save", failed, earlier)
	if g.choose("other content", 4) < 3 {
		return r
	}
	switch r := r.(type) {
	case model.SaveImage:
		r.Name += " otherwise"
		return r
	case model.CopyImage:
		r.Region = pick(g, "region", regions)
		return r
	}
	panic("not a save")
}

// list reads the first page of a list, or goes on with one that was begun, which
// may have changed meanwhile.
func (g *traffic) list(s *model.State) model.Request {
	l := model.List{Received: g.choose("received", 3) > 0, Region: pick(g, "region", append([]string{"", ""}, regions...))}
	all := slices.Concat(g.owners, g.targets)
	l.Project = mostly(g, "project", slices.DeleteFunc(slices.Clone(all), func(p string) bool { return !listsSome(s, p, l.Received) }), all)
	if l.Received {
		l.Status = pick(g, "status", g.statuses())
	}
	switch g.choose("filter", 8) {
	case 0:
		l.Name = pick(g, "name", []string{"golden", "silver", "mine"})
	case 1:
		if l.Owner = pick(g, "owner", g.owners); !l.Received {
			l.Owner, l.State = "", pick(g, "state", []string{"Available", "Creating", "Failed"})
		}
	}
	r := model.ListImages{List: l, Limit: 100}
	if g.steady {
		return r
	}
	r.Limit = pick(g, "limit", []int{1, 1, 2, 3, 100})
	if len(g.pages) == 0 || g.choose("go on", 3) == 0 {
		return r
	}
	r.After = pick(g, "page", g.pages)
	switch r.List = r.After.List; g.choose("token of another list", 8) {
	case 0:
		r.List = l
	case 1:
		r.Region = other(r.Region, regions[0])
	case 2:
		r.Name = other(r.Name, "golden")
	case 3:
		if r.Received {
			r.Status = other(r.Status, "pending")
		}
	}
	return r
}

// other is a filter where there is none, and none where there is one.
func other(is, some string) string {
	if is == "" {
		return some
	}
	return ""
}

func listsSome(s *model.State, project string, received bool) bool {
	for _, img := range s.Images {
		if _, has := img.Shares[project]; received && has || !received && img.Owner == project {
			return true
		}
	}
	return false
}
