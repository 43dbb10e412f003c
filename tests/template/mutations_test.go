package template

import (
	"strings"
	"testing"
)

// mutation is a mistake in the template: old is replaced by new where it
// stands first. A check must report it with these words.
type mutation struct{ name, old, new, reported string }

var mutations = []mutation{
	{"a mistyped action", "dynamodb:ConditionCheckItem", "dynamodb:ConditionCheck", "no action dynamodb:ConditionCheck"},
	{"another action", "Action: dynamodb:BatchGetItem", "Action: dynamodb:GetItem", "dynamodb:BatchGetItem on !GetAtt Table.Arn if " + anyItems + " is missing"},
	{"one action more", "[dynamodb:BatchGetItem, dynamodb:GetItem]", "[dynamodb:BatchGetItem, dynamodb:GetItem, dynamodb:Scan]", "dynamodb:Scan"},
	{"a wildcard resource", "Resource: !GetAtt Table.StreamArn", `Resource: "*"`, "a wildcard in dynamodb:GetRecords on *"},
	{"a wildcard action", "Action: sqs:SendMessage", `Action: sqs:*`, "a wildcard in sqs:*"},
	{"any index", "/index/gsi1", "/index/*", "a wildcard in dynamodb:Query"},
	{"another function's log", "Resource: !GetAtt SaveLogGroup.Arn", "Resource: !GetAtt ListLogGroup.Arn", "SaveRole: logs:PutLogEvents"},
	{"a mistyped condition key", "dynamodb:LeadingKeys", "dynamodb:LeadingKey", "dynamodb:LeadingKey "},
	{"a mistyped condition operator", "ForAllValues:StringLike", "ForAllValues:StringsLike", "ForAllValues:StringsLike"},
	{"a condition that never holds", "EnclosingOperation: TransactWriteItems", "EnclosingOperation: TransactWriteItem", "TransactWriteItem is too much"},
	{"writes outside of transactions", "                  ForAnyValue:StringEquals:\n                    dynamodb:EnclosingOperation: TransactWriteItems\n", "", "dynamodb:PutItem on !GetAtt Table.Arn if " + imageItems + " is too much"},
	{"a managed policy", "      Policies:\n        - PolicyName: list\n", "      ManagedPolicyArns: [arn:aws:iam::aws:policy/AmazonDynamoDBFullAccess]\n      Policies:\n        - PolicyName: list\n", "ListRole has managed policies"},
	{"policies beside the role", "      Role: !GetAtt ShareRole.Arn\n", "      Role: !GetAtt ShareRole.Arn\n      Policies: AmazonDynamoDBFullAccess\n", "ShareFunction has policies beside its role"},
	{"another function's role", "Role: !GetAtt ListRole.Arn", "Role: !GetAtt CatalogRole.Arn", "ListFunction Role"},
	{"a role for everybody", "Service: lambda.amazonaws.com", `AWS: "*"`, "who may assume ShareRole"},
	{"a denial", "Effect: Allow\n                Action: sqs", "Effect: Deny\n                Action: sqs", "OnImageDeletedRole Effect"},

	{"a wrong issuer key", "issuer: !Ref", "Issuer: !Ref", "Auth is"},
	{"a wrong audience key", "audience: !Ref", "audiences: !Ref", "Auth is"},
	{"the token elsewhere", "$request.header.Authorization", "$request.querystring.token", "Auth is"},
	{"no default authorizer", "        DefaultAuthorizer: Jwt\n", "", "Auth is"},
	{"warnings ignored", "FailOnWarnings: true", "FailOnWarnings: false", "FailOnWarnings"},
	{"a stage in every path", "      FailOnWarnings: true\n", "      FailOnWarnings: true\n      StageName: v1\n", "the stage is v1"},

	{"a missing route", `        GetSharedImage:
          Type: HttpApi
          Properties:
            ApiId: !Ref Api
            Method: GET
            Path: /v1/projects/{projectId}/shared-images/{imageId}
            PayloadFormatVersion: "2.0"
            TimeoutInMillis: 29000
`, "", "{list GET /v1/projects/{projectId}/shared-images/{imageId} false} is missing"},
	{"a route of no code", "Path: /v1/projects/{projectId}/images\n", "Path: /v1/projects/{projectId}/snapshots\n", "snapshots is too much"},
	{"a wrong method", "Method: POST", "Method: PUT", "POST /v1/projects/{projectId}/images/{imageId}/shares is missing"},
	{"a public route", "            TimeoutInMillis: 29000\n", "            TimeoutInMillis: 29000\n            Auth:\n              Authorizer: NONE\n", "/shares true} is too much"},
	{"no public document", "            Auth:\n              Authorizer: NONE\n", "", "{list GET /openapi.yaml true} is missing"},
	{"another payload format", `PayloadFormatVersion: "2.0"`, `PayloadFormatVersion: "1.0"`, "PayloadFormatVersion"},
	{"a route without its limit", `        "PUT /v1/projects/{projectId}":
          ThrottlingRateLimit: 100
          ThrottlingBurstLimit: 200
`, "", "RouteSettings: PUT /v1/projects/{projectId} is missing"},
	{"a limit that is none", "ThrottlingBurstLimit: 200", "ThrottlingBurstLimit: 2000", "must be stricter"},
	{"a method that browsers may not use", "AllowMethods: [GET, PUT, POST, DELETE]", "AllowMethods: [GET, PUT, POST]", "AllowMethods: DELETE is missing"},
	{"every origin", `!Split [",", !Ref CorsOrigins]`, `["*"]`, "AllowOrigins"},

	{"a variable that is not set", "        TABLE_NAME: !Ref Table\n", "", "TABLE_NAME is missing"},
	{"a mistyped variable", "MAX_SHARES_PER_IMAGE:", "MAX_SHARES:", "MAX_SHARES_PER_IMAGE is missing"},
	{"a variable that nobody reads", "        TABLE_NAME: !Ref Table\n", "        TABLE_NAME: !Ref Table\n        LOG_LEVEL: debug\n", "LOG_LEVEL is too much"},
	{"a limit above the rule", "MaxValue: 50\n", "MaxValue: 500\n", "MaxSharesPerImage"},
	{"a question without a default", "    Type: String\n    Default: \"\"\n    Description: SNS", "    Type: String\n    Description: SNS", "AlarmTopicArn has a default"},
	{"a wrong output", "Value: !Ref DeadLetters", "Value: !GetAtt DeadLetters.Arn", "outputs"},

	{"another processor", "Architectures: [arm64]", "Architectures: [x86_64]", "Architectures"},
	{"another handler", "Handler: bootstrap", "Handler: main", "Handler"},
	{"another build", "BuildMethod: makefile", "BuildMethod: go1.x", "ShareFunction BuildMethod"},
	{"a function without a folder", "  UnshareFunction:\n", "  RevokeFunction:\n", "RevokeFunction is too much"},
	{"changes that are not published", "AutoPublishAliasAllProperties: true", "AutoPublishAliasAllProperties: false", "AutoPublishAliasAllProperties"},
	{"a function that outlives its integration", "Timeout: 25\n", "Timeout: 29\n", "it must be between the function's 29 s"},
	{"an integration that outlives the gateway", "TimeoutInMillis: 29000", "TimeoutInMillis: 30000", "has 30000 ms"},
	{"no time for the calls", "Timeout: 25\n", "Timeout: 10\n", "its calls may take"},
	{"no time for a batch", "Timeout: 60\n", "Timeout: 30\n", "on-image-deleted has 30 s"},
	{"no canary", "Canary10Percent5Minutes", "AllAtOnce", "DeploymentPreference"},
	{"a deployment that sees no alarm", "        Alarms: [!Ref ShareErrorsAlarm]", "        Alarms: []", "share DeploymentPreference"},
	{"SAM's own deployment role", "      Role: !GetAtt DeploymentRole.Arn\n", "", "DeploymentPreference"},

	{"a filter for no event", `"REMOVE"`, `"REMOVED"`, "REMOVE of image: the filter lets it through: false"},
	{"a filter for every event", `"eventName":["REMOVE"],`, "", "INSERT of image: the filter lets it through: true"},
	{"a filter for other items", `["IMAGE"]`, `["SHARE"]`, "REMOVE of image: the filter lets it through: false"},
	{"a filter for more items", `["IMAGE"]`, `[{"prefix":"IMAGE"}]`, "REMOVE of odd: the filter lets it through: true"},
	{"a filter for all items", `,"dynamodb":{"Keys":{"sk":{"S":["IMAGE"]}}}`, "", "REMOVE of share: the filter lets it through: true"},
	{"a filter in the wrong case", `"Keys"`, `"keys"`, "REMOVE of image: the filter lets it through: false"},
	{"a malformed filter", `["IMAGE"]}}}}'`, `["IMAGE"]}}}'`, "the filter is no JSON object"},
	{"a filter without a list", `["REMOVE"]`, `"REMOVE"`, "must be an object or a list"},
	{"a stream from now on", "TRIM_HORIZON", "LATEST", "StartingPosition"},
	{"whole batches", "FunctionResponseTypes: [ReportBatchItemFailures]", "FunctionResponseTypes: []", "FunctionResponseTypes"},
	{"no end of retries", "MaximumRetryAttempts: 10", "MaximumRetryAttempts: -1", "MaximumRetryAttempts is -1"},
	{"records older than the stream keeps", "MaximumRecordAgeInSeconds: 21600", "MaximumRecordAgeInSeconds: 604800", "MaximumRecordAgeInSeconds"},
	{"no dead letters", "                Type: SQS\n                Destination: !GetAtt DeadLetters.Arn\n", "                Type: SQS\n                Destination: !GetAtt Table.Arn\n", "DestinationConfig"},
	{"an open queue", "SqsManagedSseEnabled: true", "SqsManagedSseEnabled: false", "the queue's encryption"},

	{"a table that goes with the stack", "DeletionPolicy: Retain", "DeletionPolicy: Delete", "DeletionPolicy"},
	{"a table that goes when replaced", "UpdateReplacePolicy: Retain", "UpdateReplacePolicy: Delete", "UpdateReplacePolicy"},
	{"no recovery", "PointInTimeRecoveryEnabled: true", "PointInTimeRecoveryEnabled: false", "PointInTimeRecoverySpecification"},
	{"no encryption", "SSEEnabled: true", "SSEEnabled: false", "SSESpecification"},
	{"no protection", "DeletionProtectionEnabled: true", "DeletionProtectionEnabled: false", "DeletionProtectionEnabled"},
	{"no old images", "StreamViewType: NEW_AND_OLD_IMAGES", "StreamViewType: NEW_IMAGE", "the table's stream"},
	{"a fat index", "ProjectionType: KEYS_ONLY", "ProjectionType: ALL", "GlobalSecondaryIndexes"},
	{"another key", "        - AttributeName: sk\n          KeyType: RANGE", "        - AttributeName: gsi1sk\n          KeyType: RANGE", "KeySchema"},

	{"a missing alarm", "\n  ListThrottlesAlarm:\n", "\n  ListsThrottlesAlarm:\n", "alarms: ListThrottlesAlarm is missing"},
	{"an alarm on another function", "              MetricName: Errors\n              Dimensions:\n                - Name: FunctionName\n                  Value: !Ref SaveFunction", "              MetricName: Errors\n              Dimensions:\n                - Name: FunctionName\n                  Value: !Ref ListFunction", "SaveErrorsAlarm: {AWS/Lambda Errors FunctionName=!Ref SaveFunction} is missing"},
	{"a mistyped metric", "MetricName: 5xx", "MetricName: 5XXError", "ApiFaultsAlarm"},
	{"an alarm that tells nobody", "      AlarmActions: !If [WithAlarmTopic, [!Ref AlarmTopicArn], !Ref AWS::NoValue]\n", "", "AlarmActions"},
	{"an average", "ExtendedStatistic: p99", "Statistic: Average", "ExtendedStatistic"},
	{"a log that nobody counts", `FilterPattern: '{ $.level = "ERROR" }'`, `FilterPattern: ERR`, "ShareFaults FilterPattern"},
	{"a log for ever", "      RetentionInDays: !Ref LogRetentionDays\n", "", "RetentionInDays"},
	{"two functions in one log", "LogGroup: !Ref ListLogGroup\n", "LogGroup: !Ref SaveLogGroup\n", "list LoggingConfig"},
	{"tokens in the access log", "$context.authorizer.error", "$request.header.authorization", "$request.header.authorization is too much"},
	{"a name that is not there", "${SaveFunction}\"", "${SavingFunction}\"", "the dashboard shows SavingFunction"},
	{"a comma too much", "]}}\n        ]}", "]}},\n        ]}", "the dashboard is no JSON"},
}

func TestMutations(t *testing.T) {
	text := source(t)
	reporting := map[string]bool{}
	for _, m := range mutations {
		if !strings.Contains(text, m.old) {
			t.Errorf("%s: the template has no %q", m.name, m.old)
			continue
		}
		template := parsed(t, strings.Replace(text, m.old, m.new, 1))
		var found []string
		for name, c := range checks {
			for _, err := range c(template) {
				found = append(found, err.Error())
				reporting[name] = true
			}
		}
		if !strings.Contains(strings.Join(found, "\n"), m.reported) {
			t.Errorf("%s: no check reports %q; found: %q", m.name, m.reported, found)
		}
	}
	for name := range checks {
		if !reporting[name] {
			t.Errorf("no mutation makes the check %q report anything", name)
		}
	}
}
