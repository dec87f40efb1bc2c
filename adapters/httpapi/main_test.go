package httpapi_test

import (
	"bufio"
	"fmt"
	"os"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	if _, is := os.LookupEnv(listens); !is {
		goleak.VerifyTestMain(m)
	}
	if err := listenTo(bufio.NewReader(os.Stdin)); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
