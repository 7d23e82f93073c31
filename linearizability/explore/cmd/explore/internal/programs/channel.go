package programs

// A channel is the state of a channel. Queues have goroutines plus 1, the longest waiting
// first.
type channel struct {
	closed    bool
	items     [2]item
	n         int8 // of items
	senders   [most]int8
	receivers [most]int8
	sent      [most]item // of senders that wait
	ofClose   clock
	ofRecv    [2]clock // what the receives released whose room has not been used again
	received  int8     // modulo the capacity
	filled    int8     // the same, of sends
}

type item struct {
	value int8
	clock clock
}

// shift removes the first of a queue.
func shift(q *[most]int8) int {
	g := q[0]
	copy(q[:], q[1:])
	q[most-1] = 0
	return int(g) - 1
}

func push(q *[most]int8, g int) {
	for i := range q {
		if q[i] == 0 {
			q[i] = int8(g) + 1
			return
		}
	}
}

func remove(q *[most]int8, g int) {
	var rest [most]int8
	n := 0
	for _, v := range q {
		if v != 0 && int(v) != g+1 {
			rest[n] = v
			n++
		}
	}
	*q = rest
}

func (c *channel) canRecv() bool { return c.n > 0 || c.senders[0] != 0 || c.closed }

// channel makes a step of an operation on channels. An operation that has waited is
// finished by the goroutine that it waited for, so that a step remains which only
// notices that.
func (o *oracle) channel(s *state, g int, op *Op, skip int) {
	t := &s.threads[g]
	if t.woken {
		t.woken = false
		o.received(t, op, skip)
		return
	}
	c := &s.chans[op.V]
	capacity := int8(o.p.Chans[op.V].Cap)
	switch op.Kind {
	case Close:
		o.close(s, g, c)
		t.pc++
	case Len:
		t.see(int(c.n))
		t.pc++
	case Send, TrySend:
		sent := o.send(s, g, c, capacity, op)
		switch {
		case op.Kind == TrySend:
			t.branch(number(sent), skip)
		case sent:
			t.pc++
		default:
			t.parked = true
			push(&c.senders, g)
			c.sent[g] = item{int8(op.Val), t.clock}
		}
	case RecvEither, TryRecvEither:
		o.either(s, g, op, skip)
	default:
		if o.recv(s, g, op.V) {
			o.received(t, op, skip)
		} else if op.Kind == TryRecv {
			t.branch(0, skip)
		} else {
			t.parked = true
			push(&c.receivers, g)
		}
	}
}

// received folds what t has received from a channel.
func (o *oracle) received(t *thread, op *Op, skip int) {
	value, ok, from := int(t.got), t.ok, int(t.from)
	t.got, t.ok, t.from = 0, false, 0
	switch op.Kind {
	case Send:
		t.pc++
	case Recv:
		t.see(value)
		t.pc++
	case RecvOK:
		t.see(value)
		t.branch(number(ok), skip)
	case TryRecv:
		t.see(value)
		t.branch(1, skip)
	case Range:
		if !ok {
			t.pc++
			return
		}
		t.see(value) // and again
	case RecvEither, TryRecvEither:
		t.see(value + 10*from)
		t.pc++
	}
}

// send reports whether it did not have to wait.
func (o *oracle) send(s *state, g int, c *channel, capacity int8, op *Op) bool {
	t := &s.threads[g]
	switch {
	case c.closed:
		o.failed = "panic"
		return true
	case c.receivers[0] != 0:
		r := c.receivers[0] - 1
		for i := range s.chans { // a select waits for several
			remove(&s.chans[i].receivers, int(r))
		}
		w := &s.threads[r]
		w.parked, w.woken, w.got, w.ok, w.from = false, true, int8(op.Val), true, int8(op.V)
		if capacity == 0 {
			before := w.clock
			w.clock.join(&t.clock)
			t.clock.join(&before)
			return true
		}
		// By way of the buffer.
		t.clock.join(&c.ofRecv[c.filled])
		w.clock.join(&t.clock)
		c.filled = (c.filled + 1) % capacity
		c.ofRecv[c.received] = w.clock
		c.received = (c.received + 1) % capacity
		return true
	case c.n < capacity:
		t.clock.join(&c.ofRecv[c.filled])
		c.filled = (c.filled + 1) % capacity
		c.items[c.n] = item{int8(op.Val), t.clock}
		c.n++
		return true
	}
	return false
}

// recv reports whether it did not have to wait.
func (o *oracle) recv(s *state, g, from int) bool {
	t := &s.threads[g]
	c := &s.chans[from]
	capacity := int8(o.p.Chans[from].Cap)
	var got item
	switch {
	case c.n > 0:
		got = c.items[0]
		c.items[0], c.items[1] = c.items[1], item{}
		c.n--
		c.ofRecv[c.received] = t.clock
		c.received = (c.received + 1) % capacity
		if c.senders[0] != 0 { // there is room now
			sender := shift(&c.senders)
			w := &s.threads[sender]
			w.clock.join(&c.ofRecv[c.filled])
			c.filled = (c.filled + 1) % capacity
			c.items[c.n] = c.sent[sender]
			c.n++
			w.parked, w.woken = false, true
			c.sent[sender] = item{}
		}
	case c.senders[0] != 0:
		sender := shift(&c.senders)
		got = c.sent[sender]
		c.sent[sender] = item{}
		w := &s.threads[sender]
		w.clock.join(&t.clock)
		w.parked, w.woken = false, true
	case c.closed:
		t.clock.join(&c.ofClose)
		t.got, t.ok, t.from = 0, false, int8(from)
		return true
	default:
		return false
	}
	t.clock.join(&got.clock)
	t.got, t.ok, t.from = got.value, true, int8(from)
	return true
}

func (o *oracle) close(s *state, g int, c *channel) {
	if c.closed || c.senders[0] != 0 {
		o.failed = "panic"
		return
	}
	c.closed, c.ofClose = true, s.threads[g].clock
	for c.receivers[0] != 0 {
		r := shift(&c.receivers)
		from := 0
		for i := range s.chans {
			if &s.chans[i] == c {
				from = i
			}
			remove(&s.chans[i].receivers, r)
		}
		w := &s.threads[r]
		w.parked, w.woken, w.got, w.ok, w.from = false, true, 0, false, int8(from)
		w.clock.join(&c.ofClose)
	}
}

// either receives from one of two channels.
func (o *oracle) either(s *state, g int, op *Op, skip int) {
	t := &s.threads[g]
	ready := -1
	for i := range s.chans {
		if s.chans[i].canRecv() {
			if ready >= 0 {
				o.result.Choice = true
			}
			ready = i
		}
	}
	switch {
	case ready >= 0:
		o.recv(s, g, ready)
		o.received(t, op, skip)
	case op.Kind == TryRecvEither:
		t.see(-1)
		t.pc++
	default:
		t.parked = true
		for i := range s.chans {
			push(&s.chans[i].receivers, g)
		}
	}
}
