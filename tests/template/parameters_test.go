package template

import (
	"fmt"
	"slices"
	"strings"

	"image-sharing/shared/httpapi"
	"image-sharing/shared/sharing"
	"image-sharing/tests/kit/cfn"
)

// accepted and refusedValues are values of each parameter that a deployment
// takes, or refuses before it does anything.
var accepted = map[string][]string{
	"JwtIssuer":                 {"https://issuer.example", "https://issuer.example/", "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_aB3"},
	"JwtAudience":               {"https://images.example.com", "one,two"},
	"PlatformClients":           {"*", "7d3f0a", "console,https://ops.example.com"},
	"Rollout":                   {"careful", "at-once"},
	"Architecture":              {"arm64", "x86_64"},
	"MaxSharesPerImage":         {"1", fmt.Sprint(sharing.MaxShares)},
	"ActivityRetentionDays":     {"1", fmt.Sprint(sharing.MaxActivityRetentionDays)},
	"EventArchiveDays":          {"0", "1", "3650"},
	"StreamReservedConcurrency": {"0", "1", "100"},
	"ConcurrencyQuota":          {"10", "1000", "20000"},
	"CorsOrigins":               {"", "https://console.example.com", "https://a.example,https://b.example:8443", "http://localhost:5173"},
	"DomainName":                {"", "images.example.com", "a-b.example.co"},
	"CertificateArn":            {"", "arn:aws:acm:eu-west-1:123456789012:certificate/1b2c-3d", "arn:aws-cn:acm:cn-north-1:123456789012:certificate/1"},
	"KmsKeyArn":                 {"", "arn:aws:kms:eu-west-1:123456789012:key/1b2c-3d", "arn:aws:kms:eu-west-1:123456789012:key/mrk-1b2c", "arn:aws-us-gov:kms:us-gov-west-1:123456789012:key/1B2C"},
	"DiskBuckets":               {"", `{"eu-west":{"bucket":"disks-eu-west","region":"eu-west-1"}}`},
	"DiskBucketArns":            {"", "arn:aws:s3:::disks-eu-west", "arn:aws:s3:::disks.1,arn:aws-cn:s3:::disks-2"},
	"DiskKmsKeyArns":            {"", "arn:aws:kms:eu-west-1:123456789012:key/1b2c-3d", "arn:aws:kms:eu-west-1:123456789012:key/mrk-1,arn:aws:kms:us-east-1:123456789012:key/mrk-1"},
	"Repair":                    {"report", "remove"},
	"ConsoleClientId":           {"", "7h1s1s4cl13nt", "https://client.example/console"},
	"ConsoleScope":              {"openid", "openid images:read", "openid profile image-sharing/images:read"},
	"ConsoleOrigins":            {"", "https://login.example.com", "https://a.auth.eu-west-1.amazoncognito.com,https://b.example:8443"},
	"PermissionsBoundary":       {"", "arn:aws:iam::123456789012:policy/team/bound", "arn:aws:iam::aws:policy/PowerUserAccess", "arn:aws-us-gov:iam::123456789012:policy/b"},
	"CurrentTable":              {"own", "image-sharing-20261124-0200"},
	"OtherTable":                {"none", "image-sharing-Table-1ABC"},
	"CurrentStream":             {"", "arn:aws:dynamodb:eu-west-1:123456789012:table/a-restored/stream/2026-11-24T02:51:33.734", "arn:aws-cn:dynamodb:cn-north-1:123456789012:table/A_1.b/stream/2026-11-24T02:51:33.734"},
	"LogRetentionDays":          {"1", "3", "5", "7", "14", "30", "60", "90", "120", "150", "180", "365", "400", "545", "731", "1096", "1827", "2192", "2557", "2922", "3288", "3653"},
	"AlarmTopicArn":             {"", "arn:aws:sns:eu-west-1:123456789012:on-call", "arn:aws-cn:sns:cn-north-1:123456789012:On_Call"},
	"RunbookUrl":                {"docs/operations.md", "https://git.example/images/blob/main/docs/operations.md"},
}

