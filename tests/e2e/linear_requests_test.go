package e2e

import (
	"fmt"
	"maps"
	"slices"

	"image-sharing/local/runner"
	"image-sharing/shared/sharing"
)

// exact reports whether the engine decides and reads in one moment.
func (h *history) exact() bool { return h.config.Engine == runner.SQLite }

// on gives steps the image they are of and a text for the picture.
func on(image, text string, steps []step) []operation {
	operations := make([]operation, len(steps))
	for i, s := range steps {
		operations[i] = operation{image: image, text: text, step: s}
		if i > 0 {
			operations[i].text += fmt.Sprintf(" (detail %d)", i)
		}
	}
	return operations
}

// says is what an answer says, for the picture.
func says(what string, a answer) string {
	if code := a.body["code"]; code != nil {
		return fmt.Sprintf("%s → %v", what, code)
	}
	return fmt.Sprintf("%s → %d", what, a.status)
}

func (h *history) share(img, owner string, targets []int) request {
	ids := make([]string, len(targets))
	for i, t := range targets {
		ids[i] = h.targets[t]
	}
	limit := h.config.ShareLimit
	return request{
		token: h.token, method: "POST", path: sharesPath(owner, img), body: shareBody(ids...), image: img,
		told: func(a answer) []operation {
			return on(img, says(fmt.Sprintf("share with %v", targets), a), shareSteps(owner, targets, limit, a, h.exact()))
		},
		lost: func(s imageState) imageState {
			if s.owner == owner && s.state == "Available" && s.shareCount()+added(s, targets) <= limit {
				for _, t := range targets {
					if s.sharedAt[t] == "" {
						s.sharedAt[t], s.left[t] = unknownTime, ""
					}
				}
			}
			return s
		},
	}
}

func (h *history) unshare(img, owner string, target int) request {
	return request{
		token: h.token, method: "DELETE", path: sharesPath(owner, img) + "/" + h.targets[target], image: img,
		told: func(a answer) []operation {
			return on(img, says(fmt.Sprintf("unshare %d", target), a), unshareSteps(owner, target, a))
		},
		lost: func(s imageState) imageState {
			if s.owner == owner {
				s.sharedAt[target] = ""
			}
			return s
		},
	}
}

func (h *history) launchCheck(img string, target int, region string) request {
	return request{
		token: h.token, method: "GET", path: sharedPath(h.targets[target], img) + "?region=" + region,
		told: func(a answer) []operation {
			return on(img, says(fmt.Sprintf("launch check of %d in %s", target, region), a), receivedSteps(target, region, a, h.exact()))
		},
	}
}

// save saves under a key that the target has for this image alone.
func (h *history) save(img string, target int) request {
	return request{
		token: h.token, method: "POST", path: sharedPath(h.targets[target], img) + "/save", body: object{"name": "copy"},
		headers: []string{"Idempotency-Key", copyKey(img)}, image: img,
		told: func(a answer) []operation {
			return on(img, says(fmt.Sprintf("save by %d", target), a), saveSteps(target, a))
		},
		lost: func(s imageState) imageState {
			if s.copies[target] == "" && s.sharedAt[target] != "" && s.state == "Available" {
				s.copies[target] = unknownTime
			}
			return s
		},
	}
}

func copyKey(img string) string { return "the-copy-of-" + img }

// copyOf gets the copy that a target has saved under its key.
func (h *history) copyOf(img string, target int) request {
	id := sharing.SavedImageID(sharing.ProjectID(h.targets[target]), copyKey(img))
	return request{
		token: h.token, method: "GET", path: imagePath(h.targets[target], string(id)),
		told: func(a answer) []operation {
			return on(img, says(fmt.Sprintf("copy of %d", target), a), []step{copyStep(target, a)})
		},
	}
}

func (h *history) saveAnew(img string, target int) request {
	return request{
		token: h.token, method: "POST", path: sharedPath(h.targets[target], img) + "/save", body: object{"name": "copy"},
		told: func(a answer) []operation {
			return on(img, says(fmt.Sprintf("save without a key by %d", target), a), saveAnewSteps(target, a))
		},
	}
}

