package e2e

// These turn a request and its answer into steps of the specification: the
// first is the decision, the others are details. exact is true of an engine
// that decides and reads in one moment.

// shareSteps: all targets or none; those that have the image already do not
// count against the limit.
func shareSteps(owner string, targets []int, limit int, a answer, exact bool) []step {
	switch a.body["code"] {
	case "ImageNotFound":
		return []step{reads(func(s imageState) bool { return s.owner != owner })}
	case "ImageNotAvailable":
		return []step{reads(func(s imageState) bool {
			return s.owner == owner && s.state != "Available" && s.state == a.body["state"]
		})}
	case "ShareLimitExceeded":
		return []step{reads(func(s imageState) bool {
			requested := added(s, targets)
			return s.owner == owner && s.state == "Available" && s.shareCount()+requested > limit &&
				a.body["current"] == float64(s.shareCount()) && a.body["requested"] == float64(requested)
		})}
	}
	outcomes := a.body["shares"].([]any)
	if len(outcomes) != len(targets) {
		return []step{never}
	}
	created := 0
	var details []func(s imageState) bool
	for i, t := range targets {
		outcome := outcomes[i].(object)
		if outcome["result"] == "created" {
			created++
			continue
		}
		details = append(details, func(s imageState) bool { return isTime(s.sharedAt[t], outcome["sharedAt"]) })
	}
	details = append(details, func(s imageState) bool { return a.body["shareCount"] == float64(s.shareCount()+created) })
	return withDetails(writes(func(s imageState) (imageState, bool) {
		if s.owner != owner || s.state != "Available" || (created > 0 && s.shareCount()+created > limit) {
			return s, false
		}
		for i, t := range targets {
			outcome := outcomes[i].(object)
			if (s.sharedAt[t] == "") != (outcome["result"] == "created") {
				return s, false
			}
			if s.sharedAt[t] == "" {
				s.sharedAt[t], _ = outcome["sharedAt"].(string)
				s.left[t] = ""
			}
		}
		return s, true
	}), details, exact)
}

func added(s imageState, targets []int) (n int) {
	for _, t := range targets {
		if s.sharedAt[t] == "" {
			n++
		}
	}
	return n
}

// withDetails adds what an answer says besides the decision: on an exact
// engine it must be so in the moment of the decision.
func withDetails(decide step, details []func(imageState) bool, exact bool) []step {
	if !exact {
		steps := []step{decide}
		for _, d := range details {
			steps = append(steps, reads(d))
		}
		return steps
	}
	whole := decide
	whole.do = func(s imageState) (imageState, bool) {
		for _, d := range details {
			if !d(s) {
				return s, false
			}
		}
		return decide.do(s)
	}
	return []step{whole}
}

// unknownTime is the time of a change whose answer was lost.
const unknownTime = "?"

// isTime reports whether an answer says the time of a change.
func isTime(changed string, told any) bool { return changed == told || changed == unknownTime }

func unshareSteps(owner string, target int, a answer) []step {
	switch a.body["code"] {
	case "ImageNotFound":
		return []step{reads(func(s imageState) bool { return s.owner != owner })}
	case "ShareNotFound":
		return []step{reads(func(s imageState) bool { return s.owner == owner && s.sharedAt[target] == "" })}
	}
	return []step{writes(func(s imageState) (imageState, bool) {
		possible := s.owner == owner && s.sharedAt[target] != ""
		s.sharedAt[target] = ""
		return s, possible
	})}
}

// receivedSteps are of the launch check; region is the one asked for, "" for
// none.
func receivedSteps(target int, region string, a answer, exact bool) []step {
	switch a.body["code"] {
	case "ImageNotFound":
		return []step{reads(func(s imageState) bool { return s.owner == "" || s.sharedAt[target] == "" })}
	case "CrossRegionNotSupported":
		return []step{reads(func(s imageState) bool {
			return s.owner != "" && s.sharedAt[target] != "" && region != s.region && a.body["imageRegion"] == s.region
		})}
	}
	return shownSteps(target, region, a.body, exact)
}

// shownSteps are of an image as a recipient sees it, by itself or in a list.
func shownSteps(target int, region string, view object, exact bool) []step {
	stands := reads(func(s imageState) bool {
		return s.owner != "" && s.sharedAt[target] != "" && shows(s, view) && (region == "" || s.region == region)
	})
	return withDetails(stands, []func(imageState) bool{
		func(s imageState) bool { return isTime(s.sharedAt[target], view["sharedAt"]) },
	}, exact)
}

// shows reports whether a view of an image, the owner's or a recipient's, is of
// a state.
func shows(s imageState, view object) bool {
	return isTime(s.created, view["createdAt"]) && view["region"] == s.region && view["state"] == s.state
}

