// Package stored has the form in which projects, images and shares are kept. It
// is the same in every store: a record is a set of named attributes, and this
// package alone knows their names. How a store writes attributes, and what it
// finds records by, is its own affair.
//
// Records outlive releases. So a name never gets another meaning, and what is
// added later is optional when read: records that were written before have
// none of it. tests/releases holds each release to what those before it wrote.
package stored

import "image-sharing/shared/sharing"

// Each of these lists has a line for every attribute, which writes it and reads
// it. A new one gets its line at the end of the list, with f.
//
// What comes with always is in every record since the first release: it is
// always written, and a record without it is broken. These are all there will
// ever be.

// project derives the state from closedAt, so that there cannot be two truths.
func project(f *form, p *sharing.Project) {
	always := f.always()
	text(always, "projectId", &p.ID)
	text(always, "accountId", &p.AccountID)
	text(always, "projectName", &p.Name)
	moment(always, "createdAt", &p.CreatedAt)
	moment(always, "updatedAt", &p.UpdatedAt)
	moment(f, "closedAt", &p.ClosedAt)
	if p.State = sharing.Active; !p.ClosedAt.IsZero() {
		p.State = sharing.Closed
	}
	optionalRecord(f, "policy", &p.Policy, policy)
}

func policy(f *form, p *sharing.SharingPolicy) {
	text(f, "incoming", &p.Incoming)
	texts(f, "trustedProjects", &p.TrustedProjects)
	texts(f, "trustedAccounts", &p.TrustedAccounts)
	texts(f, "blockedProjects", &p.BlockedProjects)
	texts(f, "blockedAccounts", &p.BlockedAccounts)
	moment(f, "updatedAt", &p.UpdatedAt)
}

// image leaves to the stores the id, which is the record's key, and who the image is
// shared with and what they say to it, on which they hold the limit and who uses it.
func image(f *form, img *sharing.Image) {
	always := f.always()
	text(always, "uid", &img.UID)
	text(always, "projectId", &img.Owner)
	text(always, "accountId", &img.AccountID)
	text(always, "imageName", &img.Name)
	text(always, "description", &img.Description)
	text(always, "region", &img.Region)
	text(always, "kind", &img.Kind)
	text(always, "hostType", &img.HostType)
	text(always, "imageState", &img.State)
	text(always, "osName", &img.OSName)
	text(always, "osType", &img.OSType)
	text(always, "architecture", &img.Architecture)
	record(always, "systemDisk", &img.SystemDisk, disk)
	list(always, "dataDisks", &img.DataDisks, disk)
	moment(always, "createdAt", &img.CreatedAt)
	moment(always, "updatedAt", &img.UpdatedAt)
	if source := optional(f, "sourceImageId", &img.Source); source != nil {
		text(always, "sourceImageId", &source.ImageID)
		text(always, "sourceProjectId", &source.ProjectID)
	}
	text(f, "saveFingerprint", &img.SaveFingerprint)
	optionalRecord(f, "suspension", &img.Suspension, suspension)
	optionalRecord(f, "failure", &img.Failure, failure)
	textMap(f, "tags", &img.Tags)
	optionalRecord(f, "deprecation", &img.Deprecation, deprecation)
	flag(f, "sealed", &img.Sealed)
	list(f, "copyFrom", &img.CopyFrom, sourceDisk)
	moment(f, "copyBegan", &img.CopyBegan)
	texts(f, "uploads", &img.Uploads)
	optionalRecord(f, "copying", &img.Copying, copying)
	if source := img.Source; source != nil {
		text(f, "sourceRegion", &source.Region)
		if !f.writing() && source.Region == "" {
			source.Region = img.Region // of former releases, which copied within a region only
		}
	}
}

func sourceDisk(f *form, d *sharing.SourceDisk) {
	text(f, "region", &d.Region)
	text(f, "key", &d.Key)
	number(f, "sizeGiB", &d.SizeGiB)
}

func copying(f *form, c *sharing.Copying) {
	number(f, "copiedBytes", &c.CopiedBytes)
	number(f, "totalBytes", &c.TotalBytes)
}

func suspension(f *form, s *sharing.Suspension) {
	text(f, "reason", &s.Reason)
	moment(f, "suspendedAt", &s.SuspendedAt)
}

func failure(f *form, r *sharing.Failure) {
	text(f, "code", &r.Code)
	text(f, "message", &r.Message)
}

func deprecation(f *form, d *sharing.Deprecation) {
	if at := optional(f, "at", &d.At); at != nil {
		moment(f, "at", at)
	}
	if replacement := optional(f, "replacementImageId", &d.ReplacementImageID); replacement != nil {
		text(f, "replacementImageId", replacement)
	}
	text(f, "message", &d.Message)
}

func disk(f *form, d *sharing.Disk) {
	always := f.always()
	number(always, "sizeGiB", &d.SizeGiB)
	text(always, "snapshotId", &d.SnapshotID)
}

// share leaves the project's id, which is part of the record's key, and the status,
// which is the image's to say, to the stores. The project's name and account are not kept: they are read with the
// project, so that a change of it shows.
func share(f *form, s *sharing.Share) {
	always := f.always()
	moment(always, "sharedAt", &s.SharedAt)
	text(always, "sharedBy", &s.SharedBy)
	text(always, "acknowledgedReminder", &s.AcknowledgedReminder)
}

// EncodeProject returns what is kept of a project.
func EncodeProject(p sharing.Project) Attributes { return encode(&p, project) }

// DecodeProject returns the project that was kept. It returns an error that
// names the attribute for a record that no release has written.
func DecodeProject(l Lookup) (sharing.Project, error) { return decode(l, project) }

// EncodeImage returns what is kept of an image, but for its ID, SharedWith, Pending and
// Declined.
func EncodeImage(img sharing.Image) Attributes { return encode(&img, image) }

// DecodeImage returns the image that was kept, without those, and errors as
// DecodeProject.
func DecodeImage(l Lookup) (sharing.Image, error) { return decode(l, image) }

// EncodeShare returns what is kept of a share, but for its project and status.
func EncodeShare(s sharing.Share) Attributes { return encode(&s, share) }

// DecodeShare returns the share that was kept, without those, and errors as
// DecodeProject.
func DecodeShare(l Lookup) (sharing.Share, error) { return decode(l, share) }
