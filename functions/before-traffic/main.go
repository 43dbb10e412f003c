// Command before-traffic is the Lambda function that tries the new version of
// every other one before it gets traffic, called by CodeDeploy.
package main

import "image-sharing/shared/beforetraffic"

func main() { beforetraffic.Serve() }
