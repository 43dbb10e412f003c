package e2e

import (
	"crypto/rand"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// TestModel does random sequences of requests and holds each answer against
// the reference: status, code, extension fields, bodies and lists, step by
// step. Half of the sequences meet a limit of 3, so that it is reached often;
// the others have the default one and a crowd to reach it with.
//
// A sequence that fails is made as small as possible and kept in
// testdata/rapid, where every later run tries it first.
func TestModel(t *testing.T) {
	eachArena(t, func(t *testing.T, engine string) {
		low, full := newArena(t, engine, 3), newArena(t, engine, 50)
		crowd := full.projects("crowd", 52)
		met, sequences, givenUp := map[string]bool{}, 0, 0
		checkCases(t, modelShare, func(r *rapid.T) {
			a, some := low, []string(nil)
			if rapid.Bool().Draw(r, "default limit") {
				a, some = full, crowd
			}
			m := newMachine(r, a, some, met)
			sequences++
			defer func() { givenUp += m.givenUp }()
			r.Repeat(m.actions())
			if m.givenUp == 0 {
				m.sweep(r)
			}
		})
		for _, a := range []*arena{low, full} {
			t.Logf("limit %d, answers %s", a.config.ShareLimit, a.answers)
			a.sound()
		}
		for _, answer := range mustBeMet {
			if !met[answer] && (duration == 0 || sequences > manySequences) {
				t.Errorf("no sequence met %s", answer)
			}
		}
		if givenUp*10 > sequences {
			t.Errorf("%d of %d sequences were given up", givenUp, sequences)
		}
	})
}

// mustBeMet are the answers without which the sequences would prove little.
var mustBeMet = []string{
	"POST 200 <nil>", "POST 202 <nil>", "POST 404 ImageNotFound", "POST 409 ImageNotAvailable", "POST 409 IdempotencyConflict",
	"POST 409 ShareLimitExceeded", "POST 422 CannotShareWithOwner", "POST 422 CrossRegionNotSupported", "POST 422 ImageNotShareable",
	"POST 422 ProjectNotFound", "POST 422 SecurityReminderNotAcknowledged",
	"PUT 200 <nil>", "PUT 201 <nil>", "PUT 409 ImageConflict", "PUT 422 ProjectNotFound",
	"DELETE 204 <nil>", "DELETE 404 ImageNotFound", "DELETE 404 ShareNotFound",
	"GET 200 <nil>", "GET 400 InvalidNextToken", "GET 404 ImageNotFound", "GET 404 ProjectNotFound", "GET 422 CrossRegionNotSupported",
	limitReached, limitReached + " with 50", replayed, "a second page",
}

// manySequences are so many that each of these answers should be met by chance.
// The few of the short form are always the same.
const manySequences = 500

const (
	limitReached = "the limit reached"
	replayed     = "a save replayed after its share had ended"
)

// machine does a sequence of requests on a service and on the reference. Each
// sequence has its own projects and images.
type machine struct {
	*arena
	model           *reference
	token, platform string
	colleague       string          // a token of somebody else of the same projects
	met             map[string]bool // the answers that any sequence had
	givenUp         int
	projects        []string // of the sequence; the last is not registered at first
	crowd           []string // targets only
	images          []string // that there may be
	open            []openList
	sent            time.Time // the last request
}

const (
	modelProjects = 6
	colleague     = "colleague"
)

func newMachine(t *rapid.T, a *arena, crowd []string, met map[string]bool) *machine {
	m := &machine{arena: a, model: newReference(a.config.ShareLimit), crowd: crowd, met: met}
	prefix := rand.Text()[:8] + "-"
	for i := range modelProjects {
		m.projects = append(m.projects, fmt.Sprintf("%sp%d", prefix, i))
	}
	for i := range 4 {
		m.images = append(m.images, fmt.Sprintf("%si%d", prefix, i))
	}
	m.token, m.platform = a.tenant(m.projects...), a.platform()
	m.colleague = a.tokenOf(colleague, tenantScope, m.projects...)
	for _, p := range crowd {
		m.model.projects[p] = object{"accountId": "acct", "name": "Project"}
	}
	for _, p := range m.projects[:modelProjects-1] {
		m.registerProject(t, p, "acct-1", "Project")
	}
	for i, id := range m.images[:3] {
		m.registerImage(t, m.projects[i%2], id, spec(nil))
	}
	return m
}

func (m *machine) actions() map[string]func(*rapid.T) {
	actions := map[string]func(*rapid.T){
		"put project":        m.putProject,
		"get project":        m.getProject,
		"register image":     func(t *rapid.T) { m.putImage(t, missing) },
		"change image":       func(t *rapid.T) { m.putImage(t, existing) },
		"delete image":       m.deleteImage,
		"get image":          m.getImage,
		"share":              m.share,
		"share some more":    m.share, // the more often a name is here, the likelier it is
		"share still more":   m.share,
		"unshare":            m.unshare,
		"shares":             m.shares,
		"launch check":       m.launchCheck,
		"save":               m.save,
		"save some more":     m.save,
		"save again":         m.saveAgain,
		"save once more":     m.saveAgain,
		"page of a list":     m.page,
		"another page of it": m.page,
		"page of another":    m.pageOfAnother,
		"share to the limit": m.shareToTheLimit,
	}
	if m.crowd != nil {
		actions["share with many"] = m.shareWithMany
	}
	for name, action := range actions {
		actions[name] = func(t *rapid.T) {
			if m.givenUp == 0 {
				action(t)
			}
		}
	}
	return actions
}

// mostly draws one of the usual values seven times of eight.
func mostly[T any](t *rapid.T, label string, usual, all []T) T {
	if len(usual) == 0 || rapid.IntRange(0, 7).Draw(t, "odd "+label) == 7 {
		usual = all
	}
	return rapid.SampledFrom(usual).Draw(t, label)
}

// image draws an image, mostly one that is as wanted; there is none for nil.
func (m *machine) image(t *rapid.T, wanted func(*refImage) bool) string {
	var usual []string
	for _, id := range m.images {
		if wanted(m.model.images[id]) {
			usual = append(usual, id)
		}
	}
	return mostly(t, "image", usual, m.images)
}

func missing(img *refImage) bool  { return img == nil }
func existing(img *refImage) bool { return img != nil }
func isShared(img *refImage) bool { return img != nil && len(img.shares) > 0 }

// ownerOf draws the owner of an image, or somebody else.
func (m *machine) ownerOf(t *rapid.T, image string) string {
	var owner []string
	if img := m.model.images[image]; img != nil {
		owner = []string{img.owner}
	}
	return mostly(t, "owner", owner, m.projects)
}

// recipientOf draws a project that has an image, or another one.
func (m *machine) recipientOf(t *rapid.T, image string, all []string) string {
	var recipients []string
	if img := m.model.images[image]; img != nil {
		for _, p := range all {
			if img.shares[p] != "" {
				recipients = append(recipients, p)
			}
		}
	}
	return mostly(t, "recipient", recipients, all)
}

// region draws no region, or that of the image, or another one.
func (m *machine) region(t *rapid.T, image string) string {
	usual := []string{""}
	if img := m.model.images[image]; img != nil {
		usual = append(usual, img.spec["region"].(string))
	}
	return mostly(t, "region", usual, modelRegions)
}

var modelRegions = []string{"eu-west", "us-east"}

func (m *machine) putProject(t *rapid.T) {
	m.registerProject(t, mostly(t, "project", m.projects[:modelProjects-1], m.projects),
		rapid.SampledFrom([]string{"acct-1", "acct-2"}).Draw(t, "account"),
		rapid.SampledFrom([]string{"Project", "Renamed"}).Draw(t, "name"))
}

func (m *machine) registerProject(t *rapid.T, id, account, name string) {
	a := m.request(m.platform, "PUT", "/v1/projects/"+id, object{"accountId": account, "name": name})
	l := learn(a, "updatedAt")
	m.agree(t, a, m.model.putProject(id, account, name, l))
	m.isFresh(t, l)
}

func (m *machine) getProject(t *rapid.T) {
	id := rapid.SampledFrom(m.projects).Draw(t, "project")
	m.agree(t, m.request(m.token, "GET", "/v1/projects/"+id, nil), m.model.getProject(id))
}

// putImage registers an image, also under an id that was used before, or
// changes one.
func (m *machine) putImage(t *rapid.T, wanted func(*refImage) bool) {
	id := m.image(t, wanted)
	owner := m.ownerOf(t, id)
	s := spec(object{
		"name":       rapid.SampledFrom([]string{"golden", "silver"}).Draw(t, "name"),
		"state":      rapid.SampledFrom([]string{"Available", "Available", "Available", "Creating", "Failed"}).Draw(t, "state"),
		"systemDisk": object{"sizeGiB": rapid.IntRange(1, 100).Draw(t, "size"), "snapshotId": "snap-system"},
		"dataDisks":  rapid.SampledFrom([][]object{{}, {{"sizeGiB": 1, "snapshotId": "snap-1"}}, {{"sizeGiB": 2, "snapshotId": "snap-2"}, {"sizeGiB": 3, "snapshotId": ""}}}).Draw(t, "data disks"),
	})
	for _, field := range []string{"description", "osName", "osType", "architecture"} {
		s[field] = rapid.SampledFrom([]string{"one " + field, "another " + field}).Draw(t, field)
	}
	fixed := map[string][]string{
		"region":   modelRegions,
		"kind":     {"Custom", "Public"},
		"hostType": {"UHost", "LightweightUHost"},
	}
	for _, field := range []string{"region", "kind", "hostType"} {
		usual := fixed[field][:1]
		if img := m.model.images[id]; img != nil {
			usual = []string{img.spec[field].(string)}
		}
		s[field] = mostly(t, field, usual, fixed[field])
	}
	m.registerImage(t, owner, id, s)
}

func (m *machine) registerImage(t *rapid.T, owner, id string, s object) {
	a := m.request(m.platform, "PUT", imagePath(owner, id), s)
	l := learn(a, "updatedAt")
	m.agree(t, a, m.model.putImage(owner, id, s, l))
	m.isFresh(t, l)
}

func (m *machine) deleteImage(t *rapid.T) {
	id := m.image(t, existing)
	owner := m.ownerOf(t, id)
	m.agree(t, m.request(m.platform, "DELETE", imagePath(owner, id), nil), m.model.deleteImage(owner, id))
}

func (m *machine) getImage(t *rapid.T) {
	id := m.image(t, existing)
	owner := m.ownerOf(t, id)
	m.agree(t, m.request(m.token, "GET", imagePath(owner, id), nil), m.model.getImage(owner, id))
}

func (m *machine) shares(t *rapid.T) {
	id := m.image(t, isShared)
	owner := m.ownerOf(t, id)
	m.agree(t, m.request(m.token, "GET", sharesPath(owner, id), nil), m.model.shares(owner, id))
}

// share shares with some projects, some of them more than once in a request.
func (m *machine) share(t *rapid.T) {
	id := m.image(t, existing)
	owner := m.ownerOf(t, id)
	var others []string
	for _, p := range m.projects {
		if p != owner && m.model.projects[p] != nil {
			others = append(others, p)
		}
	}
	targets := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) string { return mostly(t, "target", others, m.projects) }), 1, 5).Draw(t, "targets")
	m.shareWith(t, owner, id, targets)
}

