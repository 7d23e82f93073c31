package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/flatmap-go/flatmap/model/protocol/proof"
)

// controls removes every rule in turn.
func (c *command) controls(ctx context.Context) error {
	broken, all := 0, 0
	for _, s := range c.subjects {
		base := s.Model.Goals()
		for _, control := range s.Controls {
			if !strings.Contains(control.Name, c.only) {
				continue
			}
			all++
			r, err := proof.Remove(ctx, s, base, control, c.solvers[0], c.limit)
			if err != nil {
				return err
			}
			if r.Check() == nil {
				broken++
			}
			fmt.Fprintf(c.out, "%-8s %-22s %s\n", s.Name, control.Name, r)
			if c.verbose {
				for _, call := range r.Run {
					fmt.Fprintln(c.out, "    ", call)
				}
			}
		}
	}
	fmt.Fprintf(c.out, "%d of %d rules are needed\n", broken, all)
	if broken != all {
		return fmt.Errorf("%w: %d of %d models without a rule are proved", errNotProved, all-broken, all)
	}
	return nil
}

// drop drops every requirement in turn.
func (c *command) drop(ctx context.Context) error {
	for _, s := range c.subjects {
		needless, needed, err := proof.Drop(ctx, s, c.solvers[0], c.limit, c.only, func(d proof.Dropped) {
			fmt.Fprintf(c.out, "%-8s %s\n", s.Name, d)
		})
		if err != nil {
			return err
		}
		fmt.Fprintf(c.out, "%s: %d requirements are needed, %d are not\n", s.Name, needed, needless)
	}
	return nil
}
