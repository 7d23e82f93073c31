package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/flatmap-go/flatmap/internal/wire"
)

// unable is how a layer ends that cannot be run on this machine. It is neither
// passed nor a kill.
const unable = "cannot run here"

// unableLayers returns the layers whose programs this machine cannot execute,
// with the reason.
func unableLayers(ctx context.Context, dir string, steps []*step) (map[string]string, error) {
	reasons, known := map[string]string{}, map[string]string{}
	for _, st := range steps {
		arch := st.variant.goarch
		if arch == "" {
			continue
		}
		reason, ok := known[arch]
		if !ok {
			var err error
			if reason, err = probe(ctx, filepath.Join(dir, "probe-"+arch), arch); err != nil {
				return nil, err
			}
			known[arch] = reason
		}
		if reason != "" {
			reasons[st.layer] = reason
		}
	}
	return reasons, nil
}

// probe builds a program that does nothing for an architecture, and returns why
// it cannot be run; "" if it can.
func probe(ctx context.Context, dir, arch string) (reason string, err error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	source, program := filepath.Join(dir, "main.go"), filepath.Join(dir, "main.exe")
	if err := os.WriteFile(source, []byte("package main\n\nfunc main() {}\n"), 0o600); err != nil {
		return "", err
	}
	if _, err := wire.Output(ctx, dir, []string{"GOARCH=" + arch}, "go", "build", "-o", program, source); err != nil {
		return "", err
	}
	if reason = cannotExecute(ctx, program); reason != "" {
		reason = "programs for " + arch + " do not run on this machine: " + reason
	}
	return reason, ctx.Err()
}

// cannotExecute returns why a program that does nothing fails; "" if it does
// not.
func cannotExecute(ctx context.Context, program string) string {
	if err := exec.CommandContext(ctx, program).Run(); err != nil {
		return shorten(filepath.Base(err.Error()))
	}
	return ""
}
