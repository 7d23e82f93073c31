package cli

import (
	"bufio"
	"os"
	"os/exec"
	"runtime"
	"strings"
)

// A Machine is what results depend on besides the code.
type Machine struct {
	OS    string `json:"os"`
	Arch  string `json:"arch"`
	Go    string `json:"go"`
	CPU   string `json:"cpu"` // empty if unknown
	Cores int    `json:"cores"`
}

// ThisMachine describes the machine that this process runs on. Every report and
// benchmark takes the name of its machine from here.
func ThisMachine() Machine {
	return Machine{OS: runtime.GOOS, Arch: runtime.GOARCH, Go: runtime.Version(), CPU: cpu(), Cores: runtime.NumCPU()}
}

// cpu returns what the operating system calls the processor; "" if it has no
// name for it.
func cpu() string {
	switch runtime.GOOS {
	case "linux":
		return linuxCPU()
	case "windows":
		return os.Getenv("PROCESSOR_IDENTIFIER")
	case "darwin":
		return sysctl("machdep.cpu.brand_string")
	default: // a BSD
		return sysctl("hw.model")
	}
}

func linuxCPU() string {
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

func sysctl(name string) string {
	out, err := exec.Command("sysctl", "-n", name).Output()
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(out))
}

// String returns the machine in one line.
func (m Machine) String() string {
	s := m.OS + "/" + m.Arch + ", " + m.Go
	if m.CPU != "" {
		s += ", " + m.CPU
	}
	return s + ", " + Plural(m.Cores, "core")
}
