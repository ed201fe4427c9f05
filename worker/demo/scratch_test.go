package demo
import ("testing";"os";"strings")
func TestScratch(t *testing.T){ os.Exit(Main(strings.Fields(os.Getenv("ARGS")))) }
