package api

import (
	"maps"
	"sync"

	"go.yaml.in/yaml/v3"

	"image-sharing/shared/httpapi"
)

// The scopes of the two kinds of callers, and of one who may do everything.
const (
	TenantScope   = "images:read images:share images:save images:write images:receive"
	PlatformScope = "catalog:write"
	EveryScope    = TenantScope + " " + PlatformScope
)

// ProjectsPath is the address of the projects that a token names.
const ProjectsPath = "/v1/projects"

// ProjectPath is the address of a project.
func ProjectPath(project string) string { return "/v1/projects/" + project }

// ImagesPath is the address of a project's own images.
func ImagesPath(project string) string { return ProjectPath(project) + "/images" }

// ImagePath is the address of an image for its owner.
func ImagePath(owner, image string) string { return ImagesPath(owner) + "/" + image }

// SuspensionPath is the address of an image's suspension.
func SuspensionPath(owner, image string) string { return ImagePath(owner, image) + "/suspension" }

// SharesPath is the address of an image's shares.
func SharesPath(owner, image string) string { return ImagePath(owner, image) + "/shares" }

// SharePath is the address of the share with one target.
func SharePath(owner, image, target string) string { return SharesPath(owner, image) + "/" + target }

// ReceivedImagesPath is the address of the images that others share with a project.
func ReceivedImagesPath(project string) string { return ProjectPath(project) + "/shared-images" }

// ReceivedPath is the address of an image for a project that it is shared with.
func ReceivedPath(project, image string) string { return ReceivedImagesPath(project) + "/" + image }

// StatusPath is where a project accepts or declines an image.
func StatusPath(project, image string) string { return ReceivedPath(project, image) + "/status" }

// PolicyPath is the address of a project's sharing policy.
func PolicyPath(project string) string { return ProjectPath(project) + "/sharing-policy" }

// LaunchPath asks whether a project may create a host from an image.
func LaunchPath(project, image string) string {
	return ProjectPath(project) + "/launchable-images/" + image
}

// ActivityPath is what was done to a project and its images.
func ActivityPath(project string) string { return ProjectPath(project) + "/activity" }

// SavePath is where a project saves an image that is shared with it.
func SavePath(project, image string) string { return ReceivedPath(project, image) + "/save" }

// CopyPath is where a project copies an image of its own.
func CopyPath(owner, image string) string { return ImagePath(owner, image) + "/copy" }

// ProjectBody is the body that registers a project.
func ProjectBody(account, name string) Object { return Object{"accountId": account, "name": name} }

// ShareBody is the body that shares an image, with the acknowledgement.
func ShareBody(targets ...string) Object {
	return Object{"projectIds": targets, "acknowledgeSecurityReminder": true}
}

// The snapshots of ImageBody. No recipient may see them, and no log.
const (
	SystemSnapshot = "snap-system-secret"
	DataSnapshot   = "snap-data-secret"
)

// ImageBody is the body that registers an image which can be shared, with
// changes. What is not said here is as in the fullest example of the OpenAPI
// document: so an attribute that is new has a value in every test.
func ImageBody(changes Object) Object {
	body := maps.Clone(exampleImage())
	maps.Copy(body, Object{
		"name": "golden", "description": "it's a test image;\n👩🏽\u200d🚀", "region": "eu-west", "kind": "Custom", "hostType": "UHost", "state": "Available",
		"osName": "Debian 12", "osType": "Linux", "architecture": "x86_64",
		"systemDisk": Object{"sizeGiB": 20, "snapshotId": SystemSnapshot},
		"dataDisks":  []Object{{"sizeGiB": 100, "snapshotId": DataSnapshot}},
	})
	maps.Copy(body, changes)
	if body["state"] != "Failed" {
		delete(body, "failure") // that goes with it
	}
	return body
}

var exampleImage = sync.OnceValue(func() (fullest Object) {
	var document struct {
		Paths map[string]struct {
			Put struct {
				RequestBody struct {
					Content map[string]struct {
						Examples map[string]struct{ Value Object }
					}
				} `yaml:"requestBody"`
			}
		}
	}
	if err := yaml.Unmarshal(httpapi.OpenAPI, &document); err != nil {
		panic(err) // its own tests say more
	}
	for _, example := range document.Paths[ImagePath("{projectId}", "{imageId}")].Put.RequestBody.Content["application/json"].Examples {
		if len(example.Value) > len(fullest) {
			fullest = example.Value
		}
	}
	return fullest
})
