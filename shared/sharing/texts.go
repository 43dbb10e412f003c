package sharing

// SecurityReminder is the text a sharer acknowledges (R7). Its version is
// kept with each share, so that it stays known what was acknowledged: a new
// text needs a new version.
type SecurityReminder struct {
	Version string `json:"version"`
	Text    string `json:"text"`
}

// Reminder is the reminder in force.
var Reminder = SecurityReminder{
	Version: "2026-11-01",
	Text:    "Make sure the image holds no sensitive data such as passwords, keys or customer records: every project it is shared with can create hosts from it and read its system disk.",
}

// SecurityNotice is shown to every recipient with every shared image (R8).
const SecurityNotice = "Shared images are not audited or tested by the platform and may carry risks: use only images from owners you trust."