// ownedSteps are of the owner's own view, which has no details: it is one
// item.
func ownedSteps(owner string, a answer) []step {
	if a.body["code"] == "ImageNotFound" {
		return []step{reads(func(s imageState) bool { return s.owner != owner })}
	}
	return []step{ownedStep(owner, a.body)}
}

func ownedStep(owner string, view object) step {
	return reads(func(s imageState) bool {
		return s.owner == owner && shows(s, view) && view["shareCount"] == float64(s.shareCount())
	})
}

// putSteps: owner and region never change while the image lives; a change
// keeps who it is shared with.
func putSteps(owner, region, state string, a answer, exact bool) []step {
	if a.body["code"] == "ImageConflict" {
		return []step{reads(func(s imageState) bool { return s.owner != "" && (s.owner != owner || s.region != region) })}
	}
	created, _ := a.body["createdAt"].(string)
	if a.status == 201 {
		return []step{writes(func(s imageState) (imageState, bool) {
			possible := s.owner == "" && a.body["shareCount"] == 0.0
			return imageState{owner: owner, region: region, created: created, state: state, copies: s.copies, left: s.left}, possible
		})}
	}
	change := writes(func(s imageState) (imageState, bool) {
		possible := s.owner == owner && s.region == region && isTime(s.created, created)
		s.state = state
		return s, possible
	})
	return withDetails(change, []func(imageState) bool{
		func(s imageState) bool { return a.body["shareCount"] == float64(s.shareCount()) },
	}, exact)
}

// deleteSteps: the image's end is the end of all its shares. Copies stay.
func deleteSteps(owner string, a answer) []step {
	if a.body["code"] == "ImageNotFound" {
		return []step{reads(func(s imageState) bool { return s.owner != owner })}
	}
	return []step{writes(func(s imageState) (imageState, bool) {
		return s.ended(), s.owner == owner
	})}
}

// saveSteps: each target saves under one key, so that there is one copy,
// which every repetition answers, whatever became of the share.
func saveSteps(target int, a answer) []step {
	switch a.body["code"] {
	case "ImageNotFound":
		return []step{reads(func(s imageState) bool { return s.copies[target] == "" && s.sharedAt[target] == "" })}
	case "ImageNotAvailable":
		return []step{reads(func(s imageState) bool {
			return s.copies[target] == "" && s.sharedAt[target] != "" && s.state != "Available" && s.state == a.body["state"]
		})}
	}
	created, _ := a.body["createdAt"].(string)
	return []step{writes(func(s imageState) (imageState, bool) {
		if s.copies[target] != "" {
			return s, isTime(s.copies[target], created)
		}
		possible := s.sharedAt[target] != "" && s.state == "Available"
		s.copies[target] = created
		return s, possible
	})}
}

func copyStep(target int, a answer) step {
	if a.body["code"] == "ImageNotFound" {
		return reads(func(s imageState) bool { return s.copies[target] == "" })
	}
	return reads(func(s imageState) bool {
		return s.copies[target] != "" && isTime(s.copies[target], a.body["createdAt"])
	})
}

// saveAnewSteps are of a save without a key. Its copy is an image of another
// id.
func saveAnewSteps(target int, a answer) []step {
	switch a.body["code"] {
	case "ImageNotFound":
		return []step{reads(func(s imageState) bool { return s.sharedAt[target] == "" })}
	case "ImageNotAvailable":
		return []step{reads(func(s imageState) bool {
			return s.sharedAt[target] != "" && s.state != "Available" && s.state == a.body["state"]
		})}
	}
	return []step{reads(func(s imageState) bool { return s.sharedAt[target] != "" && s.state == "Available" })}
}

// sharesSteps are of the list of an image's shares; since says which targets
// it shows. Where it is no snapshot, each target is a read of its own.
func sharesSteps(owner string, since map[int]string, a answer, exact bool) []step {
	if a.body["code"] == "ImageNotFound" {
		return []step{reads(func(s imageState) bool { return s.owner != owner })}
	}
	if a.body["shareCount"] != float64(len(since)) {
		return []step{never}
	}
	var details []func(imageState) bool
	for t := range linearTargets {
		at, shown := since[t]
		if shown {
			details = append(details, func(s imageState) bool { return s.owner == owner && isTime(s.sharedAt[t], at) })
		} else {
			details = append(details, func(s imageState) bool { return s.owner != owner || s.sharedAt[t] == "" })
		}
	}
	return withDetails(reads(func(s imageState) bool { return s.owner == owner }), details, exact)
}
