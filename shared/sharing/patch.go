package sharing

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"
)

// Member is a member of a JSON merge patch (RFC 7396). One that is not Named
// changes nothing. A nil Value is null: it removes.
type Member[T any] struct {
	Named bool
	Value *T
}

// Name says that the patch names the member, and returns where its value goes.
func (m *Member[T]) Name() any {
	m.Named = true
	return &m.Value
}

// state is how a patch names the member, whatever its type.
func (m Member[T]) state() (named, null bool) { return m.Named, m.Named && m.Value == nil }

// change makes a field what the member says.
func (m Member[T]) change(field *T) {
	if m.Named {
		*field = *new(T)
	}
	if m.Value != nil {
		*field = *m.Value
	}
}

// optional is change of a field that may have no value.
func (m Member[T]) optional(field **T) {
	if m.Named {
		*field = m.Value
	}
}

// patched is what a member makes of an object that there need not be. That one
// stays as it is.
func patched[T, P any](before *T, m Member[P], change func(P, *T)) *T {
	if !m.Named {
		return before
	}
	if m.Value == nil {
		return nil
	}
	var after T
	if before != nil {
		after = *before
	}
	change(*m.Value, &after)
	return &after
}

// ImagePatch is a merge patch of an ImageSpec.
type ImagePatch struct {
	Name         Member[string]             `json:"name"`
	Description  Member[string]             `json:"description"`
	Region       Member[string]             `json:"region"`
	Kind         Member[Kind]               `json:"kind"`
	HostType     Member[HostType]           `json:"hostType"`
	State        Member[State]              `json:"state"`
	OSName       Member[string]             `json:"osName"`
	OSType       Member[string]             `json:"osType"`
	Architecture Member[string]             `json:"architecture"`
	SystemDisk   Member[DiskPatch]          `json:"systemDisk"`
	DataDisks    Member[[]Disk]             `json:"dataDisks"` // an array is replaced whole
	Failure      Member[FailurePatch]       `json:"failure"`
	Tags         Member[map[string]*string] `json:"tags"` // nil removes the key
	Deprecation  Member[DeprecationPatch]   `json:"deprecation"`
}

// DiskPatch is a merge patch of a Disk.
type DiskPatch struct {
	SizeGiB    Member[int]    `json:"sizeGiB"`
	SnapshotID Member[string] `json:"snapshotId"`
}

// FailurePatch is a merge patch of a Failure.
type FailurePatch struct {
	Code    Member[string] `json:"code"`
	Message Member[string] `json:"message"`
}

// DeprecationPatch is a merge patch of a Deprecation.
type DeprecationPatch struct {
	At                 Member[time.Time] `json:"at"`
	ReplacementImageID Member[ImageID]   `json:"replacementImageId"`
	Message            Member[string]    `json:"message"`
}

// of is the description that the patch makes of another one, which stays as it is.
func (p ImagePatch) of(s ImageSpec) ImageSpec {
	p.Name.change(&s.Name)
	p.Description.change(&s.Description)
	p.Region.change(&s.Region)
	p.Kind.change(&s.Kind)
	p.HostType.change(&s.HostType)
	p.State.change(&s.State)
	p.OSName.change(&s.OSName)
	p.OSType.change(&s.OSType)
	p.Architecture.change(&s.Architecture)
	if d := p.SystemDisk.Value; d != nil {
		d.SizeGiB.change(&s.SystemDisk.SizeGiB)
		d.SnapshotID.change(&s.SystemDisk.SnapshotID)
	}
	p.DataDisks.change(&s.DataDisks)
	s.Failure = patched(s.Failure, p.Failure, FailurePatch.change)
	if s.State != Failed && !p.Failure.Named {
		s.Failure = nil // it was of the state that the patch ends
	}
	if p.Tags.Named {
		s.Tags = p.tagsOf(s.Tags)
	}
	s.Deprecation = patched(s.Deprecation, p.Deprecation, DeprecationPatch.change)
	return s
}

func (p FailurePatch) change(f *Failure) {
	p.Code.change(&f.Code)
	p.Message.change(&f.Message)
}

func (p DeprecationPatch) change(d *Deprecation) {
	p.At.optional(&d.At)
	p.ReplacementImageID.optional(&d.ReplacementImageID)
	p.Message.change(&d.Message)
}

