package e2e

import (
	"maps"
	"slices"

	"image-sharing/shared/sharing"
)

// reference is the system as docs/design.md tells it, in plain maps. It was
// written from the rules there and shares no code with package sharing but its
// two texts. Its methods return the answer that the service must give.
type reference struct {
	limit    int
	projects map[string]object // registered ones, as they are answered
	images   map[string]*refImage
	copies   map[string]string // the image a project saved under a key
	// leftovers are the places in the lists of shares that ended with their
	// images. They are never shown; on DynamoDB, until they are cleaned up, a
	// page before them may say that there is more.
	leftovers map[refShareID]refPlace
}

type refShareID struct{ image, target string }

// refImage is an image; spec is what the catalog says of it.
type refImage struct {
	id, owner, account string
	spec               object
	created, updated   string
	source             object
	saved              refSaveRequest    // the one that saved it under a key
	shares             map[string]string // by target: since when
	sharers            map[string]string // by target: who shared
}

// expected is an answer.
type expected struct {
	status   int
	body     object
	location string
}

// learned is what only the service can know: the time of a change, and the id
// of a copy.
type learned struct{ now, id string }

func newReference(limit int) *reference {
	return &reference{
		limit: limit, projects: map[string]object{}, images: map[string]*refImage{},
		copies: map[string]string{}, leftovers: map[refShareID]refPlace{},
	}
}

func refusal(status int, code string, extension object) expected {
	body := object{"status": status, "code": code}
	maps.Copy(body, extension)
	return expected{status: status, body: body}
}

func imageNotFound() expected { return refusal(404, "ImageNotFound", nil) }

func crossRegion(image, asked string) expected {
	return refusal(422, "CrossRegionNotSupported", object{"imageRegion": image, "region": asked})
}

func (m *reference) putProject(id, account, name string, l learned) expected {
	status, created := 201, any(l.now)
	if before, ok := m.projects[id]; ok {
		status, created = 200, before["createdAt"]
	}
	m.projects[id] = object{"projectId": id, "accountId": account, "name": name, "createdAt": created, "updatedAt": l.now}
	return expected{status: status, body: m.projects[id]}
}

func (m *reference) getProject(id string) expected {
	if p, ok := m.projects[id]; ok {
		return expected{status: 200, body: p}
	}
	return refusal(404, "ProjectNotFound", object{"projectIds": []string{id}})
}

// putImage: owner, region, kind and hostType never change.
func (m *reference) putImage(owner, id string, spec object, l learned) expected {
	project, ok := m.projects[owner]
	if !ok {
		return refusal(422, "ProjectNotFound", object{"projectIds": []string{owner}})
	}
	status, img := 200, m.images[id]
	if img == nil {
		status, img = 201, &refImage{id: id, owner: owner, created: l.now, shares: map[string]string{}, sharers: map[string]string{}, spec: spec}
	}
	if img.owner != owner {
		return refusal(409, "ImageConflict", nil)
	}
	for _, fixed := range []string{"region", "kind", "hostType"} {
		if img.spec[fixed] != spec[fixed] {
			return refusal(409, "ImageConflict", nil)
		}
	}
	img.spec, img.account, img.updated = spec, project["accountId"].(string), l.now
	m.images[id] = img
	return expected{status: status, body: m.owned(img)}
}

// deleteImage: the image is gone for everybody at once (R6).
func (m *reference) deleteImage(owner, id string) expected {
	img := m.images[id]
	if img == nil || img.owner != owner {
		return imageNotFound()
	}
	for target, since := range img.shares {
		m.leftovers[refShareID{id, target}] = img.place(since)
	}
	delete(m.images, id)
	return expected{status: 204}
}

func (m *reference) getImage(owner, id string) expected {
	img := m.images[id]
	if img == nil || img.owner != owner {
		return imageNotFound()
	}
	return expected{status: 200, body: m.owned(img)}
}

// refShareRequest is a request to share.
type refShareRequest struct {
	owner, image, region string
	by                   string
	targets              []string
	acknowledged, dryRun bool
}

