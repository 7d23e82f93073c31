package cli

import (
	"os/exec"
	"strings"
)

// Revision returns the revision of the sources in a folder, and whether they
// differ from it; "" and false if they are not under version control. A file that
// is not under version control, such as a report, counts as a difference only if
// it is a Go file.
func Revision(folder string) (revision string, changed bool) {
	head, err := exec.Command("git", "-C", folder, "rev-parse", "HEAD").Output()
	if err != nil {
		return "", false
	}
	status, err := exec.Command("git", "-C", folder, "status", "--porcelain", "--untracked-files=all").Output()
	for line := range strings.Lines(string(status)) {
		line = strings.TrimSuffix(strings.TrimSpace(line), `"`)
		changed = changed || !strings.HasPrefix(line, "??") || strings.HasSuffix(line, ".go")
	}
	return strings.TrimSpace(string(head)), err != nil || changed
}
