package main

import (
	"bytes"
	"fmt"
	"image/color"
	"maps"
	"math"
	"regexp"
	"slices"
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"
)

// readmeChart is the chart that the repository's README shows. It is the only one
// that is kept with the results; -charts writes all of them.
const readmeChart = "mix-warm-p2.svg"

// A chart is a grid of tiles. A tile has a line for each implementation.
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

// colours are distinguishable with any colour vision (the palette of Okabe and
// Ito). An implementation has the same colour in all charts.
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

// charts returns the charts of all rows that were measured.
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
		return tile{title: title, x: "entries", y: "bytes per entry", lines: byN(having(r.cells("bytes"), "presized", presized), 1)}
	}
	add("bytes.svg", []tile{bytesTile("presized", "true"), bytesTile("grown", "false")})
	add("latency.svg", []tile{r.latencyTile()})
	add("oversub.svg", []tile{r.threadsTile("random operations", "oversub/mix"), r.threadsTile("increments under held locks", "oversub/hold")})
	return out
}

// lines returns a line for each implementation, through its medians.
func lines(cells []*Cell, x func(i int) float64, y func(median float64) float64) map[string]plotter.XYs {
	out := map[string]plotter.XYs{}
	for i, c := range cells {
		for _, samples := range c.Samples {
			if s, ok := summarize(samples.Values); ok {
				out[samples.Impl] = append(out[samples.Impl], plotter.XY{X: x(i), Y: y(s.Median)})
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
			title: fmt.Sprintf("%s keys, %d%% reads", keys, reads), x: "entries", y: "million operations per second",
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
		title: title, x: "GOMAXPROCS and goroutines", y: "million operations per second", ticks: ticks,
		lines: lines(cells, func(i int) float64 { return float64(i) }, func(m float64) float64 { return 1e3 / m }),
	}
}

// svg draws a chart.
func (c *chart) svg() ([]byte, error) {
	const (
		size   = 8 * vg.Centimeter
		legend = 4 * vg.Centimeter
		margin = vg.Centimeter / 2
	)
	rows, cols := len(c.tiles), len(c.tiles[0])
	plots := make([][]*plot.Plot, rows)
	names := map[string][]plot.Thumbnailer{}
	for i, row := range c.tiles {
		for _, t := range row {
			p, err := t.plot(names)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", c.file, err)
			}
			plots[i] = append(plots[i], p)
		}
	}
	corner := plots[0][cols-1]
	corner.Legend.Top, corner.Legend.XOffs, corner.Legend.Padding = true, legend, vg.Points(2)
	for _, name := range slices.Sorted(maps.Keys(names)) {
		corner.Legend.Add(name, names[name]...)
	}

	canvas := vgsvg.New(vg.Length(cols)*size+legend+2*margin, vg.Length(rows)*size+2*margin)
	page := draw.New(canvas)
	canvas.SetColor(color.White) // the page that shows the chart may be dark
	canvas.Fill(page.Rectangle.Path())
	tiles := draw.Tiles{
		Rows: rows, Cols: cols, PadX: margin, PadY: margin,
		PadTop: margin, PadBottom: margin, PadLeft: margin, PadRight: margin + legend,
	}
	for i, row := range plot.Align(plots, tiles, page) {
		for j, tile := range row {
			plots[i][j].Draw(tile)
		}
	}
	var out bytes.Buffer
	_, err := canvas.WriteTo(&out)
	return compact(out.Bytes()), err
}

// Markers are circles, drawn as two arcs from the right end over the left one, and
// texts have a font of five properties.
var (
	arcs = regexp.MustCompile(`<path d="M([0-9.]+),([0-9.]+)A([0-9.]+),[0-9.]+ 0 1 1 [0-9.]+,[0-9.]+A[^"]*Z" style="fill:(#[0-9A-F]+)" />`)
	font = regexp.MustCompile(`\n\tstyle="font-family:[^;]*;font-variant:normal;font-weight:normal;font-style:normal;font-size:([0-9.]+px)"`)
)

// compact returns a chart in fewer bytes, which looks the same.
func compact(svg []byte) []byte {
	svg = arcs.ReplaceAllFunc(svg, func(arc []byte) []byte {
		m := arcs.FindSubmatch(arc)
		right, _ := strconv.ParseFloat(string(m[1]), 64) // digits, by the pattern
		radius, _ := strconv.ParseFloat(string(m[3]), 64)
		return fmt.Appendf(nil, `<circle cx="%.5g" cy="%s" r="%s" fill="%s"/>`, right-radius, m[2], m[3], m[4])
	})
	return font.ReplaceAll(svg, []byte(` style="font:$1 Liberation Serif,serif"`))
}

// plot draws a tile's lines and adds their names to those that the legend lists.
func (t *tile) plot(names map[string][]plot.Thumbnailer) (*plot.Plot, error) {
	p := plot.New()
	p.Title.Text, p.X.Label.Text, p.Y.Label.Text = t.title, t.x, t.y
	p.Add(plotter.NewGrid())
	highest := math.Inf(-1)
	for _, name := range slices.Sorted(maps.Keys(t.lines)) {
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
		names[name] = []plot.Thumbnailer{line, points}
		for _, xy := range t.lines[name] {
			highest = max(highest, xy.Y)
		}
	}
	p.X.Tick.Marker = t.ticks
	if t.ticks == nil {
		p.X.Scale, p.X.Tick.Marker = plot.LogScale{}, numbersOfEntries{}
	}
	if t.logY {
		p.Y.Scale, p.Y.Tick.Marker = plot.LogScale{}, plot.LogTicks{Prec: -1}
	} else {
		p.Y.Min, p.Y.Max = 0, highest*1.05
	}
	return p, nil
}

// numbersOfEntries marks powers of ten, and labels them as tables do.
type numbersOfEntries struct{}

func (numbersOfEntries) Ticks(least, most float64) (ticks []plot.Tick) {
	for _, t := range (plot.LogTicks{Prec: -1}).Ticks(least, most) {
		if t.Label != "" {
			ticks = append(ticks, plot.Tick{Value: t.Value, Label: short(int(math.Round(t.Value)))})
		}
	}
	return ticks
}