func (p ImagePatch) tagsOf(before map[string]string) map[string]string {
	if p.Tags.Value == nil {
		return nil
	}
	after := map[string]string{}
	maps.Copy(after, before)
	for key, value := range *p.Tags.Value {
		key = norm.NFC.String(key) // as it is kept
		if value == nil {
			delete(after, key)
		} else {
			after[key] = *value
		}
	}
	return after
}

// named are the fields that the patch names, in the order of the contract.
func (p ImagePatch) named() (fields []string) {
	for field, value := range reflect.ValueOf(p).Fields() {
		if named, _ := value.Interface().(member).state(); named {
			fields = append(fields, jsonName(field))
		}
	}
	return fields
}

type member interface{ state() (named, null bool) }

// PlatformField is a field that the patch names and that only the platform
// changes, "" for none.
func (p ImagePatch) PlatformField() string {
	for _, field := range p.named() {
		if !slices.Contains([]string{"name", "description", "tags", "deprecation"}, field) {
			return field
		}
	}
	return ""
}

// PatchImageCommand asks to change what it names of an image, and nothing else.
type PatchImageCommand struct {
	Owner   ProjectID `json:"-"`
	ImageID ImageID   `json:"-"`
	Origin  `json:"-"`
	ImagePatch
}

// Check returns InvalidRequest with the violations that are some whatever the
// image is like; PatchImage finds the others.
func (c PatchImageCommand) Check() error {
	if err := c.removed().Err(); err != nil {
		return err
	}
	_, err := c.checked(ImageSpec{SystemDisk: Disk{SizeGiB: 1}, State: Failed, Failure: &Failure{Code: "any"}})
	return err
}

// removed names what cannot be.
func (c PatchImageCommand) removed() (v Violations) {
	var disk DiskPatch
	if c.SystemDisk.Value != nil {
		disk = *c.SystemDisk.Value
	}
	var failure FailurePatch
	if c.Failure.Value != nil {
		failure = *c.Failure.Value
	}
	if c.Tags.Value != nil {
		keys := map[string]bool{}
		for key := range *c.Tags.Value {
			key = norm.NFC.String(key)
			v.Check(!keys[key], "tags", "must name each key once, in whatever normal form")
			keys[key] = true
		}
	}
	for _, required := range []struct {
		field string
		member
	}{
		{"name", c.Name}, {"region", c.Region}, {"kind", c.Kind}, {"hostType", c.HostType}, {"state", c.State},
		{"systemDisk", c.SystemDisk}, {"systemDisk.sizeGiB", disk.SizeGiB}, {"failure.code", failure.Code},
	} {
		_, null := required.state()
		v.Check(!null, required.field, "is required: it can be changed, not removed")
	}
	return v
}

// checked is the description that the patch makes of another one. What the patch
// does not name is nobody's violation now: it may have been allowed once.
func (c PatchImageCommand) checked(before ImageSpec) (ImageSpec, error) {
	after, named := c.of(before), c.named()
	normal := after
	violations := slices.DeleteFunc(normal.violations(c.ImageID), func(v Violation) bool {
		field, _, _ := strings.Cut(v.Field, ".")
		field, _, _ = strings.Cut(field, "[")
		return !slices.Contains(named, field)
	})
	// Nor is it brought to its normal form: that would change it.
	checked := reflect.ValueOf(normal)
	for field, value := range reflect.ValueOf(&after).Elem().Fields() {
		if slices.Contains(named, jsonName(field)) {
			value.Set(checked.FieldByIndex(field.Index))
		}
	}
	return after, violations.Err()
}

// PatchImage is the transition of a patch. A nil image does not exist. It returns
// ImageNotFound when the image is not the owner's; InvalidRequest when the patch
// makes of it what no image may be; ImageConflict as PutImage. The account stays
// the one that the image has.
func PatchImage(img *Image, c PatchImageCommand) (ImageDecision, error) {
	if err := img.OwnedBy(c.Owner, c.ImageID); err != nil {
		return ImageDecision{}, err
	}
	spec, err := c.checked(img.ImageSpec)
	if err != nil {
		return ImageDecision{}, err
	}
	return img.changedTo(spec, c.Origin)
}
