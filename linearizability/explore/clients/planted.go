package main

import (
	"context"
	"io"
)

func runPlanted(ctx context.Context, cfg config, stdout, stderr io.Writer) int { return 0 }