func (m *machine) shareWithMany(t *rapid.T) {
	id := m.image(t, existing)
	from := rapid.IntRange(0, len(m.crowd)-1).Draw(t, "from")
	to := rapid.IntRange(from+1, min(from+50, len(m.crowd))).Draw(t, "to")
	m.shareWith(t, m.ownerOf(t, id), id, m.crowd[from:to])
}

// shareToTheLimit shares with as many as there is room for, or one more.
func (m *machine) shareToTheLimit(t *rapid.T) {
	id := m.image(t, existing)
	img := m.model.images[id]
	if img == nil {
		t.Skip("there is no image")
	}
	var others []string
	for _, p := range append(m.projects[:modelProjects:modelProjects], m.crowd...) {
		if p != img.owner && m.model.projects[p] != nil && img.shares[p] == "" {
			others = append(others, p)
		}
	}
	n := m.config.ShareLimit - len(img.shares) + rapid.IntRange(0, 1).Draw(t, "one more")
	if n < 1 || n > min(len(others), 50) {
		t.Skip("there are not so many")
	}
	m.shareWith(t, img.owner, id, others[:n])
	if len(img.shares) == m.config.ShareLimit {
		m.met[limitReached] = true
		m.met[fmt.Sprint(limitReached, " with ", m.config.ShareLimit)] = true
	}
}

