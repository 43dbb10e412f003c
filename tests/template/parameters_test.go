package template

import "image-sharing/shared/sharing"

func checkParameters(template object) []error {
	var r report
	got, want := map[string]bool{}, map[string]bool{
		"JwtIssuer": true, "JwtAudience": true, "MaxSharesPerImage": true, "StreamReservedConcurrency": true,
		"CorsOrigins": true, "LogRetentionDays": true, "AlarmTopicArn": true,
	}
	parameters := objectAt(template, "Parameters")
	for name, p := range parameters {
		got[name] = true
		if at(p, "Description") == nil {
			r.errorf("%s has no description for who is asked for it", name)
		}
		// Only who the tokens come from must be said by the user.
		if hasDefault := at(p, "Default") != nil; hasDefault == (name == "JwtIssuer" || name == "JwtAudience") {
			r.errorf("%s has a default: %v", name, hasDefault)
		}
	}
	sameSet(&r, "parameters", got, want)
	shares := at(parameters, "MaxSharesPerImage")
	r.want("MaxSharesPerImage", []any{at(shares, "MinValue"), at(shares, "MaxValue"), at(shares, "Default")}, []any{1, sharing.MaxShares, sharing.MaxShares})
	r.want("type of JwtAudience", at(parameters, "JwtAudience", "Type"), "CommaDelimitedList")
	// SAM puts the value into CorsConfiguration before !Split sees it.
	r.want("type of CorsOrigins", at(parameters, "CorsOrigins", "Type"), "String")
	return r
}

func checkOutputs(template object) []error {
	var r report
	values := map[string]any{}
	for name, o := range objectAt(template, "Outputs") {
		values[name] = at(o, "Value")
	}
	r.want("outputs", values, map[string]any{
		"ApiUrl": "!GetAtt Api.ApiEndpoint", "TableName": "!Ref Table", "DeadLettersUrl": "!Ref DeadLetters",
	})
	return r
}
