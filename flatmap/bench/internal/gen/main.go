// Command gen writes the loops of package subject, one file for each
// implementation, and their list. Run go generate in package subject.
package main

import (
	"bytes"
	_ "embed"
	"fmt"
	"go/format"
	"log"
	"os"
	"strings"
	"text/template"
)

//go:embed loops.go.tmpl
var loops string

//go:embed lists.go.tmpl
var lists string

// prefix begins the names of generated files.
const prefix = "zz_"

func main() {
	log.SetFlags(0)
	log.SetPrefix("gen: ")
	files, err := generate()
	if err != nil {
		log.Fatal(err)
	}
	for name, text := range files {
		if err := os.WriteFile(name, text, 0o644); err != nil {
			log.Fatal(err)
		}
	}
	old, err := stale(".", files)
	if err != nil {
		log.Fatal(err)
	}
	for _, name := range old {
		if err := os.Remove(name); err != nil {
			log.Fatal(err)
		}
	}
}

// stale returns the generated files in dir that the generator does not make.
func stale(dir string, files map[string][]byte) (names []string, err error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		if _, ok := files[e.Name()]; !ok && strings.HasPrefix(e.Name(), prefix) {
			names = append(names, e.Name())
		}
	}
	return names, nil
}

// An instance is an implementation with a kind of entries. Its strings are no
// longer templates.
type instance struct {
	impl
	kind
	Name      string // of the implementation
	Type      string
	Loaded    string // the left side of a Load
	UseLoaded string
}

func generate() (files map[string][]byte, err error) {
	files = map[string][]byte{}
	byKind := map[string][]instance{}
	type file struct {
		Imports   []string
		Instances []instance
	}
	for _, i := range impls {
		f := file{Imports: i.Imports}
		for _, k := range kinds {
			if k.Basic && i.NotFor != "" {
				continue
			}
			in, err := instantiate(i, k)
			if err != nil {
				return nil, err
			}
			f.Instances = append(f.Instances, in)
			byKind[k.Name] = append(byKind[k.Name], in)
		}
		name := strings.ToLower(prefix + i.Type + ".go")
		if files[name], err = render(name, loops, f); err != nil {
			return nil, err
		}
	}
	type list struct {
		kind
		Instances []instance
	}
	var all []list
	for _, k := range kinds {
		all = append(all, list{k, byKind[k.Name]})
	}
	files[prefix+"lists.go"], err = render(prefix+"lists.go", lists, all)
	return files, err
}

func instantiate(i impl, k kind) (instance, error) {
	in := instance{impl: i, kind: k, Name: i.Name, Type: i.Type + k.Name, Loaded: "v, _", UseLoaded: k.Use}
	if k.Set {
		in.Loaded, in.UseLoaded = "_, ok", "if ok {\nsum++\n}"
	}
	for _, s := range []*string{&in.Map, &in.New, &in.Load, &in.Store, &in.Delete, &in.Range, &in.Hold} {
		out, err := expand(in.Type, *s, in)
		if err != nil {
			return instance{}, err
		}
		*s = string(out)
	}
	return in, nil
}

func expand(name, text string, data any) ([]byte, error) {
	t, err := template.New(name).Parse(text)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = t.Execute(&out, data)
	return out.Bytes(), err
}

func render(name, text string, data any) ([]byte, error) {
	out, err := expand(name, text, data)
	if err != nil {
		return nil, err
	}
	formatted, err := format.Source(out)
	if err != nil {
		return nil, fmt.Errorf("%s: %w\n%s", name, err, out)
	}
	return formatted, nil
}
