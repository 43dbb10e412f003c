// Package crash kills the service, or the engine under it, at random moments
// of a load of writes, starts it again on the same data, and holds what is
// there against what the clients were told:
//
//   - what was acknowledged is there, and what was refused is not;
//   - a request without an answer took effect whole or not at all, a share with
//     several projects too, and asking for it again completes it;
//   - an image, its shares and what each recipient sees agree, and no image is
//     over its limit.
//
// All of it holds when the service is killed, on both engines. DynamoDB Local
// itself is less durable: 3.3.1 answers a write a few milliseconds before it
// commits it, and killed in between it forgets that write, which was seen in
// every second of the kills that came at once. So when it is the one to be
// killed, the very last acknowledged write may be missing, whole; nothing else
// may. Its maker promises nothing; that is asserted so that a version which is
// worse is noticed. A deployment rests on DynamoDB itself.
//
// SIGKILL ends a process between any two instructions, but what the process
// gave to the kernel by then still reaches the disk. So nothing here shows what
// a power cut does: SQLite's synchronous=FULL is for that, and these tests
// would not miss it.
package crash

import (
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"

	"image-sharing/local/dynamodblocal"
	"image-sharing/tests/kit/ddbtest"
)

func TestKilledOnSQLite(t *testing.T) {
	t.Parallel()
	crashes(t, 8, nil)
}

// The service is killed in one crash, the engine in the next.
func TestKilledOnDynamoDBLocal(t *testing.T) {
	t.Parallel()
	installed := ddbtest.Installation(t)
	crashes(t, 2, &installed)
}

// life is how many crashes the same data go through. It has an end because
// DynamoDB Local hands out its whole stream again after each start.
const life = 8

// crashes tries so many crashes, or goes on for as long as DURATION says. SEED
// repeats the choices that a run has printed; the moments of its crashes fall
// where they fall.
func crashes(t *testing.T, short int, engine *dynamodblocal.Installation) {
	seed, end := uint64(1), time.Now()
	if d := duration(t); d > 0 {
		seed, end = uint64(rand.Uint32()), end.Add(d)
	}
	if s := os.Getenv("SEED"); s != "" {
		var err error
		if seed, err = strconv.ParseUint(s, 10, 64); err != nil {
			t.Fatalf("SEED: %v", err)
		}
	}
	binary := build(t)
	var w *world
	var total tally
	n := 0
	defer func() { t.Logf("%d crashes with SEED=%d: %v", n, seed, total) }()
	for ; n < short || time.Now().Before(end); n++ {
		if n%life == 0 {
			w = newWorld(t, deployment{binary: binary, dir: t.TempDir(), engine: engine})
		}
		victim := service
		if engine != nil && n%2 == 1 {
			victim = database
		}
		total.add(w.crash(victim, rand.New(rand.NewPCG(seed, uint64(n)))))
		if n%life == life-1 {
			w.end()
		}
	}
	w.end()
	if total.acknowledged == 0 || total.lost == 0 {
		t.Error("there was nothing to lose")
	}
}

func duration(t *testing.T) time.Duration {
	s := os.Getenv("DURATION")
	if s == "" {
		return 0
	}
	d, err := time.ParseDuration(s)
	if err != nil {
		t.Fatalf("DURATION: %v", err)
	}
	return d
}
