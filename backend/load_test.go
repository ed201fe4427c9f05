package main

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"regioscope/backend/core"
	"regioscope/worker/demo/demotest"
)

// ask is one kind of request of the mix; share is how many of a hundred there are of it.
type ask struct {
	name  string
	share int
	make  func(token string, n int) *http.Request
	want  int
}

// Issue 6, load: nginx, two servers, two workers on MariaDB and Redis, 200 users with a mix of requests for a minute (outside
// of the soak 20 users for two seconds). No request fails; how long they took is reported, not judged.
func TestLoad(t *testing.T) {
	users, span := 20, 2*time.Second
	if soak() {
		users, span = 200, time.Minute
	}
	p := newPlant(t)
	p.worker("")
	p.worker("")
	ada := signIn(t, p.url, "ada", bootPassword)
	a, set, hic := p.tinySet(ada)
	chrom := demotest.MustTinySet(t).Assembly.Chroms[0].Name
	wish := map[string]any{"regionSetIds": []int64{set.ID}, "featureIds": []int64{hic.ID}, "pairs": []core.WindowBin{{Window: 50000, Bin: 5000}}}
	var answer core.PreprocessAnswer
	ada.call("POST", "/api/v1/preprocess", wish, 202, &answer)
	p.await("the result", func() bool { return ada.run(answer.Runs[0].ID).State == core.RunFinished })
	var results struct{ Items []core.Result }
	ada.call("GET", fmt.Sprintf("/api/v1/region-sets/%d/results", set.ID), nil, 200, &results)

	get := func(path string) func(string, int) *http.Request {
		return func(token string, _ int) *http.Request {
			req, _ := http.NewRequest(http.MethodGet, p.url+"/api/v1"+path, nil)
			req.Header.Set("Authorization", "Bearer "+token)
			return req
		}
	}
	mix := []ask{
		{"datasets", 20, get("/datasets"), 200},
		{"runs", 15, get("/runs?limit=50"), 200},
		{"results of a set", 15, get(fmt.Sprintf("/region-sets/%d/results", set.ID)), 200},
		{"picture", 25, get(fmt.Sprintf("/results/%d/arrays/mean", results.Items[0].ID)), 200},
		{"me", 8, get("/auth/me"), 200},
		{"queues of the administrator", 5, get("/admin/queues"), 200},
		{"new session", 8, func(token string, n int) *http.Request {
			req, _ := http.NewRequest(http.MethodPost, p.url+"/api/v1/sessions", strings.NewReader(fmt.Sprintf(`{"name":"s%d","document":{"version":1}}`, n)))
			req.Header.Set("Authorization", "Bearer "+token)
			req.Header.Set("Content-Type", "application/json")
			return req
		}, 201},
		{"upload of a set", 4, func(token string, n int) *http.Request {
			req := regions(p.url, a.ID, fmt.Sprintf("load%d", n))
			b, _ := io.ReadAll(req.Body)
			req.Body = io.NopCloser(bytes.NewReader(bytes.Replace(b, []byte("chr1\t10\t20"), []byte(chrom+"\t10\t20"), 1)))
			req.ContentLength = -1
			req.Header.Set("Authorization", "Bearer "+token)
			return req
		}, 202},
	}
	var mu sync.Mutex
	took := map[string][]time.Duration{}
	var wrong []string
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: users}, Timeout: time.Minute}
	end := time.Now().Add(span)
	var everybody sync.WaitGroup
	for u := range users {
		everybody.Go(func() {
			random := rand.New(rand.NewPCG(1, uint64(u)))
			for n := 0; time.Now().Before(end); n++ {
				k := random.IntN(100)
				i := slices.IndexFunc(mix, func(a ask) bool { k -= a.share; return k < 0 })
				req := mix[i].make(ada.token, u*100_000+n)
				began := time.Now()
				res, err := client.Do(req)
				say := ""
				if err != nil {
					say = err.Error()
				} else {
					b, err := io.ReadAll(res.Body)
					res.Body.Close()
					if err != nil || res.StatusCode != mix[i].want {
						say = fmt.Sprintf("%s %v %.200s", res.Status, err, b)
					}
				}
				d := time.Since(began)
				mu.Lock()
				took[mix[i].name] = append(took[mix[i].name], d)
				if say != "" {
					wrong = append(wrong, mix[i].name+": "+say)
				}
				mu.Unlock()
				time.Sleep(time.Duration(random.IntN(int(100 * time.Millisecond)))) // people look at what they got
			}
		})
	}
	everybody.Wait()
	for i, s := range wrong {
		if i < 10 {
			t.Error(s)
		}
	}
	var all []time.Duration
	for _, m := range mix {
		all = append(all, took[m.name]...)
		t.Logf("%-28s %s", m.name, spread(took[m.name]))
	}
	t.Logf("%d users for %s: %d requests (%.0f/s), %d errors, %s", users, span, len(all), float64(len(all))/span.Seconds(), len(wrong), spread(all))
}

// spread tells the middle and the slow end of times, by nearest rank.
func spread(d []time.Duration) string {
	if len(d) == 0 {
		return "none"
	}
	slices.Sort(d)
	at := func(q float64) time.Duration {
		return d[min(len(d)-1, int(q*float64(len(d))))].Round(100 * time.Microsecond)
	}
	return fmt.Sprintf("n=%d p50=%s p99=%s max=%s", len(d), at(0.5), at(0.99), at(1))
}
