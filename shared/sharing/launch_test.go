package sharing

import (
	"errors"
	"testing"
)

// TestALaunchCheckTellsThePlatformAlone what the host is made from, and of data disks only
// for the owner's own (R5).
func TestALaunchCheckTellsThePlatformAlone(t *testing.T) {
	img := shareableImage("p")
	img.SystemDisk, img.DataDisks = Disk{SizeGiB: 20, SnapshotID: "system"}, []Disk{{SizeGiB: 100, SnapshotID: "data"}}
	for _, c := range []struct {
		project  ProjectID
		platform bool
		snapshot string
		disks    int
	}{{"o", false, "", 0}, {"p", false, "", 0}, {"o", true, "system", 1}, {"p", true, "system", 0}} {
		got, err := img.Launchable(LaunchQuery{Project: c.project, ImageID: "i", Platform: c.platform})
		if err != nil || got.SystemDisk != (LaunchDisk{20, c.snapshot}) || len(got.DataDisks) != c.disks {
			t.Errorf("%+v gets %+v (%v)", c, got, err)
		}
	}
}

// TestALaunchCheckIsOfTheOwnerThatIsMeant, of whoever asks.
func TestALaunchCheckIsOfTheOwnerThatIsMeant(t *testing.T) {
	img := shareableImage("p")
	for _, project := range []ProjectID{"o", "p"} {
		for owner, found := range map[ProjectID]bool{"o": true, "p": false, "x": false} {
			_, err := img.Launchable(LaunchQuery{Project: project, ImageID: "i", Owner: &owner})
			if (err == nil) != found || err != nil && !errors.Is(err, ImageNotFound("i")) {
				t.Errorf("%s asks for %s's image: %v", project, owner, err)
			}
		}
	}
}