func (h *history) remove(img, owner string) request {
	return request{
		token: h.catalog, method: "DELETE", path: imagePath(owner, img), image: img,
		told: func(a answer) []operation { return on(img, says("delete", a), deleteSteps(owner, a)) },
		lost: func(s imageState) imageState {
			if s.owner == owner {
				return s.ended()
			}
			return s
		},
	}
}

func (h *history) put(img, owner, region, state string) request {
	return request{
		token: h.catalog, method: "PUT", path: imagePath(owner, img), image: img,
		body: spec(object{"region": region, "state": state}),
		told: func(a answer) []operation {
			return on(img, says("register as "+state+" in "+region, a), putSteps(owner, region, state, a, h.exact()))
		},
		lost: func(s imageState) imageState {
			switch {
			case s.owner == "":
				return imageState{owner: owner, region: region, created: unknownTime, state: state, copies: s.copies, left: s.left}
			case s.owner == owner && s.region == region:
				s.state = state
			}
			return s
		},
	}
}

func (h *history) get(img, owner string) request {
	return request{
		token: h.token, method: "GET", path: imagePath(owner, img),
		told: func(a answer) []operation { return on(img, says("get", a), ownedSteps(owner, a)) },
	}
}

func (h *history) listShares(img, owner string) request {
	return request{
		token: h.token, method: "GET", path: sharesPath(owner, img),
		told: func(a answer) []operation {
			since := map[int]string{}
			shares, _ := a.body["shares"].([]any)
			for _, s := range shares {
				share := s.(object)
				since[slices.Index(h.targets, share["projectId"].(string))] = share["sharedAt"].(string)
			}
			text := says(fmt.Sprintf("shares: %v", slices.Sorted(maps.Keys(since))), a)
			return on(img, text, sharesSteps(owner, since, a, h.exact()))
		},
	}
}

// listReceived is a read of every image of the history, those it shows and
// those it does not.
func (h *history) listReceived(target int, region string) request {
	path := "/v1/projects/" + h.targets[target] + "/shared-images?limit=100"
	if region != "" {
		path += "&region=" + region
	}
	return request{token: h.token, method: "GET", path: path, told: func(a answer) (all []operation) {
		for img, view := range h.listed(a) {
			text := fmt.Sprintf("list of %d in %q", target, region)
			if view != nil {
				shown := on(img, text+" shows it", shownSteps(target, region, view, h.exact()))
				if h.lag > 0 {
					shown[1].indexed = true
					shown[1].step = reads(func(s imageState) bool {
						return isTime(s.sharedAt[target], view["sharedAt"]) || isTime(s.left[target], view["sharedAt"])
					})
				}
				all = append(all, shown...)
				continue
			}
			all = append(all, operation{image: img, text: text + " does not show it", indexed: true, step: reads(func(s imageState) bool {
				return s.sharedAt[target] == "" || (region != "" && s.region != region)
			})})
		}
		return all
	}}
}

func (h *history) listOwned(owner string) request {
	return request{token: h.token, method: "GET", path: "/v1/projects/" + owner + "/images?limit=100", told: func(a answer) (all []operation) {
		for img, view := range h.listed(a) {
			if view != nil {
				all = append(all, operation{image: img, text: "own list shows it", step: ownedStep(owner, view)})
				continue
			}
			all = append(all, operation{image: img, text: "own list does not show it", indexed: true, step: reads(func(s imageState) bool { return s.owner != owner })})
		}
		return all
	}}
}

// listed has every image of the history, with its view if the list shows it.
func (h *history) listed(a answer) map[string]object {
	shown := map[string]object{}
	for _, img := range h.images {
		shown[img] = nil
	}
	for _, v := range a.body["images"].([]any) {
		view := v.(object)
		id := view["imageId"].(string)
		before, ours := shown[id]
		if before != nil {
			h.t.Errorf("%s shows %s twice", a.what, id)
		}
		if ours {
			shown[id] = view
		}
	}
	return shown
}
