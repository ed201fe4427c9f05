// Package testkit gives tests the real services, private to them: MariaDB, Redis and nginx from the distribution's
// packages, started as child processes on free ports with everything in a temporary folder. Nothing of the machine is
// used but the programs, nothing stays behind, and where a program is not installed the test is skipped with that
// sentence.
package testkit

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// ErrMissing says that a program is not installed.
var ErrMissing = errors.New("not installed")

// Service is a running child process with a folder of its own.
type Service struct {
	Addr string // host:port
	Dir  string
	PID  int // of the program itself

	guard *exec.Cmd
	alive io.WriteCloser
	ready func() error
	once  sync.Once
}

// guardScript starts the service and, once its standard input ends, ends the service and removes the folder. The other
// end of that pipe is held by us: however we end, the kernel closes it.
// A line on it begins the service again, once it has ended.
const guardScript = `dir=$1; shift
exec 3<&0
"$@" </dev/null >"$dir/log" 2>&1 3<&- &
pid=$!
echo $pid
exec >&-
while read -r _ <&3; do
  wait $pid 2>/dev/null
  "$@" </dev/null >>"$dir/log" 2>&1 3<&- &
  pid=$!
  echo $pid >"$dir/pid.new" && mv "$dir/pid.new" "$dir/pid.again"
done
kill -9 $pid
wait $pid 2>/dev/null
rm -rf "$dir"`

// Place makes the folder and finds the port of a new service.
func Place(name string) (dir, addr string, err error) {
	if dir, err = os.MkdirTemp("", "regioscope-"+name+"-"); err != nil {
		return "", "", fmt.Errorf("testkit: %w", err)
	}
	port, err := FreePort()
	if err != nil {
		return "", "", err
	}
	return dir, "127.0.0.1:" + strconv.Itoa(port), nil
}

// Start runs a program under guard, with the given variables added to our environment, and waits until ready says yes.
// Its output goes to the file log of dir; dir is the service's from now on, also when this fails.
func Start(dir, addr string, environ []string, ready func() error, name string, args ...string) (*Service, error) {
	guard := exec.Command("/bin/sh", append([]string{"-c", guardScript, "guard", dir, name}, args...)...)
	guard.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // Ctrl-C is for us; the guard sees us end
	guard.Env = append(os.Environ(), environ...)
	pipe, err := guard.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("testkit: %w", err)
	}
	pid, err := guard.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("testkit: %w", err)
	}
	if err := guard.Start(); err != nil {
		return nil, fmt.Errorf("testkit: %w", err)
	}
	s := &Service{Addr: addr, Dir: dir, guard: guard, alive: pipe, ready: ready}
	if _, err := fmt.Fscan(pid, &s.PID); err != nil {
		s.Stop()
		return nil, fmt.Errorf("testkit: %s: %w", filepath.Base(name), err)
	}
	if err := s.await(); err != nil {
		log, _ := os.ReadFile(filepath.Join(dir, "log"))
		s.Stop()
		return nil, fmt.Errorf("testkit: %s does not answer: %w\n%s", filepath.Base(name), err, tail(log, 4000))
	}
	return s, nil
}

func (s *Service) await() error {
	deadline := time.Now().Add(90 * time.Second)
	for {
		err := s.ready()
		if err == nil || time.Now().After(deadline) {
			return err
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// End asks the program to end, as an administrator does.
func (s *Service) End() error {
	if err := syscall.Kill(s.PID, syscall.SIGTERM); err != nil {
		return fmt.Errorf("testkit: %w", err)
	}
	return nil
}

// Again waits for the program to have ended, begins it again at the same address with what is in its folder, and waits
// until it answers.
func (s *Service) Again() error {
	again := filepath.Join(s.Dir, "pid.again")
	os.Remove(again)
	if _, err := io.WriteString(s.alive, "again\n"); err != nil {
		return fmt.Errorf("testkit: %w", err)
	}
	for deadline := time.Now().Add(90 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		text, err := os.ReadFile(again)
		if err == nil {
			if s.PID, err = strconv.Atoi(strings.TrimSpace(string(text))); err == nil {
				return s.await()
			}
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("testkit: it does not end: %w", err)
		}
	}
}

// Stop ends the service at once, as a power cut would, and removes its folder.
func (s *Service) Stop() {
	s.once.Do(func() {
		s.alive.Close()
		s.guard.Wait()
	})
}

func tail(b []byte, n int) []byte { return b[max(0, len(b)-n):] }

// FreePort gives a TCP port of the loopback that nobody listens on at this moment.
func FreePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, fmt.Errorf("testkit: %w", err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// Find looks for a program on PATH and where distributions keep daemons.
func Find(names ...string) (string, error) {
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
		for _, dir := range []string{"/usr/sbin", "/usr/local/sbin", "/sbin", "/usr/libexec", "/usr/local/bin"} {
			if path, err := exec.LookPath(filepath.Join(dir, name)); err == nil {
				return path, nil
			}
		}
	}
	return "", fmt.Errorf("%s: %w", names[0], ErrMissing)
}

func listens(addr string) error {
	c, err := net.DialTimeout("tcp", addr, time.Second)
	if err != nil {
		return err
	}
	return c.Close()
}