var refusedValues = map[string][]string{
	"JwtIssuer":                 {"", "http://issuer.example", "issuer.example", "https://", "https:///x", "https://issuer.example /", " https://issuer.example", "HTTPS://issuer.example"},
	"PlatformClients":           {"", "a, b", "a,", ",a", " "},
	"Rollout":                   {"", "AllAtOnce", "Careful"},
	"Architecture":              {"", "amd64", "x86-64"},
	"MaxSharesPerImage":         {"", "0", fmt.Sprint(sharing.MaxShares + 1), "5.5"},
	"ActivityRetentionDays":     {"", "0", fmt.Sprint(sharing.MaxActivityRetentionDays + 1), "1y"},
	"EventArchiveDays":          {"", "-1", "30d"},
	"StreamReservedConcurrency": {"", "-1"},
	"ConcurrencyQuota":          {"0", "9", "many"},
	"CorsOrigins":               {"*", "console.example.com", "https://a.example/", "https://a.example, https://b.example", "https://a.example,", "http://a.example", "https://a.example;https://b.example", "https://*.example"},
	"DomainName":                {"https://images.example.com", "images", "images.example.com/", "Images.example.com", "-a.example.com", "images.example.com."},
	"CertificateArn":            {"1b2c", "arn:aws:acm:eu-west-1:123456789012:certificate/", "arn:aws:acm:eu-west-1:12345678901a:certificate/1", "arn:aws:acm:eu_west_1:123456789012:certificate/1", "arn:aws:iam::123456789012:server-certificate/x"},
	"KmsKeyArn":                 {"1b2c", "alias/images", "arn:aws:kms:eu-west-1:123456789012:alias/images", "arn:aws:kms:eu-west-1:12345678901a:key/1", "arn:aws:kms:eu-west-1:123456789012:key/"},
	"DiskBuckets":               {"disks-eu-west", "{}", `{"eu-west": {"bucket":"b","region":"r"}}`, `{eu-west:{bucket:b}}`, `{"eu-west":{`},
	"DiskBucketArns":            {"disks-eu-west", "arn:aws:s3:::disks/*", "arn:aws:s3:::a, arn:aws:s3:::b", "arn:aws:s3:::a,", "arn:aws:s3:::*", "arn:aws:s3:eu-west-1:123456789012:accesspoint/a"},
	"DiskKmsKeyArns":            {"1b2c", "alias/images", "arn:aws:kms:eu-west-1:123456789012:alias/images", "arn:aws:kms:eu-west-1:123456789012:key/*", "arn:aws:kms:eu-west-1:12345678901a:key/1", "arn:aws:kms:eu-west-1:123456789012:key/1,"},
	"Repair":                    {"", "Remove", "off"},
	"ConsoleClientId":           {"a b", " a"},
	"ConsoleScope":              {"", "images:read", "openid  images:read", "openid ", "openid \"images:read\"", "openid images:read\\"},
	"ConsoleOrigins":            {"*", "login.example.com", "http://login.example.com", "https://login.example.com/", "https://a.example, https://b.example", "https://a.example,", "https://a.example;https://b.example", "https://*.example"},
	"PermissionsBoundary":       {"bound", "arn:aws:iam::123456789012:role/bound", "arn:aws:iam::12345:policy/bound", "arn:aws:iam::123456789012:policy/", "arn:aws:iam::12345678901a:policy/bound", "arn:aws:iam::123456789012:policy/a b"},
	"CurrentTable":              {"arn:aws:dynamodb:eu-west-1:123456789012:table/a", "a b", "*"},
	"CurrentStream":             {"a-restored", "arn:aws:dynamodb:eu-west-1:123456789012:table/a-restored", "arn:aws:kinesis:eu-west-1:123456789012:stream/a", "arn:aws:dynamodb:eu-west-1:12345678901a:table/a/stream/2026-11-24T02:51:33.734", "arn:aws:dynamodb:eu-west-1:123456789012:table/a/stream/"},
	"LogRetentionDays":          {"", "0", "2", "31", "3650"},
	"AlarmTopicArn":             {"on-call", "arn:aws:sns:eu-west-1:123456789012:on-call.fifo", "arn:aws:sqs:eu-west-1:123456789012:on-call", "arn:aws:sns:eu-west-1:12345678901:on-call", "arn:aws:sns:eu-west-1:12345678901a:on-call", "arn:aws:sns:eu-west-1:123456789012:"},
	"RunbookUrl":                {"", "docs/operations.md#a", "a b"},
}

func init() {
	for _, values := range []map[string][]string{accepted, refusedValues} {
		values["OtherStream"] = values["CurrentStream"]
	}
	refusedValues["OtherTable"] = refusedValues["CurrentTable"]
}

// needs are values that are refused without another parameter.
var needs = map[string][2]string{
	"DomainName=images.example.com": {"CertificateArn", "arn:aws:acm:eu-west-1:123456789012:certificate/1"},
	"DiskBuckets=" + someBuckets:    {"DiskBucketArns", "arn:aws:s3:::disks-eu-west"},
	"CurrentTable=another":          {"CurrentStream", streamOf("another")},
	"OtherTable=another":            {"OtherStream", streamOf("another")},
}

