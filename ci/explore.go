package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"time"
)

const (
	clientsPackage = "github.com/flatmap-go/flatmap/linearizability/explore/clients"
	shards         = 2
	plantedFrom    = 2 * time.Minute // the least budget in which bugs are planted
)

// An exploreRow is what the clients command says of one suite on one kind of map.
type exploreRow struct {
	Suite      string `json:"suite"`
	Subject    string `json:"subject"`
	Clients    int    `json:"clients"`
	Exhausted  int    `json:"exhausted"`
	Executions int    `json:"executions"`
}

// An exploreMessage is a line of its output.
type exploreMessage struct {
	Row       *exploreRow
	Rows      []exploreRow
	Violation *struct{ Text string }
}

// verifyExplore runs the clients command, which has to be built with a tag of
// its own, in several processes.
func verifyExplore(cfg config) result {
	start := time.Now()
	dir, err := os.MkdirTemp("", "explore")
	if err != nil {
		return failed("explore: %w", err)
	}
	defer os.RemoveAll(dir)
	binary := filepath.Join(dir, "clients")
	if out, err := exec.Command("go", "build", "-tags", "explore", "-o", binary, clientsPackage).CombinedOutput(); err != nil {
		return failed("explore: go build: %w\n%s", err, out)
	}
	planted := ""
	if cfg.budget >= plantedFrom {
		out, err := exec.Command(binary, "-planted", "all").Output()
		var exit *exec.ExitError
		if errors.As(err, &exit) && exit.ExitCode() == statusViolation {
			return result{err: fmt.Errorf("a planted bug was not found:\n%s", out)}
		} else if err != nil {
			return failed("explore: %w", err)
		}
		planted = fmt.Sprintf(", %d planted bugs found", bytes.Count(out, []byte("\n"))-1)
	}
	budget := max(time.Second, cfg.budget-time.Since(start))
	e := exploration{rows: make([]map[[2]string]exploreRow, shards), progress: cfg.progress}
	errs := make([]error, shards)
	var running sync.WaitGroup
	for i := range shards {
		e.rows[i] = map[[2]string]exploreRow{}
		running.Go(func() {
			errs[i] = e.run(i, exec.Command(binary, "-json", "-shard", fmt.Sprintf("%d/%d", i, shards), "-budget", budget.String()))
		})
	}
	running.Wait()
	if err := errors.Join(errs...); err != nil {
		return failed("explore: %w", err)
	}
	executions, detail := e.sum()
	detail += planted
	if e.violation != "" {
		return result{done: executions, detail: detail, err: errors.New(e.violation)}
	}
	if executions == 0 {
		return failed("explore: nothing was executed")
	}
	return result{done: executions, detail: detail}
}

// An exploration is several processes that explore.
type exploration struct {
	progress func(int, string)

	mu        sync.Mutex
	rows      []map[[2]string]exploreRow // of each process, by suite and subject
	violation string
}

// run runs one process to its end. The error is of what could not be done.
func (e *exploration) run(shard int, c *exec.Cmd) error {
	var stderr bytes.Buffer
	c.Stderr = &stderr
	out, err := c.StdoutPipe()
	if err == nil {
		err = c.Start()
	}
	if err != nil {
		return err
	}
	lines := bufio.NewScanner(out)
	lines.Buffer(nil, 64<<20)
	for lines.Scan() && err == nil {
		err = e.take(shard, lines.Bytes())
	}
	if err = errors.Join(err, lines.Err()); err != nil {
		c.Process.Kill()
	}
	status := c.Wait()
	e.mu.Lock()
	defer e.mu.Unlock()
	var exit *exec.ExitError
	if err == nil && status != nil && !(errors.As(status, &exit) && exit.ExitCode() == statusViolation && e.violation != "") {
		err = fmt.Errorf("%w\n%s", status, stderr.Bytes())
	}
	return err
}

// take takes in a line of output.
func (e *exploration) take(shard int, line []byte) error {
	var m exploreMessage
	if err := json.Unmarshal(line, &m); err != nil {
		return fmt.Errorf("output %q: %w", line, err)
	}
	e.mu.Lock()
	if m.Violation != nil {
		e.violation = m.Violation.Text
	}
	if m.Row != nil {
		m.Rows = append(m.Rows, *m.Row)
	}
	for _, r := range m.Rows {
		e.rows[shard][[2]string{r.Suite, r.Subject}] = r
	}
	e.mu.Unlock()
	e.progress(e.sum())
	return nil
}

func (e *exploration) sum() (executions int, detail string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	clients, exhausted := 0, 0
	for _, rows := range e.rows {
		for _, r := range rows {
			executions += r.Executions
			clients += r.Clients
			exhausted += r.Exhausted
		}
	}
	return executions, fmt.Sprintf("%d clients, %d of them exhausted", clients, exhausted)
}
