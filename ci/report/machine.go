package report

import (
	"bufio"
	"os"
	"os/exec"
	"runtime"
	"strings"
)

// ThisMachine describes the machine that this process runs on.
func ThisMachine() Machine {
	return Machine{OS: runtime.GOOS, Arch: runtime.GOARCH, Go: runtime.Version(), CPU: cpu(), Cores: runtime.NumCPU()}
}

// cpu returns what Linux calls the processor; nothing elsewhere.
func cpu() string {
	f, err := os.Open("/proc/cpuinfo")
	if err != nil {
		return ""
	}
	defer f.Close()
	for s := bufio.NewScanner(f); s.Scan(); {
		if key, value, ok := strings.Cut(s.Text(), ":"); ok && strings.TrimSpace(key) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// Revision returns the revision of the sources in a folder and whether they
// differ from it; nothing if they are not under version control. Files that are
// not under version control, such as reports, count if they are Go's.
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

// String returns the machine in a line.
func (m Machine) String() string {
	s := m.OS + "/" + m.Arch + ", " + m.Go
	if m.CPU != "" {
		s += ", " + m.CPU
	}
	return s + ", " + Plural(m.Cores, "core")
}
