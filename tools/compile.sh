#!/bin/sh
# compile.sh PACKAGE BINARY [FLAG...]: go build, which the first time takes minutes
# without a word. It says so, and how far it is. When nothing is to be compiled it says
# nothing.
package=$1 binary=$2
shift 2

say() { printf '%s\n' "$*" >&2; }

# Each line of go build -v is a package that is compiled now, or something to read.
# A shell's read takes lines as they come; awk would wait for many.
{ go build -v "$@" -o "$binary" "$package" 2>&1 || echo '! failed'; } | {
	compiled=0
	while IFS= read -r line; do
		case $line in
		'! failed') exit 1 ;;
		*[!A-Za-z0-9._/~-]*)
			say "$line"
			continue
			;;
		esac
		if [ $compiled -eq 0 ]; then
			say "Compiling $package …"
		fi
		if [ $compiled -eq 10 ]; then # fewer take seconds
			say "… up to $(go list -deps "$package" | wc -l | tr -d ' ') packages: one to three minutes the first time, seconds later."
		fi
		compiled=$((compiled + 1))
		if [ $((compiled % 50)) -eq 0 ]; then
			say "… $compiled packages are compiled"
		fi
	done
}
