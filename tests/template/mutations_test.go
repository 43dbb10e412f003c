package template

import (
	"strings"
	"testing"

	"image-sharing/tests/kit/cfn"
)

// mutation is a mistake in the template: old is replaced by new where it
// stands first. The check must report it with these words.
type mutation struct{ name, check, old, new, reported string }

var mutations = []mutation{
	{"a mistyped action", "permissions", "dynamodb:ConditionCheckItem", "dynamodb:ConditionCheck", "no action dynamodb:ConditionCheck"},
	{"one action more", "permissions", "[dynamodb:BatchGetItem, dynamodb:GetItem]", "[dynamodb:BatchGetItem, dynamodb:GetItem, dynamodb:Scan]", "dynamodb:Scan"},
	{"a wildcard resource", "permissions", "- !If [GrantsOwn, !GetAtt Table.StreamArn, !Ref AWS::NoValue]", `- "*"`, "a wildcard in dynamodb:GetRecords on *"},
	{"a wildcard action", "permissions", "Action: sqs:SendMessage", `Action: sqs:*`, "a wildcard in sqs:*"},
	{"any index", "permissions", "/index/gsi1", "/index/*", "a wildcard in dynamodb:Query"},
	{"the functions as such", "permissions", "!Sub ${SaveFunction.Arn}:*", "!GetAtt SaveFunction.Arn", "lambda:InvokeFunction on !Sub ${SaveFunction.Arn}:* is missing"},
	{"another role's log", "permissions", `Resource: !GetAtt [!Sub "${Name}LogGroup", Arn]`, "Resource: !GetAtt ListLogGroup.Arn", "SaveRole: logs:PutLogEvents"},
	{"a mistyped condition key", "permissions", `"dynamodb:LeadingKeys": !FindInMap [Reads`, `"dynamodb:LeadingKey": !FindInMap [Reads`, "dynamodb:LeadingKey "},
	{"a mistyped condition operator", "permissions", "ForAllValues:StringLike", "ForAllValues:StringsLike", "ForAllValues:StringsLike"},
	{"a condition that never holds", "permissions", `"dynamodb:EnclosingOperation": TransactWriteItems`, `"dynamodb:EnclosingOperation": TransactWriteItem`, "CatalogRole: nobody should be granted dynamodb:PutItem"},
	{"writes outside of transactions", "permissions", "                  \"ForAnyValue:StringEquals\": {\"dynamodb:EnclosingOperation\": TransactWriteItems}\n", "", "nobody should be granted dynamodb:PutItem"},
	{"a policy of another role", "permissions", "RoleName: !Ref OnImageDeletedRole", "RoleName: !Ref ShareRole", "OnImageDeletedRole: sqs:SendMessage"},
	{"a managed policy", "permissions", "          Policies:\n            - PolicyName: log-and-trace\n", "          ManagedPolicyArns: [arn:aws:iam::aws:policy/AmazonDynamoDBFullAccess]\n          Policies:\n            - PolicyName: log-and-trace\n", "ListRole has managed policies"},
	{"policies beside the role", "permissions", "      Role: !GetAtt ShareRole.Arn\n", "      Role: !GetAtt ShareRole.Arn\n      Policies: AmazonDynamoDBFullAccess\n", "ShareFunction has policies beside its role"},
	{"a role for everybody", "permissions", "Service: lambda.amazonaws.com", `AWS: "*"`, "who may assume ShareRole"},
	{"a mistyped version of the language", "policies", `Version: "2012-10-17"`, `Version: "2012-10-71"`, "Version is 2012-10-71"},
	{"a denial", "permissions", "Effect: Allow\n            Action: sqs", "Effect: Deny\n            Action: sqs", "OnImageDeletedRole Effect"},

	{"a wrong issuer key", "authorizer", "{issuer: !Ref", "{Issuer: !Ref", "Auth is"},
	{"a wrong audience key", "authorizer", "audience: !Ref", "audiences: !Ref", "Auth is"},
	{"the token elsewhere", "authorizer", "$request.header.Authorization", "$request.querystring.token", "Auth is"},
	{"a default authorizer", "authorizer", "      Auth:\n        Authorizers:", "      Auth:\n        DefaultAuthorizer: Jwt\n        Authorizers:", "Auth is"},
	{"warnings ignored", "authorizer", "FailOnWarnings: true", "FailOnWarnings: false", "FailOnWarnings"},
	{"a stage in every path", "authorizer", "      FailOnWarnings: true\n", "      FailOnWarnings: true\n      StageName: v1\n", "the stage is v1"},

	{"a missing route", "routes", `        GetSharedImage: {Type: HttpApi, Properties: {ApiId: !Ref Api, Auth: {Authorizer: Jwt}, Method: GET, Path: "/v1/projects/{projectId}/shared-images/{imageId}"}}
`, "", "{list GET /v1/projects/{projectId}/shared-images/{imageId} false} is missing"},
	{"a route of no code", "routes", `Path: "/v1/projects/{projectId}/images"`, `Path: "/v1/projects/{projectId}/snapshots"`, "snapshots is too much"},
	{"a wrong method", "routes", "Method: POST", "Method: PUT", "POST /v1/projects/{projectId}/images/{imageId}/shares is missing"},
	{"a public route", "routes", "Auth: {Authorizer: Jwt}, ", "", "/shares true} is too much"},
	{"no public document", "routes", "Method: GET, Path: /openapi.yaml", "Auth: {Authorizer: Jwt}, Method: GET, Path: /openapi.yaml", "{list GET /openapi.yaml true} is missing"},
	{"another authorizer", "routes", "Auth: {Authorizer: Jwt}, ", "Auth: {Authorizer: Other}, ", "share ShareImage Auth"},
	{"another payload format", "routes", "Method: POST", `PayloadFormatVersion: "1.0", Method: POST`, "PayloadFormatVersion"},
	{"a route without its limit", "throttles", "        \"PUT /v1/projects/{projectId}\": {ThrottlingRateLimit: 100, ThrottlingBurstLimit: 200}\n", "", "the limit of PUT /v1/projects/{projectId} is"},
	{"a limit of a route that is gone", "throttles", `"PUT /v1/projects/{projectId}":`, `"PUT /v1/projects":`, "PUT /v1/projects is too much"},
	{"a limit that is none", "throttles", "ThrottlingBurstLimit: 200", "ThrottlingBurstLimit: 2000", "the limit of"},
	{"a public route for everybody at once", "throttles", "ThrottlingRateLimit: 5,", "ThrottlingRateLimit: 50,", "the limit of GET /openapi.yaml"},
	{"a method that browsers may not use", "cors", "AllowMethods: [GET, PUT, POST, DELETE]", "AllowMethods: [GET, PUT, POST]", "AllowMethods: DELETE is missing"},
	{"every origin", "cors", `!Split [",", !Ref CorsOrigins]`, `["*"]`, "AllowOrigins"},
	{"a header that browsers do not see", "cors", "location, retry-after", "location", "ExposeHeaders: retry-after is missing"},
	{"a preflight for ever", "cors", "MaxAge: 600", "MaxAge: 6000", "MaxAge"},

	{"a variable that is not set", "environment", "        TABLE_NAME: !If [UsesRestored, !Ref RestoredTable, !Ref Table]\n", "", "TABLE_NAME is missing"},
	{"a mistyped variable", "environment", "MAX_SHARES_PER_IMAGE:", "MAX_SHARES:", "MAX_SHARES_PER_IMAGE is missing"},
	{"a variable that nobody reads", "environment", "        DYNAMODB_ENDPOINT: \"\"\n", "        DYNAMODB_ENDPOINT: \"\"\n        LOG_LEVEL: debug\n", "LOG_LEVEL is too much"},
	{"a counter that SAM does not see", "environment", `CONFIGURATION: "1"`, `CONFIGURATION: !Ref MaxSharesPerImage`, "CONFIGURATION"},
	{"a restore into nothing", "parameters", "      - {Assert: !Not [!Equals [!Ref RestoredTable, \"\"]], AssertDescription: Restore needs RestoredTable}\n", "", "Restore=grant without RestoredTable"},
	{"a stream of nothing", "parameters", "      - {Assert: !Not [!Equals [!Ref RestoredStream, \"\"]], AssertDescription: Restore needs RestoredStream}\n", "", "Restore=grant without RestoredStream"},
	{"a domain without a certificate", "parameters", "    RuleCondition: !Not [!Equals [!Ref DomainName, \"\"]]", "    RuleCondition: !Equals [!Ref DomainName, x]", "DomainName=images.example.com without CertificateArn"},
	{"a limit above the rule", "parameters", "MaxValue: 50\n", "MaxValue: 500\n", `MaxSharesPerImage="51" is accepted`},
	{"an issuer without TLS", "parameters", "AllowedPattern: ^https://", "AllowedPattern: ^https?://", `JwtIssuer="http://issuer.example" is accepted`},
	{"a question without a default", "parameters", "    Default: \"\"\n    Description: SNS", "    Description: SNS", "AlarmTopicArn has no value"},
	{"a wrong output", "outputs", "Value: !Ref DeadLetters", "Value: !GetAtt DeadLetters.Arn", "outputs"},

	{"another processor", "options", "Architectures: [!Ref Architecture]", "Architectures: [arm64]", "Architectures"},
	{"a role without its boundary", "options", "          PermissionsBoundary: !If [WithBoundary, !Ref PermissionsBoundary, !Ref AWS::NoValue]\n", "", "ShareRole PermissionsBoundary"},
	{"a log with AWS's key", "options", "          KmsKeyId: !If [WithKey, !Ref KmsKeyArn, !Ref AWS::NoValue]\n", "", "ShareLogGroup KmsKeyId"},
	{"an open queue", "options", "SqsManagedSseEnabled: !If [WithKey, !Ref AWS::NoValue, true]", "SqsManagedSseEnabled: false", "DeadLetters SqsManagedSseEnabled"},
	{"no encryption", "options", "- {SSEEnabled: true}", "- {SSEEnabled: false}", "the table's encryption"},
	{"two ways in", "domain", "DisableExecuteApiEndpoint: !If [WithDomain, true, false]", "DisableExecuteApiEndpoint: false", "the API's own address"},
	{"a mapping with a key", "domain", "Stage: !Ref Api.Stage", "Stage: !Ref Api.Stage, ApiMappingKey: images", "the mapping"},

	{"another handler", "functions", "Handler: bootstrap", "Handler: main", "Handler"},
	{"another build", "functions", "{BuildMethod: makefile}", "{BuildMethod: go1.x}", "ShareFunction BuildMethod"},
	{"another function's role", "functions", "Role: !GetAtt ListRole.Arn", "Role: !GetAtt CatalogRole.Arn", "ListFunction Role"},
	{"a function without a folder", "functions", "  UnshareFunction:\n", "  RevokeFunction:\n", "RevokeFunction is too much"},
	{"changes that are not published", "functions", "AutoPublishAliasAllProperties: true", "AutoPublishAliasAllProperties: false", "AutoPublishAliasAllProperties"},
	{"tags", "functions", "    AutoPublishAlias: live\n", "    AutoPublishAlias: live\n    Tags: {a: b}\n", "Tags"},
	{"a function before its permissions", "functions", "    DependsOn: [ShareReads, ShareWrites]\n", "    DependsOn: ShareReads\n", "share DependsOn: ShareWrites is missing"},
	{"a function that outlives the gateway", "time-outs", "Timeout: 25\n", "Timeout: 30\n", "it must be from"},
	{"no time for the calls", "time-outs", "Timeout: 25\n", "Timeout: 10\n", "it must be from"},
	{"no time for a batch", "time-outs", "Timeout: 60 ", "Timeout: 30 ", "on-image-deleted has 30 s"},
	{"a short integration", "time-outs", "Method: POST", "TimeoutInMillis: 2900, Method: POST", "TimeoutInMillis"},

	{"no canary", "deployment", "Canary10Percent5Minutes", "AllAtOnce", "DeploymentPreference careful"},
	{"a deployment that sees no alarm", "deployment", "[!Ref ShareNewVersionAlarm]", "[]", "share DeploymentPreference careful"},
	{"a deployment that sees another's alarm", "deployment", "[!Ref ShareNewVersionAlarm]", "[!Ref ListNewVersionAlarm]", "share DeploymentPreference careful"},
	{"an alarm in the way", "deployment", "!If [Careful, [!Ref ShareNewVersionAlarm], []]", "[!Ref ShareNewVersionAlarm]", "share DeploymentPreference at-once"},
	{"a hook in the way", "deployment", "!If [Careful, !Ref BeforeTrafficFunction, !Ref AWS::NoValue]", "!Ref BeforeTrafficFunction", "DeploymentPreference at-once"},
	{"no hook", "deployment", "      Hooks:\n        PreTraffic: !If [Careful, !Ref BeforeTrafficFunction, !Ref AWS::NoValue]\n", "", "DeploymentPreference careful"},
	{"SAM's own deployment role", "deployment", "      Role: !GetAtt DeploymentRole.Arn\n", "", "DeploymentPreference"},
	{"a function that is not tried", "deployment", "            save=${SaveFunction.Version}\n", "", "NEW_VERSIONS: save=SaveFunction.Version is missing"},

	{"a filter for no event", "stream filter", `"REMOVE"`, `"REMOVED"`, "REMOVE of image: the filter lets it through: false"},
	{"a filter for every event", "stream filter", `"eventName":["REMOVE"],`, "", "INSERT of image: the filter lets it through: true"},
	{"a filter for other items", "stream filter", `["IMAGE"]`, `["SHARE"]`, "REMOVE of image: the filter lets it through: false"},
	{"a filter for more items", "stream filter", `["IMAGE"]`, `[{"prefix":"IMAGE"}]`, "REMOVE of odd: the filter lets it through: true"},
	{"a filter for all items", "stream filter", `,"dynamodb":{"Keys":{"sk":{"S":["IMAGE"]}}}`, "", "REMOVE of share: the filter lets it through: true"},
	{"a filter in the wrong case", "stream filter", `"Keys"`, `"keys"`, "REMOVE of image: the filter lets it through: false"},
	{"a malformed filter", "stream filter", `["IMAGE"]}}}}'`, `["IMAGE"]}}}'`, "the filter is no JSON object"},
	{"a filter without a list", "stream filter", `["REMOVE"]`, `"REMOVE"`, "must be an object or a list"},
	{"a stream from now on", "stream", "TRIM_HORIZON", "LATEST", "StartingPosition"},
	{"whole batches", "stream", "FunctionResponseTypes: [ReportBatchItemFailures]", "FunctionResponseTypes: []", "FunctionResponseTypes"},
	{"no end of retries", "stream", "MaximumRetryAttempts: 10", "MaximumRetryAttempts: -1", "MaximumRetryAttempts"},
	{"records older than the stream keeps", "stream", "MaximumRecordAgeInSeconds: 21600", "MaximumRecordAgeInSeconds: 604800", "MaximumRecordAgeInSeconds"},
	{"no dead letters", "stream", "{Type: SQS, Destination: !GetAtt DeadLetters.Arn}", "{Type: SQS, Destination: !GetAtt Table.Arn}", "DestinationConfig"},
	{"letters that are soon gone", "queue", "MessageRetentionPeriod: 1209600", "MessageRetentionPeriod: 120960", "the queue's retention"},

	{"a restore that takes permissions too early", "restore", "GrantsOwn: !Not [!Equals [!Ref Restore, revoke]]", "GrantsOwn: !Not [!Equals [!Ref Restore, switch]]", "switch: ListRole"},
	{"a restore that gives permissions too late", "restore", "GrantsRestored: !Not [!Equals [!Ref Restore, none]]", "GrantsRestored: !Equals [!Ref Restore, switch]", "grant: ShareRole"},
	{"a stream that stays behind", "restore", "Stream: !If [UsesRestored, !Ref RestoredStream, !GetAtt Table.StreamArn]", "Stream: !GetAtt Table.StreamArn", "switch: the stream"},
	{"an alarm that stays behind", "restore", "{Name: TableName, Value: !If [UsesRestored, !Ref RestoredTable, !Ref Table]}", "{Name: TableName, Value: !Ref Table}", "switch: the table that"},

	{"a table that goes with the stack", "table", "DeletionPolicy: Retain", "DeletionPolicy: Delete", "DeletionPolicy"},
	{"a table that goes when replaced", "table", "UpdateReplacePolicy: Retain", "UpdateReplacePolicy: Delete", "UpdateReplacePolicy"},
	{"no recovery", "table", "PointInTimeRecoveryEnabled: true", "PointInTimeRecoveryEnabled: false", "PointInTimeRecoverySpecification"},
	{"no protection", "table", "DeletionProtectionEnabled: true", "DeletionProtectionEnabled: false", "DeletionProtectionEnabled"},
	{"no old images", "table", "StreamViewType: NEW_AND_OLD_IMAGES", "StreamViewType: NEW_IMAGE", "the table's stream"},
	{"a fat index", "table", "ProjectionType: KEYS_ONLY", "ProjectionType: ALL", "GlobalSecondaryIndexes"},
	{"another key", "table", "- {AttributeName: sk, KeyType: RANGE}", "- {AttributeName: gsi1sk, KeyType: RANGE}", "KeySchema"},

	{"an alarm that counts Busy", "alarms", `"ERROR" && $.outcome != "Busy" && $.outcome != "ok" }'`, `"ERROR" && $.outcome != "ok" }'`, "a tenant hammers one image: ShareFailuresAlarm rises"},
	{"a deployment stopped by a tenant", "alarms", "${Name}FaultsOfVersion:\n        Type: AWS::Logs::MetricFilter\n        Properties:\n          LogGroupName: {Ref: !Sub \"${Name}LogGroup\"}\n          FilterPattern: '{ $.level = \"ERROR\" && $.outcome != \"Busy\" && $.outcome != \"ok\" }'", "${Name}FaultsOfVersion:\n        Type: AWS::Logs::MetricFilter\n        Properties:\n          LogGroupName: {Ref: !Sub \"${Name}LogGroup\"}\n          FilterPattern: '{ $.level = \"ERROR\" && $.outcome != \"ok\" }'", "a tenant hammers one image: ShareNewVersionAlarm rises"},
	{"an image that fails its function", "alarms", ` && $.outcome != "ok" }'`, " }'", "an image cannot be read: ListFailuresAlarm rises"},
	{"an image that nobody misses", "alarms", `$.outcome = "ok" }'`, `$.outcome = "OK" }'`, "an image cannot be read: UnreadableAlarm rises after minute -1"},
	{"a deployment stopped by the old version", "alarms", "                    - {Name: ExecutedVersion, Value: !GetAtt [!Sub \"${Name}Function\", Version.Version]}\n", "", "only the old version crashes: ShareNewVersionAlarm rises"},
	{"an alarm that nobody can raise", "alarms", "MetricName: 5xx", "MetricName: 5XXError", "1.5 % are answered 5xx: ApiFaultsAlarm rises after minute -1"},
	{"an alarm that never ends", "alarms", "TreatMissingData: notBreaching", "TreatMissingData: ignore", "ShareNewVersionAlarm rises after minute 2 and falls after -1"},
	{"an alarm of one bad minute", "alarms", "DatapointsToAlarm: 2", "DatapointsToAlarm: 1", "a new version has one bad minute: ShareNewVersionAlarm rises"},
	{"an alarm that tells nobody", "alarms", "          AlarmActions: !If [WithAlarmTopic, [!Ref AlarmTopicArn], !Ref AWS::NoValue]\n", "", "ShareFailuresAlarm AlarmActions"},
	{"an end that nobody is told", "alarms", "      OKActions: !If [WithAlarmTopic, [!Ref AlarmTopicArn], !Ref AWS::NoValue]\n", "", "OKActions"},
	{"an average", "alarms", "ExtendedStatistic: p99", "Statistic: Average", "1.5 % take over a second: ApiLatencyAlarm rises after minute -1"},
	{"a percentile of three", "alarms", "      EvaluateLowSampleCountPercentile: ignore\n", "", "few are slow: ApiLatencyAlarm rises"},
	{"a link to nothing", "alarms", "${RunbookUrl}#a-function-fails", "${RunbookUrl}#functions", "no section of the runbook"},
	{"an alarm that no episode knows", "alarms", "\n  IteratorAgeAlarm:\n", "\n  AgeAlarm:\n", "AgeAlarm: no episode"},
	{"a log for ever", "logs", "          RetentionInDays: !Ref LogRetentionDays\n", "", "RetentionInDays"},
	{"two functions in one log", "logs", "{LogGroup: !Ref ListLogGroup}", "{LogGroup: !Ref SaveLogGroup}", "list LoggingConfig"},
	{"lines that Lambda does not read", "logs", "{LogFormat: JSON}", "{LogFormat: Text}", "LoggingConfig"},
	{"tokens in the access log", "logs", "$context.authorizer.error", "$request.header.authorization", "$request.header.authorization is too much"},
	{"one log for two stacks", "names", "/aws/lambda/${AWS::StackName}-${Name}", "/aws/lambda/images-${Name}", "ShareLogGroup of the stack two has the LogGroupName"},
	{"a name that is not there", "dashboard", "${SaveFunction}\"]", "${SavingFunction}\"]", "there is no SavingFunction"},
	{"a function that is not shown", "dashboard", `["...", "${SaveFunction}"], `, "", "the dashboard: p99 AWS/Lambda Duration FunctionName SaveFunction is missing"},
	{"a comma too much", "dashboard", "]}}\n          ]}", "]}},\n          ]}", "the dashboard is no JSON"},
}

func TestMutations(t *testing.T) {
	lines(t) // for the alarms
	text := source(t)
	reporting := map[string]bool{}
	for _, m := range mutations {
		if !strings.Contains(text, m.old) {
			t.Errorf("%s: the template has no %q", m.name, m.old)
			continue
		}
		template, err := cfn.Read(strings.Replace(text, m.old, m.new, 1))
		if err != nil {
			t.Errorf("%s: %v", m.name, err)
			continue
		}
		var found []string
		for _, err := range checks[m.check](template) {
			found = append(found, err.Error())
		}
		if !strings.Contains(strings.Join(found, "\n"), m.reported) {
			t.Errorf("%s: the check %q does not report %q; found: %q", m.name, m.check, m.reported, found)
		}
		reporting[m.check] = true
	}
	for name := range checks {
		if !reporting[name] {
			t.Errorf("no mutation is for the check %q", name)
		}
	}
}
