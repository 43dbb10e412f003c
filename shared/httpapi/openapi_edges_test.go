package httpapi

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"image-sharing/shared/sharing"
	"image-sharing/shared/wire"
)

// checkEdges holds what is in responses alone to values at its edge and just past
// it. What is in requests too, checkRequests tries.
func checkEdges(d *document, report func(string, ...any)) {
	for place, e := range responseEdges() {
		if !strings.HasPrefix(place, "#") {
			place = schemasPlace + place
		}
		if d.asPublished(place) {
			continue
		}
		for _, value := range e.inside {
			if err := d.refused(place, value); err != nil {
				report("%s must take %.200v: %s", place, value, firstLines(err, 3))
			}
		}
		for _, value := range e.past {
			if d.refused(place, value) == nil {
				report("%s must not take %.200v", place, value)
			}
		}
	}
}

// firstLines: of a list, an error has a line for each element.
func firstLines(err error, n int) string {
	lines := strings.Split(err.Error(), "\n")
	if len(lines) <= n {
		return err.Error()
	}
	return fmt.Sprintf("%s\n… and %d lines more", strings.Join(lines[:n], "\n"), len(lines)-n)
}

type edges struct{ inside, past []any }

// responseEdges are by the place of the schema, or its name.
func responseEdges() map[string]edges {
	type a = []any
	img := sharing.Image{ID: "i", Owner: "o", AccountID: "a", ImageSpec: sharing.ImageSpec{
		Name: "n", Region: "r", Kind: sharing.Custom, HostType: sharing.UHost, State: sharing.Available, SystemDisk: sharing.Disk{SizeGiB: 1},
	}}
	owned, received := img.OwnedView(50), sharing.Received{Image: img, Status: sharing.Accepted}.View()
	share := sharing.Share{ProjectID: "p", ProjectName: "n", AccountID: "a", SharedBy: "me", AcknowledgedReminder: sharing.Reminder.Version, Status: sharing.Accepted}
	outcome := sharing.ShareOutcome{Share: share, Result: sharing.ShareCreated}
	activity := sharing.Activity{ID: "a", Type: sharing.ImageShared, ProjectID: "p", Actor: sharing.Actor{Subject: "me"}, RequestID: "r"}
	violation := sharing.Violation{Field: "f", Message: "m"}
	message := object{"message": "Unauthorized"} // as API Gateway says it
	return map[string]edges{
		"ShareCount": {a{0, 50}, a{-1, 51}},
		"ShareLimit": {a{1, 50}, a{0, 51}},
		"NextToken":  {a{"a", "A-Z_09"}, a{"", "a=", "a+b", "a/b", "a b", "a~"}},

		"OwnedImage/properties/dataDisks":       {lists(owned.SystemDisk, 0, 32), lists(owned.SystemDisk, 33)},
		"OwnedImageList/properties/images":      {lists(owned, 0, 100), lists(owned, 101)},
		"SharedImageList/properties/images":     {lists(received, 0, 100), lists(received, 101)},
		"ShareList/properties/shares":           {lists(share, 0, 50), lists(share, 51)},
		"ShareResponse/properties/shares":       {lists(outcome, 1, 50), lists(outcome, 0, 51)},
		"InvalidRequest/properties/errors":      {lists(violation, 1, 20), lists(violation, 0, 21)},
		"RegionNotSupported/properties/regions": {a{ids(1), ids(50)}, a{ids(0), a{"p", "p"}, a{"-"}}},
		"ProjectNotFound/properties/projectIds": {a{ids(1), ids(50)}, a{ids(0), ids(51), a{"p", "p"}, a{"-"}}},

		"RecipientRefuses/properties/projectIds": {a{ids(1), ids(50)}, a{ids(0), ids(51), a{"p", "p"}, a{"-"}}},
		"IdSet":                                  {a{ids(0), ids(100)}, a{ids(101), a{"p", "p"}, a{"-"}, "p"}},

		"OwnedImage/properties/billing/properties/plan":          {a{owned.Billing.Plan}, a{"x"}},
		"SharedImage/properties/billing/properties/recipientFee": {a{received.Billing.RecipientFee}, a{"x"}},
		"SharedImage/properties/securityNotice":                  {a{sharing.SecurityNotice}, a{""}},
		"Share/properties/acknowledgedReminder":                  {a{sharing.Reminder.Version}, a{""}},
		"Share/properties/projectName":                           {a{"n"}, a{""}},
		"ShareRequest/properties/reminderVersion":                {a{sharing.Reminder.Version, nil}, a{"Other", ""}},
		"SecurityReminder/properties/version":                    {a{sharing.Reminder.Version}, a{""}},
		"SecurityReminder/properties/text":                       {a{sharing.Reminder.Text}, a{""}},

		"Tags": {
			a{tagged(0, ""), tagged(50, ""), tagged(1, strings.Repeat("a", 127)), object{"a": ""}, object{"a": strings.Repeat("a", 256)}},
			a{tagged(51, ""), tagged(1, strings.Repeat("a", 128)), object{"": "a"}, object{"a\n": "a"}, object{"a": strings.Repeat("a", 257)}, object{"a": "\n"}, object{"a": nil}, object{"a": 1}, a{}},
		},
		"TagsPatch":                       {a{tagged(1, strings.Repeat("a", 127)), object{"a": nil}}, a{tagged(1, strings.Repeat("a", 128)), object{"": "a"}, object{"a\n": nil}}},
		"ImageConflict/properties/fields": {a{a{"kind", "region"}}, a{a{}, a{"kind", "kind"}, a{"Other"}, "kind"}},

		"Time":                               {a{plain(time.Time{}), "2026-11-24T02:51:33.734080Z"}, a{"2026-11-24T02:51:33Z", "2026-11-24T02:51:33.73408Z", "2026-11-24T02:51:33.7340801Z", "2026-11-24T02:51:33.734080+00:00", "2026-11-24T02:51:33.~34080Z"}},
		"ActivityList/properties/activities": {lists(activity, 0, 100), lists(activity, 101)},
		"Activity/properties/activityId":     {a{"act-a"}, a{"-", "a b"}},
		"Activity/properties/targets":        {a{ids(1), ids(50)}, a{ids(0), ids(51), a{"p", "p"}, a{"-"}}},
		"Activity/properties/changed":        {a{a{"name"}}, a{a{}, a{"name", "name"}, a{""}}},
		"Activity/properties/reason":         {a{"x"}, a{""}},
		"Actor/properties/subject":           {a{"x"}, a{""}},
		"Actor/properties/clientId":          {a{"x"}, a{""}},

		"RevokeResponse/properties/revoked":         {a{ids(0), ids(50)}, a{ids(51), a{"p", "p"}, a{"-"}}},
		"LaunchableImage/properties/dataDisks":      {lists(owned.SystemDisk, 1, 32), lists(owned.SystemDisk, 0, 33)},
		"LaunchableImage/properties/securityNotice": {a{sharing.SecurityNotice}, a{""}},
		"Problem":                      {nil, a{"x"}},
		"Problem/properties/type":      {a{documentURL}, a{"no address"}},
		"Problem/properties/title":     {a{"Busy"}, a{1}},
		"Problem/properties/status":    {a{503}, a{"503"}},
		"Problem/properties/detail":    {a{"Do it."}, a{""}},
		"Problem/properties/code":      {a{"Busy"}, a{1}},
		"Problem/properties/requestId": {a{"JKJaXmPLvHcESHA="}, a{""}},

		"InvalidRequest/properties/errors/items":  {a{plain(violation)}, a{object{"field": "f", "message": ""}}},
		"ShareLimitExceeded/properties/limit":     {a{1, 50}, a{0, 51}},
		"ShareLimitExceeded/properties/current":   {a{0, 50}, a{-1, 51}},
		"ShareLimitExceeded/properties/requested": {a{1, 50}, a{0, 51}},

		"#/components/headers/RetryAfter/schema":                                    {a{1}, a{0, "soon"}},
		"#/components/headers/Location/schema":                                      {a{"/v1/projects/p/images/i"}, a{"", "https://api.test/v1/projects/p/images/i", "/v1/projects/p/images/i~", "/v1/projects/p/images/i/", 1}},
		"#/components/responses/WriteUnavailable/headers/Retry-After/schema":        {a{1}, a{0, "soon"}},
		"#/components/responses/MethodNotAllowed/headers/Allow/schema":              {a{"GET", "DELETE, PUT"}, a{"", "get", "GET,PUT", 1}},
		"#/components/responses/Unauthenticated/headers/WWW-Authenticate/schema":    {a{"Bearer"}, a{"Basic", 1}},
		"#/components/responses/Unauthenticated/content/application~1json/schema":   {a{message}, a{"x", object{}, object{"message": 1}}},
		"#/components/headers/ETag/schema":                                          {a{newFile("", "", nil).etag()}, a{"x", `W/"` + strings.Repeat("a", 31) + `~"`, 1}},
		"#/components/headers/CacheControl/schema":                                  {a{keptMinutes}, a{"no-store"}},
		"#/paths/~1openapi.yaml/get/parameters/0/schema":                            {nil, a{1}}, // a header is a text
		"#/components/parameters/idempotencyKey/schema":                             {nil, a{1}}, // a header is a text
		"#/components/parameters/listStatus/schema":                                 {nil, a{"Other"}},
		"#/components/parameters/listName/schema":                                   {nil, a{1}}, // as is what is in a query
		"#/paths/~1openapi.yaml/get/responses/200/content/application~1yaml/schema": {a{"openapi: 3.1.0"}, a{1}},
	}
}

// lists are so long, of one element.
func lists(element any, lengths ...int) (all []any) {
	for _, n := range lengths {
		all = append(all, slices.Repeat([]any{plain(element)}, n))
	}
	return all
}

// tagged are so many tags, with keys that begin alike.
func tagged(n int, key string) any {
	tags := object{}
	for i := range n {
		tags[key+string(rune('A'+i))] = "value"
	}
	return tags
}

func ids(n int) []any {
	all := make([]any, n)
	for i := range all {
		all[i] = fmt.Sprint("p", i)
	}
	return all
}

// plain is a value as its JSON reads.
func plain(v any) (value any) {
	text, err := wire.Marshal(v)
	if err == nil {
		err = json.Unmarshal(text, &value)
	}
	if err != nil {
		panic(err)
	}
	return value
}
