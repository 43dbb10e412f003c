package sharing

import "time"

// OwnedImage is what the owner sees of an image.
type OwnedImage struct {
	ImageID ImageID `json:"imageId"`
	ImageSpec
	ProjectID  ProjectID    `json:"projectId"`
	AccountID  string       `json:"accountId"`
	CreatedAt  time.Time    `json:"createdAt"`
	UpdatedAt  time.Time    `json:"updatedAt"`
	ShareCount int          `json:"shareCount"`
	ShareLimit int          `json:"shareLimit"`
	Source     *ImageRef    `json:"source,omitempty"`
	Suspension *Suspension  `json:"suspension,omitempty"`
	Copying    *Copying     `json:"copying,omitempty"`
	Billing    OwnerBilling `json:"billing"`
}

// OwnerBilling says that the owner pays the custom-image price (R9).
type OwnerBilling struct {
	BilledProjectID ProjectID `json:"billedProjectId"`
	Plan            string    `json:"plan"`
}

// OwnedView is the image as its owner sees it; limit is the deployment's
// share limit.
func (img *Image) OwnedView(limit int) OwnedImage {
	view := OwnedImage{
		ImageID: img.ID, ImageSpec: img.ImageSpec, ProjectID: img.Owner, AccountID: img.AccountID,
		CreatedAt: img.CreatedAt, UpdatedAt: img.UpdatedAt,
		ShareCount: len(img.SharedWith), ShareLimit: limit, Source: img.Source, Suspension: img.Suspension,
		Billing: OwnerBilling{BilledProjectID: img.Owner, Plan: "custom-image"},
	}
	if img.BeingCopied() {
		view.Copying = img.Copying
	}
	if img.State != Failed {
		view.Failure = nil // what a former release, which does not know it, has left
	}
	if view.DataDisks == nil {
		view.DataDisks = []Disk{}
	}
	view.Tags = tagsView(img.Tags)
	return view
}

// tagsView is {} for none.
func tagsView(tags map[string]string) map[string]string {
	if tags == nil {
		return map[string]string{}
	}
	return tags
}

// SharedImage is what a recipient sees of an image: the system disk's size
// and nothing of data disks, snapshots or other recipients (R5). It has no
// field that could hold them.
type SharedImage struct {
	ImageID        ImageID           `json:"imageId"`
	Name           string            `json:"name"`
	Description    string            `json:"description"`
	Region         string            `json:"region"`
	State          State             `json:"state"`
	OSName         string            `json:"osName"`
	OSType         string            `json:"osType"`
	Architecture   string            `json:"architecture"`
	SystemDisk     SharedDisk        `json:"systemDisk"`
	Tags           map[string]string `json:"tags"`
	Deprecation    *Deprecation      `json:"deprecation,omitzero"`
	Suspended      bool              `json:"suspended"`
	CreatedAt      time.Time         `json:"createdAt"`
	UpdatedAt      time.Time         `json:"updatedAt"`
	SharedAt       time.Time         `json:"sharedAt"`
	Status         ShareStatus       `json:"status"`
	Owner          Owner             `json:"owner"`
	Billing        RecipientBilling  `json:"billing"`
	SecurityNotice string            `json:"securityNotice"`
}

// SharedDisk is a disk as a recipient sees it: its size in GiB.
type SharedDisk struct {
	SizeGiB int `json:"sizeGiB"`
}

// Owner names the project and account that share an image.
type Owner struct {
	ProjectID ProjectID `json:"projectId"`
	AccountID string    `json:"accountId"`
}

// RecipientBilling says that receiving is free and who pays (R9).
type RecipientBilling struct {
	BilledProjectID ProjectID `json:"billedProjectId"`
	RecipientFee    string    `json:"recipientFee"`
}

// Received is an image together with when it was shared with the project that
// asks, and what that says to it.
type Received struct {
	Image    Image
	SharedAt time.Time
	Status   ShareStatus
}

// View is the received image as its recipient sees it.
func (r Received) View() SharedImage {
	img := r.Image
	return SharedImage{
		ImageID: img.ID, Name: img.Name, Description: img.Description,
		Region: img.Region, State: img.State,
		OSName: img.OSName, OSType: img.OSType, Architecture: img.Architecture,
		SystemDisk: SharedDisk{SizeGiB: img.SystemDisk.SizeGiB},
		Tags:       tagsView(img.Tags), Deprecation: img.Deprecation,
		Suspended: img.Suspension != nil,
		CreatedAt: img.CreatedAt, UpdatedAt: img.UpdatedAt, SharedAt: r.SharedAt, Status: r.Status,
		Owner:          Owner{ProjectID: img.Owner, AccountID: img.AccountID},
		Billing:        RecipientBilling{BilledProjectID: img.Owner, RecipientFee: "none"},
		SecurityNotice: SecurityNotice,
	}
}
