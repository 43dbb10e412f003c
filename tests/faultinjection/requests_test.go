package faultinjection

import (
	"context"
	"encoding/json"
	"fmt"

	"image-sharing/shared/sharing"
)

// The routes.
const (
	theProject    = "/v1/projects/{projectId}"
	theImages     = theProject + "/images"
	theActivity   = theProject + "/activity"
	theImage      = theImages + "/{imageId}"
	theShares     = theImage + "/shares"
	theSuspension = theImage + "/suspension"
	theShare      = theShares + "/{targetProjectId}"
	receivedAll   = theProject + "/shared-images"
	receivedOne   = receivedAll + "/{imageId}"
)

type object = map[string]any

func ofProject(p sharing.ProjectID) map[string]string {
	return map[string]string{"projectId": string(p)}
}

func ofImage(p sharing.ProjectID, id sharing.ImageID) map[string]string {
	return map[string]string{"projectId": string(p), "imageId": string(id)}
}

func getProject(p sharing.ProjectID) action {
	return request{route: "GET " + theProject, ids: ofProject(p)}.send
}

func listProjects(p sharing.ProjectID) action {
	return request{route: "GET /v1/projects", ids: ofProject(p)}.send
}

func putProject(p sharing.ProjectID, name string) action {
	return request{route: "PUT " + theProject, ids: ofProject(p), body: object{"accountId": "account", "name": name}}.send
}

func closeProject(p sharing.ProjectID) action {
	return request{route: "DELETE " + theProject, ids: ofProject(p)}.send
}

func getImage(id sharing.ImageID) action {
	return request{route: "GET " + theImage, ids: ofImage(owner, id)}.send
}

func putImage(p sharing.ProjectID, id sharing.ImageID) action {
	return request{route: "PUT " + theImage, ids: ofImage(p, id), body: spec("changed")}.send
}

func patchImage(p sharing.ProjectID, id sharing.ImageID, patch object) action {
	return request{route: "PATCH " + theImage, ids: ofImage(p, id), body: patch}.send
}

func deleteImage(id sharing.ImageID) action {
	return request{route: "DELETE " + theImage, ids: ofImage(owner, id)}.send
}

func suspend(id sharing.ImageID) action {
	return request{route: "PUT " + theSuspension, ids: ofImage(owner, id), body: object{"reason": "spam"}}.send
}

func resume(id sharing.ImageID) action {
	return request{route: "DELETE " + theSuspension, ids: ofImage(owner, id)}.send
}

func answer(p sharing.ProjectID, id sharing.ImageID, status sharing.ShareStatus) action {
	return request{route: "PUT " + receivedOne + "/status", ids: ofImage(p, id), body: object{"status": status}}.send
}

func getPolicy(p sharing.ProjectID) action {
	return request{route: "GET " + theProject + "/sharing-policy", ids: ofProject(p)}.send
}

func putPolicy(p sharing.ProjectID, incoming sharing.Incoming) action {
	return request{route: "PUT " + theProject + "/sharing-policy", ids: ofProject(p), body: object{"incoming": incoming}}.send
}

func listImages(p sharing.ProjectID, query string) action {
	return request{route: "GET " + theImages, ids: ofProject(p), query: query}.send
}

func listActivity(p sharing.ProjectID, query string) action {
	return request{route: "GET " + theActivity, ids: ofProject(p), query: query}.send
}

func listReceived(p sharing.ProjectID, query string) action {
	return request{route: "GET " + receivedAll, ids: ofProject(p), query: query}.send
}

func getReceived(p sharing.ProjectID, id sharing.ImageID, query string) action {
	return request{route: "GET " + receivedOne, ids: ofImage(p, id), query: query}.send
}

func launch(p sharing.ProjectID, id sharing.ImageID, query string) action {
	return request{route: "GET " + theProject + "/launchable-images/{imageId}", ids: ofImage(p, id), query: query}.send
}

func listShares(id sharing.ImageID) action {
	return request{route: "GET " + theShares, ids: ofImage(owner, id)}.send
}

func share(id sharing.ImageID, to ...sharing.ProjectID) action { return shareAs(id, false, to...) }

func shareAs(id sharing.ImageID, dryRun bool, to ...sharing.ProjectID) action {
	return request{route: "POST " + theShares, ids: ofImage(owner, id), body: object{
		"projectIds": to, "acknowledgeSecurityReminder": true, "dryRun": dryRun,
	}}.send
}

func unshare(id sharing.ImageID, from sharing.ProjectID) action {
	ids := ofImage(owner, id)
	ids["targetProjectId"] = string(from)
	return request{route: "DELETE " + theShare, ids: ids}.send
}

func revoke(p sharing.ProjectID, id sharing.ImageID) action {
	return request{route: "DELETE " + theShares, ids: ofImage(p, id)}.send
}

// save saves the image shared, with an Idempotency-Key or without.
func save(p sharing.ProjectID, key string) action {
	return request{route: "POST " + receivedOne + "/save", ids: ofImage(p, shared), key: key, body: object{"name": "copy"}}.send
}

// copyOwn copies the image shared to another region.
func copyOwn(p sharing.ProjectID, key string) action {
	return request{route: "POST " + theImage + "/copy", ids: ofImage(p, shared), key: key, body: object{"name": "copy", "region": "elsewhere"}}.send
}

// lookAndSave follows the advice for a save without a key whose outcome is not
// known: a look at the images, and again only if the copy is not there.
func lookAndSave(p sharing.ProjectID) action {
	return func(ctx context.Context, product *product) (response, error) {
		event, err := request{route: "GET " + theImages, ids: ofProject(p)}.event()
		if err != nil {
			return response{}, err
		}
		var reply struct{ Body string }
		if _, err := product.invoke(ctx, "list", event, &reply); err != nil {
			return response{}, err
		}
		var page struct {
			Images []struct {
				Name   string
				Source *struct{ ImageID sharing.ImageID }
			}
		}
		if err := json.Unmarshal([]byte(reply.Body), &page); err != nil {
			return response{}, err
		}
		for _, img := range page.Images {
			if img.Source != nil && img.Source.ImageID == shared && img.Name == "copy" {
				return response{text: fmt.Sprintf("%+v", img)}, nil
			}
		}
		return save(p, "")(ctx, product)
	}
}
