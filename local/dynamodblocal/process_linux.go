package dynamodblocal

import "syscall"

// processAttributes puts the process into a group of its own, because Ctrl-C
// in a terminal goes to the whole group: it would end the engine before those
// who still use it. The kernel kills it when this process dies without having
// stopped it.
func processAttributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
