//go:build !linux

package dynamodblocal

import "syscall"

// processAttributes puts the process into a group of its own: see
// process_linux.go. Only Linux can kill it when this process dies.
func processAttributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true}
}
