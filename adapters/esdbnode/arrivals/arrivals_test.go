package arrivals_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"io"
	"net"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	"golang.org/x/net/http2"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/peer"

	"github.com/usher-engine/usher/adapters/esdbnode/arrivals"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// sent is a connection on which a client has sent all that it will.
type sent struct {
	net.Conn
	from io.Reader
}

func (s sent) Read(into []byte) (int, error) { return s.from.Read(into) }

// message is one of gRPC's, of so many bytes.
func message(compressed byte, size int) []byte {
	return append(binary.BigEndian.AppendUint32([]byte{compressed}, uint32(size)), make([]byte, size)...)
}

// reading is a server's end of a connection on which these frames came.
type reading struct {
	t    *testing.T
	conn net.Conn
}

func received(t *testing.T, slowly bool, write func(*http2.Framer)) reading {
	t.Helper()
	var bytes bytes.Buffer
	bytes.WriteString(http2.ClientPreface)
	frames := http2.NewFramer(&bytes, nil)
	require.NoError(t, frames.WriteSettings(http2.Setting{ID: http2.SettingInitialWindowSize, Val: 1}))
	write(frames)
	var from io.Reader = &bytes
	if slowly {
		from = iotest.OneByteReader(from)
	}
	client, server := net.Pipe()
	t.Cleanup(func() { client.Close(); server.Close() })
	conn, _, err := arrivals.Limit(1).Credentials(insecure.NewCredentials()).ServerHandshake(sent{server, from})
	require.NoError(t, err)
	return reading{t, conn}
}

// next is the type of the next frame that is read.
func (r reading) next(frames *http2.Framer) http2.FrameType {
	r.t.Helper()
	frame, err := frames.ReadFrame()
	require.NoError(r.t, err)
	return frame.Header().Type
}

// begin makes a call of the headers that were just read.
func (r reading) begin() (call *arrivals.Call, ctx context.Context) {
	r.t.Helper()
	ctx = peer.NewContext(r.t.Context(), &peer.Peer{Addr: r.conn.RemoteAddr()})
	ctx, err := arrivals.Tap(ctx, nil)
	require.NoError(r.t, err)
	return arrivals.Of(ctx), ctx
}

func TestMessagesAreToldOf(t *testing.T) {
	const large = arrivals.Small + 1
	headers := func(t *testing.T, frames *http2.Framer, id uint32, ends bool) {
		t.Helper()
		require.NoError(t, frames.WriteHeaders(http2.HeadersFrameParam{StreamID: id, EndHeaders: true, EndStream: ends, BlockFragment: make([]byte, 20)}))
	}
	for name, slowly := range map[string]bool{"at once": false, "byte by byte": true} {
		t.Run("given two calls whose messages come "+name+" and in many frames, each is told of its own", func(t *testing.T) {
			first, second := append(message(0, 10), message(0, large)...), append(message(1, 7), message(0, arrivals.Small)...)
			r := received(t, slowly, func(frames *http2.Framer) {
				headers(t, frames, 1, false)
				headers(t, frames, 3, false)
				for len(first)+len(second) > 0 {
					for id, left := range map[uint32]*[]byte{1: &first, 3: &second} {
						count := min(1000, len(*left))
						require.NoError(t, frames.WriteDataPadded(id, count == len(*left), (*left)[:count], make([]byte, count%256)))
						*left = (*left)[count:]
					}
				}
				headers(t, frames, 5, true)
			})
			_, err := io.CopyN(io.Discard, r.conn, int64(len(http2.ClientPreface)))
			require.NoError(t, err)
			frames := http2.NewFramer(io.Discard, r.conn)
			require.Equal(t, http2.FrameSettings, r.next(frames))
			var calls []*arrivals.Call
			for range 2 {
				require.Equal(t, http2.FrameHeaders, r.next(frames))
				call, _ := r.begin()
				calls = append(calls, call)
			}
			for r.next(frames) != http2.FrameHeaders {
				continue
			}
			empty, ctx := r.begin()
			for i, sizes := range [][]int{{0, large, 0}, {arrivals.Unknown, 0, 0}} { // and that no more come
				for _, size := range sizes {
					told, err := calls[i].Next(ctx)
					require.NoError(t, err)
					require.Equal(t, size, told)
				}
			}
			told, err := empty.Next(ctx)
			require.NoError(t, err)
			require.Zero(t, told)
		})
	}
	t.Run("given a call that has ended, nobody waits", func(t *testing.T) {
		r := received(t, false, func(frames *http2.Framer) { headers(t, frames, 1, false) })
		_, err := io.Copy(io.Discard, r.conn)
		require.NoError(t, err)
		call, ctx := r.begin()
		ctx, cancel := context.WithCancel(ctx)
		cancel()
		_, err = call.Next(ctx)
		require.ErrorIs(t, err, context.Canceled)
	})
	t.Run("given a call that is read along by nobody, nothing is known", func(t *testing.T) {
		ctx, err := arrivals.Tap(t.Context(), nil)
		require.NoError(t, err)
		size, err := arrivals.Of(ctx).Next(ctx)
		require.NoError(t, err)
		require.Equal(t, arrivals.Unknown, size)
	})
}
