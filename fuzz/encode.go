package fuzz

import (
	"slices"

	"github.com/flatmap-go/flatmap/flatmap"
	"github.com/flatmap-go/flatmap/model"
)

// Encode returns an input that [Decode] decodes to the same, if there is one.
func Encode(config Config, p Program) []byte {
	e := encoder{data: []byte{config.byte()}}
	for _, op := range p {
		e.op(op, true)
	}
	return e.data
}

// EncodeConcurrent returns an input that [DecodeConcurrent] decodes to the same,
// if there is one. The values that the program writes do not matter.
func EncodeConcurrent(config Config, t Threads) []byte {
	e := encoder{data: []byte{config.byte(), byte(len(t.Threads) - minThreads), t.Seed}, concurrent: true}
	e.ops(t.First)
	for _, p := range t.Threads {
		e.ops(p)
	}
	return e.data
}

// encoder is the inverse of decoder, method by method.
type encoder struct {
	data       []byte
	concurrent bool
}

func (e *encoder) add(bytes ...byte) { e.data = append(e.data, bytes...) }

func (e *encoder) ops(p Program) {
	e.add(byte(len(p)))
	for _, op := range p {
		e.op(op, true)
	}
}

func (e *encoder) value(v uint16) {
	if !e.concurrent {
		e.add(byte(v))
	}
}

func (e *encoder) op(o op, deep bool) {
	e.add(byte(o.Kind))
	if o.Kind.SingleKey() {
		e.add(o.Key)
	}
	switch o.Kind {
	case model.CompareAndSwap, model.CompareAndDelete:
		e.add(byte(o.Old))
	case model.Compute:
		e.decision(o.Present)
		e.decision(o.Absent)
	case model.Retain:
		e.decision(o.Present)
		e.add(byte(len(o.Rules)))
		for _, rule := range o.Rules {
			e.add(rule.Key)
			e.decision(rule.Decision)
		}
	case model.Insert:
		e.pairs(o.Pairs)
	}
	if writes(o.Kind) {
		e.value(o.Value)
	}
	if o.Kind.HasCallback() && deep {
		e.callback(o)
	}
}

func (e *encoder) decision(d decision) {
	e.add(byte(d.Op))
	if d.Op == flatmap.Set {
		e.value(d.Value)
	}
}

func (e *encoder) pairs(pairs []model.Entry[byte, uint16]) {
	if len(pairs) == 0 {
		e.add(0, 0)
		return
	}
	e.add(pairs[0].Key, byte(len(pairs)))
	e.value(pairs[0].Value)
}

func (e *encoder) callback(o op) {
	e.add(byte(o.Exit) + 4*byte(len(o.Inner)))
	if hasAt(o.Kind) {
		e.add(byte(o.At))
	}
	for _, inner := range o.Inner {
		if o.Kind.Iterates() {
			e.op(inner, false)
		} else {
			e.add(byte(slices.Index(reads[:], inner.Kind)), inner.Key)
		}
	}
}