func (m *machine) shareWith(t *rapid.T, owner, id string, targets []string) {
	r := refShareRequest{
		owner: owner, image: id, targets: targets, region: m.region(t, id),
		acknowledged: rapid.IntRange(0, 9).Draw(t, "unaware") < 9,
		dryRun:       rapid.IntRange(0, 4).Draw(t, "dry run") == 4,
		by:           "tester",
	}
	token := m.token
	if rapid.Bool().Draw(t, "by a colleague") {
		r.by, token = colleague, m.colleague
	}
	body := object{"projectIds": targets, "acknowledgeSecurityReminder": r.acknowledged, "dryRun": r.dryRun}
	if r.region != "" {
		body["region"] = r.region
	}
	a := m.request(token, "POST", sharesPath(owner, id), body)
	l := learnShared(a)
	m.agree(t, a, m.model.share(r, l))
	m.isFresh(t, l)
}

func (m *machine) unshare(t *rapid.T) {
	id := m.image(t, isShared)
	owner := m.ownerOf(t, id)
	target := m.recipientOf(t, id, append(m.projects[:modelProjects:modelProjects], m.crowd...))
	m.agree(t, m.request(m.token, "DELETE", sharesPath(owner, id)+"/"+target, nil), m.model.unshare(owner, id, target))
}

