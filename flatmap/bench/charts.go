package main

import (
	"bytes"
	"fmt"
	"image/color"
	"math"
	"slices"
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"
)

// A chart is tiles of lines, one line an implementation.
type chart struct {
	file  string
	tiles [][]tile
}

type tile struct {
	title, x, y string
	lines       map[string]plotter.XYs
	ticks       plot.Ticker // of the x axis; nil: numbers of entries, logarithmic
	logY        bool
}

// colours are told apart by readers with any eyes (the palette of Okabe and
// Ito); an implementation has the same in all charts.
var colours = map[string]color.Color{
	"flatmap":        color.RGBA{R: 0xd5, G: 0x5e, A: 0xff},
	"xsync":          color.RGBA{G: 0x72, B: 0xb2, A: 0xff},
	"sync.Map":       color.RGBA{G: 0x9e, B: 0x73, A: 0xff},
	"map":            color.RGBA{A: 0xff},
	"RWMutex":        color.RGBA{R: 0xe6, G: 0x9f, A: 0xff},
	"sharded":        color.RGBA{R: 0x56, G: 0xb4, B: 0xe9, A: 0xff},
	"haxmap":         color.RGBA{R: 0xcc, G: 0x79, B: 0xa7, A: 0xff},
	"concurrent-map": color.RGBA{R: 0x8c, G: 0x8c, B: 0x8c, A: 0xff},
	"none":           color.RGBA{R: 0xc8, G: 0xc8, B: 0xc8, A: 0xff},
	"clock":          color.RGBA{R: 0xc8, G: 0xc8, B: 0xc8, A: 0xff},
}

// charts draws what has been measured.
func (r *Results) charts() []chart {
	var out []chart
	add := func(file string, tiles ...[]tile) {
		for _, row := range tiles {
			for _, t := range row {
				if len(t.lines) > 0 {
					out = append(out, chart{file, tiles})
					return
				}
			}
		}
	}
	for _, procs := range mixProcs {
		for _, start := range []string{"warm", "cold"} {
			add(fmt.Sprintf("mix-%s-p%d.svg", start, procs), r.mixTiles("int", start, procs), r.mixTiles("string", start, procs))
		}
	}
	add("gc.svg", []tile{{title: "forced garbage collection", x: "entries", y: "ms", logY: true, lines: byN(r.cells("gc"), 1e-6)}})
	bytesTile := func(title, presized string) tile {
		return tile{title: title, x: "entries", y: "bytes an entry", lines: byN(having(r.cells("bytes"), "presized", presized), 1)}
	}
	add("bytes.svg", []tile{bytesTile("presized", "true"), bytesTile("grown", "false")})
	add("latency.svg", []tile{r.latencyTile()})
	add("oversub.svg", []tile{r.threadsTile("random operations", "oversub/mix"), r.threadsTile("increments under held locks", "oversub/hold")})
	return out
}

// lines makes a line of each implementation from its medians.
func lines(cells []*Cell, x func(i int) float64, y func(median float64) float64) map[string]plotter.XYs {
	out := map[string]plotter.XYs{}
	for i, c := range cells {
		for _, impl := range c.Impls {
			if s, ok := summarize(c.Values[impl]); ok {
				out[impl] = append(out[impl], plotter.XY{X: x(i), Y: y(s.Median)})
			}
		}
	}
	return out
}

func byN(cells []*Cell, scale float64) map[string]plotter.XYs {
	return lines(cells, func(i int) float64 { return float64(cells[i].N) }, func(m float64) float64 { return m * scale })
}

func (r *Results) mixTiles(keys, start string, procs int) (tiles []tile) {
	cells := having(having(r.cells("mix/"+keys), "map", start), "procs", strconv.Itoa(procs))
	for _, reads := range mixReads {
		if start == "cold" && reads == 100 {
			continue
		}
		some := having(cells, "reads", strconv.Itoa(reads))
		tiles = append(tiles, tile{
			title: fmt.Sprintf("%s keys, %d%% reads", keys, reads), x: "entries", y: "million operations a second",
			lines: lines(some, func(i int) float64 { return float64(some[i].N) }, func(m float64) float64 { return 1e3 / m }),
		})
	}
	return tiles
}

