#!/bin/sh
# Says before minutes of compiling what would end "make run" after them: the port, the
# engine or the data directory cannot be used, or Java is missing. The program itself
# checks this, and more; what cannot be found out here is left to it.
port=${PORT:-8080}
dir=${DATA_DIR:-.data}

fail() {
	printf 'image-sharing: %s\n' "$*" >&2
	exit 1
}

command -v go >/dev/null || fail 'Go is missing: install the version of go.mod or a later one, from https://go.dev/dl'

case ${ENGINE:-sqlite} in
sqlite | dynamodb) ;;
*) fail "ENGINE is \"$ENGINE\": it must be sqlite or dynamodb" ;;
esac
wrong_port="PORT is \"$port\": it must be a whole number from 0 to 65535"
case $port in
*[!0-9]*) fail "$wrong_port" ;;
esac
[ "$port" -le 65535 ] 2>/dev/null || fail "$wrong_port"

if [ "${ENGINE:-sqlite}" = dynamodb ] && [ -z "$DYNAMODB_ENDPOINT" ] && ! command -v java >/dev/null; then
	fail 'ENGINE=dynamodb needs a Java runtime, version 17 or later (on Debian: apt-get install openjdk-17-jre-headless)'
fi

# Only a refused connection, which is curl's 7, says that nobody listens.
if [ "$port" != 0 ] && command -v curl >/dev/null; then
	curl -s -o /dev/null --noproxy '*' --max-time 2 "http://127.0.0.1:$port/healthz"
	case $? in
	7) ;;
	*) fail "port $port is in use: stop what runs there, or choose another with PORT=$((port + 1))" ;;
	esac
fi

[ "$dir" = memory ] && exit 0
cause=$(mkdir -p -m 700 "$dir" 2>&1) || fail "cannot use the data directory $dir: ${cause##*: } (choose another with DATA_DIR)"
[ -w "$dir" ] || fail "cannot use the data directory $dir: it cannot be written (choose another with DATA_DIR)"
if [ -e "$dir/lock" ] && command -v flock >/dev/null; then
	flock -n "$dir/lock" true || fail "the data directory $dir is in use by another process: stop that one, or choose another with DATA_DIR"
fi