func (m *machine) launchCheck(t *rapid.T) {
	id := m.image(t, isShared)
	project := m.recipientOf(t, id, m.projects)
	region := rapid.SampledFrom(append([]string{""}, modelRegions...)).Draw(t, "region")
	path := sharedPath(project, id)
	if region != "" {
		path += "?region=" + region
	}
	m.agree(t, m.request(m.token, "GET", path, nil), m.model.received(project, id, region))
}

func (m *machine) save(t *rapid.T) {
	id := m.image(t, isShared)
	r := refSaveRequest{
		project: m.recipientOf(t, id, m.projects), image: id, region: m.region(t, id),
		name:        rapid.SampledFrom([]string{"mine", "mine", "mine", "other"}).Draw(t, "name"),
		description: rapid.SampledFrom([]string{"", "", "", "a copy"}).Draw(t, "description"),
		key:         rapid.SampledFrom([]string{"", "key-1", "key-2"}).Draw(t, "key"),
	}
	m.saveAs(t, r)
}

// saveAgain repeats a save that had a key, whatever became of the share.
func (m *machine) saveAgain(t *rapid.T) {
	var earlier []refSaveRequest
	for _, id := range m.images {
		if img := m.model.images[id]; img != nil && img.saved != (refSaveRequest{}) {
			earlier = append(earlier, img.saved)
		}
	}
	if len(earlier) == 0 {
		t.Skip("nothing was saved under a key")
	}
	r := rapid.SampledFrom(earlier).Draw(t, "earlier save")
	if rapid.IntRange(0, 3).Draw(t, "other content") == 3 {
		r.name += " otherwise"
	} else if source := m.model.images[r.image]; source == nil || source.shares[r.project] == "" {
		m.met[replayed] = true
	}
	m.saveAs(t, r)
}

func (m *machine) saveAs(t *rapid.T, r refSaveRequest) {
	body, headers := object{"name": r.name, "description": r.description}, []string{}
	if r.region != "" {
		body["region"] = r.region
	}
	if r.key != "" {
		headers = append(headers, "Idempotency-Key", r.key)
	}
	a := m.request(m.token, "POST", sharedPath(r.project, r.image)+"/save", body, headers...)
	l := learn(a, "createdAt")
	before := m.model.images[l.id]
	m.agree(t, a, m.model.save(r, l))
	if m.model.images[l.id] == before {
		return // refused, or the copy that there was
	}
	m.isFresh(t, l)
	if before != nil {
		t.Fatalf("the copy has the id of an image that there was")
	}
	if !slices.Contains(m.images, l.id) {
		m.images = append(m.images, l.id)
	}
}
