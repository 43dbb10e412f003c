package repair

import "fmt"

// Removes is whether a scheduled run removes, as the environment says: REPAIR is "report",
// which it is if it is not set, or "remove". The error names the variable.
func Removes(getenv func(string) string) (bool, error) {
	switch mode := getenv("REPAIR"); mode {
	case "", "report":
		return false, nil
	case "remove":
		return true, nil
	default:
		return false, fmt.Errorf("REPAIR is %q: it must be report or remove", mode)
	}
}
