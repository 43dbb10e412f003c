package template

import (
	"fmt"
	"strings"

	"image-sharing/shared/beforetraffic"
)

// checkDeployment asks that new code is tried first, then on a tenth of the
// requests, and taken back when the alarm on its own version rises; and that
// nothing of that stands in the way of who says at-once.
func checkDeployment(template object) []error {
	var r report
	for rollout, want := range map[string]object{
		"careful": {"Type": "Canary10Percent5Minutes", "Role": "DeploymentRole.Arn", "Hooks": object{"PreTraffic": "BeforeTrafficFunction"}},
		"at-once": {"Type": "AllAtOnce", "Role": "DeploymentRole.Arn", "Hooks": object{}},
	} {
		d, err := deployed(template, map[string]string{"Rollout": rollout})
		if err != nil {
			return append(r, err)
		}
		for _, folder := range watchedFolders() {
			want["Alarms"] = []any{}
			if rollout == "careful" {
				want["Alarms"] = []any{logicalName(folder) + "NewVersionAlarm"}
			}
			r.want(folder+" DeploymentPreference "+rollout, at(function(d.Template, folder), "DeploymentPreference"), want)
		}
		checkHook(&r, d.Template)
	}
	return r
}

// checkHook asks that the hook tries each function, knows a probe for it, and
// is itself not deployed by CodeDeploy, which calls its $LATEST.
func checkHook(r *report, template object) {
	hook := function(template, "before-traffic")
	r.want("the hook's DeploymentPreference", at(hook, "DeploymentPreference", "Enabled"), false)
	tried, want, probed := map[string]bool{}, map[string]bool{}, map[string]bool{}
	versions, _ := at(hook, "Environment", "Variables", "NEW_VERSIONS").(string)
	for pair := range strings.FieldsSeq(versions) {
		tried[pair] = true
	}
	for _, folder := range watchedFolders() {
		want[fmt.Sprintf("%s=%sFunction.Version", folder, logicalName(folder))] = true
		probed[folder] = true
	}
	sameSet(r, "NEW_VERSIONS", tried, want)
	known := map[string]bool{}
	for _, folder := range beforetraffic.Probed() {
		known[folder] = true
	}
	sameSet(r, "probes of the hook", known, probed)
}

// checkOptions asks what the optional parameters do to every resource that they
// are for.
func checkOptions(template object) []error {
	var r report
	const key, boundary = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd", "arn:aws:iam::123456789012:policy/bound"
	for _, given := range []bool{false, true} {
		values := map[string]string{}
		if given {
			values = map[string]string{"KmsKeyArn": key, "PermissionsBoundary": boundary, "Architecture": "x86_64", "StreamReservedConcurrency": "5"}
		}
		d, err := deployed(template, values)
		if err != nil {
			return append(r, err)
		}
		with := func(value any) any {
			if given {
				return value
			}
			return nil
		}
		for id, role := range ofType(d.Template, roleType) {
			r.want(id+" PermissionsBoundary", at(role, "PermissionsBoundary"), with(boundary))
		}
		for id, group := range ofType(d.Template, "AWS::Logs::LogGroup") {
			r.want(id+" KmsKeyId", at(group, "KmsKeyId"), with(key))
		}
		for id, queue := range ofType(d.Template, "AWS::SQS::Queue") {
			r.want(id+" KmsMasterKeyId", at(queue, "KmsMasterKeyId"), with(key))
			r.want(id+" SqsManagedSseEnabled", at(queue, "SqsManagedSseEnabled") == true, !given)
		}
		encryption := objectAt(ofType(d.Template, tableType)["Table"], "SSESpecification")
		r.want("the table's encryption", encryption["SSEEnabled"], true)
		r.want("the table's key", encryption["KMSMasterKeyId"], with(key))
		r.want("the table's kind of key", encryption["SSEType"], with("KMS"))
		for _, folder := range folders {
			r.want(folder+" Architectures", at(function(d.Template, folder), "Architectures"), []any{map[bool]any{false: "arm64", true: "x86_64"}[given]})
		}
		r.want("the clean-up's reserve", at(function(d.Template, "on-image-deleted"), "ReservedConcurrentExecutions"), with("5"))
	}
	return r
}

// checkDomain asks that a domain of one's own is the only way in, mapped at its
// root: under a mapping's key, every path would begin with the key.
func checkDomain(template object) []error {
	var r report
	without, err := deployed(template, nil)
	if err != nil {
		return append(r, err)
	}
	for _, kind := range []string{"AWS::ApiGatewayV2::DomainName", "AWS::ApiGatewayV2::ApiMapping"} {
		r.want(kind+" without a domain", len(ofType(without.Template, kind)), 0)
	}
	r.want("the API's own address without a domain", at(properties(without.Template, apiType, "Api"), "DisableExecuteApiEndpoint"), false)
	r.want("ApiUrl without a domain", at(without.Template, "Outputs", "ApiUrl", "Value"), "Api.ApiEndpoint")
	const certificate = "arn:aws:acm:eu-west-1:123456789012:certificate/1"
	d, err := deployed(template, map[string]string{"DomainName": "images.example.com", "CertificateArn": certificate})
	if err != nil {
		return append(r, err)
	}
	r.want("the domain", properties(d.Template, "AWS::ApiGatewayV2::DomainName", "Domain"), object{
		"DomainName":               "images.example.com",
		"DomainNameConfigurations": []any{object{"CertificateArn": certificate, "EndpointType": "REGIONAL", "SecurityPolicy": "TLS_1_2"}},
	})
	r.want("the mapping", properties(d.Template, "AWS::ApiGatewayV2::ApiMapping", "DomainMapping"), object{
		"ApiId": "Api", "DomainName": "Domain", "Stage": "Api.Stage",
	})
	r.want("the API's own address", at(properties(d.Template, apiType, "Api"), "DisableExecuteApiEndpoint"), true)
	r.want("ApiUrl", at(d.Template, "Outputs", "ApiUrl", "Value"), "https://images.example.com")
	r.want("ConsoleUrl", at(d.Template, "Outputs", "ConsoleUrl", "Value"), "https://images.example.com/console/")
	r.want("DomainTarget", at(d.Template, "Outputs", "DomainTarget", "Value"), "Domain.RegionalDomainName")
	return r
}