// share refuses in the order of the contract.
func (m *reference) share(r refShareRequest, l learned) expected {
	targets := distinct(r.targets)
	if !r.acknowledged {
		return refusal(422, "SecurityReminderNotAcknowledged", object{"securityReminder": sharing.Reminder})
	}
	img := m.images[r.image]
	switch {
	case img == nil || img.owner != r.owner:
		return imageNotFound()
	case r.region != "" && r.region != img.spec["region"]:
		return crossRegion(img.spec["region"].(string), r.region)
	case img.spec["kind"] != "Custom":
		return refusal(422, "ImageNotShareable", object{"reason": "NotCustom"})
	case img.spec["hostType"] == "LightweightUHost":
		return refusal(422, "ImageNotShareable", object{"reason": "LightweightUHost"})
	case img.spec["state"] != "Available":
		return refusal(409, "ImageNotAvailable", object{"state": img.spec["state"]})
	case slices.Contains(targets, r.owner):
		return refusal(422, "CannotShareWithOwner", nil)
	}
	var unknown, added []string
	for _, t := range targets {
		if m.projects[t] == nil {
			unknown = append(unknown, t)
		}
		if img.shares[t] == "" {
			added = append(added, t)
		}
	}
	if len(unknown) > 0 {
		return refusal(422, "ProjectNotFound", object{"projectIds": unknown})
	}
	if len(added) > 0 && len(img.shares)+len(added) > m.limit {
		return refusal(409, "ShareLimitExceeded", object{"limit": m.limit, "current": len(img.shares), "requested": len(added)})
	}
	after, sharers := maps.Clone(img.shares), maps.Clone(img.sharers)
	outcomes := []object{}
	for _, t := range targets {
		result := "unchanged"
		if slices.Contains(added, t) {
			after[t], sharers[t], result = l.now, r.by, "created"
		}
		outcome := m.shareView(t, after[t], sharers[t])
		outcome["result"] = result
		outcomes = append(outcomes, outcome)
	}
	if !r.dryRun {
		img.shares, img.sharers = after, sharers
		for _, t := range added {
			delete(m.leftovers, refShareID{img.id, t})
		}
	}
	return expected{status: 200, body: object{
		"imageId": img.id, "shares": outcomes, "shareCount": len(after), "shareLimit": m.limit,
		"securityReminder": sharing.Reminder, "dryRun": r.dryRun,
	}}
}

func distinct(ids []string) (all []string) {
	for _, id := range ids {
		if !slices.Contains(all, id) {
			all = append(all, id)
		}
	}
	return all
}

func (m *reference) unshare(owner, id, target string) expected {
	img := m.images[id]
	switch {
	case img == nil || img.owner != owner:
		return imageNotFound()
	case img.shares[target] == "":
		return refusal(404, "ShareNotFound", nil)
	}
	delete(img.shares, target)
	return expected{status: 204}
}

// received is the launch check (R11): only in the image's own region (R2).
func (m *reference) received(project, id, region string) expected {
	img := m.images[id]
	switch {
	case img == nil || img.shares[project] == "":
		return imageNotFound()
	case region != "" && region != img.spec["region"]:
		return crossRegion(img.spec["region"].(string), region)
	}
	return expected{status: 200, body: img.shared(project)}
}

// refSaveRequest is a request to save.
type refSaveRequest struct{ project, image, region, name, description, key string }

// content is what must be the same under the same key.
func (r refSaveRequest) content() [3]string { return [3]string{r.image, r.name, r.description} }

// save: the same key returns the same image, also when the share has ended
// since; with other content it is a conflict.
func (m *reference) save(r refSaveRequest, l learned) expected {
	key := r.project + "\x00" + r.key
	if prior := m.images[m.copies[key]]; r.key != "" && prior != nil {
		switch {
		case prior.owner != r.project || prior.saved.content() != r.content():
			return refusal(409, "IdempotencyConflict", nil)
		case r.region != "" && r.region != prior.spec["region"]:
			return crossRegion(prior.spec["region"].(string), r.region)
		}
		return m.savedAnswer(prior)
	}
	source := m.images[r.image]
	switch {
	case source == nil || source.shares[r.project] == "":
		return imageNotFound()
	case r.region != "" && r.region != source.spec["region"]:
		return crossRegion(source.spec["region"].(string), r.region)
	case source.spec["state"] != "Available":
		return refusal(409, "ImageNotAvailable", object{"state": source.spec["state"]})
	}
	img := &refImage{
		id: l.id, owner: r.project, account: m.projects[r.project]["accountId"].(string),
		created: l.now, updated: l.now, shares: map[string]string{}, sharers: map[string]string{},
		source: object{"imageId": source.id, "projectId": source.owner},
		spec:   maps.Clone(source.spec),
	}
	maps.Copy(img.spec, object{
		"name": r.name, "description": r.description, "kind": "Custom", "state": "Creating",
		// The system disk only (R5), and not the source's snapshot.
		"systemDisk": object{"sizeGiB": source.spec["systemDisk"].(object)["sizeGiB"], "snapshotId": ""},
		"dataDisks":  []object{},
	})
	if r.key != "" {
		img.saved, m.copies[key] = r, l.id
	}
	m.images[img.id] = img
	return m.savedAnswer(img)
}

func (m *reference) savedAnswer(img *refImage) expected {
	return expected{status: 202, body: m.owned(img), location: imagePath(img.owner, img.id)}
}