func (r *Results) latencyTile() tile {
	cells := r.cells("grow")
	var ticks plot.ConstantTicks
	for i, c := range cells {
		ticks = append(ticks, plot.Tick{Value: float64(i), Label: c.Param("at")})
	}
	return tile{
		title: "a Store while the map grows to 4M entries", x: "percentile", y: "ns", logY: true, ticks: ticks,
		lines: lines(cells, func(i int) float64 { return float64(i) }, func(m float64) float64 { return m }),
	}
}

func (r *Results) threadsTile(title, row string) tile {
	cells := r.cells(row)
	var ticks plot.ConstantTicks
	for i, c := range cells {
		ticks = append(ticks, plot.Tick{Value: float64(i), Label: c.Param("threads")})
	}
	return tile{
		title: title, x: "GOMAXPROCS and goroutines", y: "million operations a second", ticks: ticks,
		lines: lines(cells, func(i int) float64 { return float64(i) }, func(m float64) float64 { return 1e3 / m }),
	}
}

// svg draws a chart.
func (c *chart) svg() ([]byte, error) {
	rows, cols := len(c.tiles), len(c.tiles[0])
	plots := make([][]*plot.Plot, rows)
	for i, row := range c.tiles {
		for j, t := range row {
			p, err := t.plot(i == 0 && j == cols-1)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", c.file, err)
			}
			plots[i] = append(plots[i], p)
		}
	}
	size := 8 * vg.Centimeter
	canvas := vgsvg.New(vg.Length(cols)*size+4*vg.Centimeter, vg.Length(rows)*size)
	page := draw.New(canvas)
	page.Max.X -= 4 * vg.Centimeter // the legend's
	for i, row := range plot.Align(plots, draw.Tiles{Rows: rows, Cols: cols, PadX: vg.Centimeter / 2, PadY: vg.Centimeter / 2}, page) {
		for j, tile := range row {
			plots[i][j].Draw(tile)
		}
	}
	var out bytes.Buffer
	_, err := canvas.WriteTo(&out)
	return out.Bytes(), err
}

func (t *tile) plot(legend bool) (*plot.Plot, error) {
	p := plot.New()
	p.Title.Text, p.X.Label.Text, p.Y.Label.Text = t.title, t.x, t.y
	p.BackgroundColor = color.White
	p.Add(plotter.NewGrid())
	var names []string
	highest := math.Inf(-1)
	for name, xys := range t.lines {
		names = append(names, name)
		for _, xy := range xys {
			highest = max(highest, xy.Y)
		}
	}
	slices.SortFunc(names, func(a, b string) int { // as at the right end of the lines
		a1, b1 := t.lines[a], t.lines[b]
		return int(math.Copysign(1, b1[len(b1)-1].Y-a1[len(a1)-1].Y))
	})
	for _, name := range names {
		line, points, err := plotter.NewLinePoints(t.lines[name])
		if err != nil {
			return nil, err
		}
		line.Color, points.Color, points.Shape = colours[name], colours[name], draw.CircleGlyph{}
		line.Width, points.Radius = vg.Points(1), vg.Points(2)
		if name == subjectName {
			line.Width = vg.Points(2.5)
		}
		p.Add(line, points)
		if legend {
			p.Legend.Add(name, line, points)
		}
	}
	p.Legend.Left, p.Legend.Top = false, true
	p.Legend.XOffs = 4 * vg.Centimeter
	p.X.Tick.Marker = t.ticks
	if t.ticks == nil {
		p.X.Scale, p.X.Tick.Marker = plot.LogScale{}, plot.LogTicks{Prec: -1}
	}
	if t.logY {
		p.Y.Scale, p.Y.Tick.Marker = plot.LogScale{}, plot.LogTicks{Prec: -1}
	} else {
		p.Y.Min, p.Y.Max = 0, highest*1.05
	}
	return p, nil
}