// among is a value, with those that it may need, but for one.
func among(name, value, but string) map[string]string {
	with := map[string]string{}
	for _, needed := range needs {
		with[needed[0]] = needed[1]
	}
	with[name] = value
	delete(with, but)
	return with
}

func checkParameters(template object) []error {
	var r report
	for name, p := range objectAt(template, "Parameters") {
		if text, _ := at(p, "Description").(string); len(text) < 20 {
			r.errorf("%s has no description for who is asked for it", name)
		}
		if len(accepted[name]) == 0 || len(refusedValues[name]) == 0 && name != "JwtAudience" {
			r.errorf("%s has no values that are tried", name)
		}
		// Only who the tokens come from must be said by the user.
		if hasDefault := at(p, "Default") != nil; hasDefault == slices.Contains([]string{"JwtIssuer", "JwtAudience", "PlatformClients"}, name) {
			r.errorf("%s has a default: %v", name, hasDefault)
		}
		for _, value := range accepted[name] {
			if _, err := cfn.Accepted(template, among(name, value, "")); err != nil {
				r.errorf("%s=%s: %w", name, value, err)
			}
		}
		for _, value := range refusedValues[name] {
			if _, err := cfn.Accepted(template, among(name, value, "")); err == nil {
				r.errorf("%s=%q is accepted", name, value)
			}
		}
	}
	for given := range needs {
		name, value, _ := strings.Cut(given, "=")
		for other, needed := range needs {
			if _, err := cfn.Accepted(template, among(name, value, needed[0])); (err != nil) != (given == other) {
				r.errorf("%s without %s: %v", given, needed[0], err)
			}
		}
	}
	// An option that nobody sets is off.
	d, err := cfn.Accepted(template, nil)
	if err != nil {
		return append(r, err)
	}
	for name, want := range map[string]string{
		"Rollout": "careful", "Architecture": "arm64", "MaxSharesPerImage": fmt.Sprint(sharing.MaxShares),
		"ActivityRetentionDays": fmt.Sprint(sharing.DefaultActivityRetentionDays), "EventArchiveDays": "0", "StreamReservedConcurrency": "0",
		"ConcurrencyQuota": "1000", "LogRetentionDays": "30", "RunbookUrl": "docs/operations.md", "CorsOrigins": "",
		"Repair": "report", "ConsoleClientId": "", "ConsoleScope": httpapi.DefaultConsoleScope, "ConsoleOrigins": "",
		"DomainName": "", "CertificateArn": "", "KmsKeyArn": "", "PermissionsBoundary": "", "DiskBuckets": "", "DiskBucketArns": "", "DiskKmsKeyArns": "", "AlarmTopicArn": "",
		"CurrentTable": "own", "CurrentStream": "", "OtherTable": "none", "OtherStream": "",
	} {
		r.want(name, d.Parameters[name], want)
	}
	r.want("type of JwtAudience", at(template, "Parameters", "JwtAudience", "Type"), "CommaDelimitedList")
	// SAM puts the value into CorsConfiguration before !Split sees it.
	r.want("type of CorsOrigins", at(template, "Parameters", "CorsOrigins", "Type"), "String")
	return r
}

func checkOutputs(template object) []error {
	var r report
	d, err := deployed(template, nil)
	if err != nil {
		return append(r, err)
	}
	values := map[string]any{}
	for name, o := range objectAt(d.Template, "Outputs") {
		values[name] = at(o, "Value")
		if strings.TrimSpace(fmt.Sprint(at(o, "Description"))) == "" {
			r.errorf("%s has no description", name)
		}
	}
	r.want("outputs", values, map[string]any{"ApiUrl": "Api.ApiEndpoint", "ConsoleUrl": "Api.ApiEndpoint/console/", "TableName": "Table", "DeadLettersUrl": "DeadLetters", "CopyJobsUrl": "CopyJobs",
		"EventBusName": "EventBus", "EventBusArn": "EventBus.Arn",
		"NobodyIsAlarmed": "Name an SNS topic as AlarmTopicArn, and deploy again"})
	alarmed, err := deployed(template, map[string]string{"AlarmTopicArn": "arn:aws:sns:eu-west-1:123456789012:alarms"})
	if err != nil {
		return append(r, err)
	}
	r.want("NobodyIsAlarmed with a topic", at(alarmed.Template, "Outputs", "NobodyIsAlarmed"), nil)
	return r
}
