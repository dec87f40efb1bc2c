package main_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// proxy is a program before two Ushers, by the configuration in docs/proxies.
type proxy struct {
	t      *testing.T
	name   string
	scheme string
	at     string // host and port for people
	nodeAt string // host and port for EventStoreDB's clients; empty where it has none
	trust  *tls.Config
	errors string // what it printed
	mu     sync.Mutex
}

// proxied is what is behind a proxy.
type proxied struct {
	ushers [2]string // host and port
	node   string
}

// proxyProgram is how one of the proxies is run.
type proxyProgram struct {
	name, config string
	command      string
	always       bool // not in make soak alone
	// prepare writes the configuration with the real addresses and returns the
	// arguments.
	prepare func(s *setting) []string
	plain   bool // without TLS
	node    bool // goes to a node too
}

func proxyPrograms() []proxyProgram {
	return []proxyProgram{
		{name: "nginx", config: "nginx.conf", command: "nginx", always: true, node: true, prepare: prepareNginx},
		{name: "HAProxy", config: "haproxy.cfg", command: "haproxy", always: true, node: true, prepare: prepareHAProxy},
		{name: "Apache httpd", config: "apache.conf", command: "apache2", prepare: prepareApache},
		{name: "Caddy", config: "Caddyfile", command: "caddy", prepare: prepareCaddy},
		{name: "lighttpd", config: "lighttpd.conf", command: "lighttpd", prepare: prepareLighttpd},
		{name: "Varnish", config: "varnish.vcl", command: "varnishd", plain: true, prepare: prepareVarnish},
	}
}

// setting is where a proxy runs.
type setting struct {
	t                      *testing.T
	folder                 string
	certificate, key, both string // files
	port, nodePort         string
	behind                 proxied
	config                 string // in docs/proxies
}

// write puts the configuration into the folder. Each address and path that is
// replaced must be in it.
func (s *setting) write(replaced ...string) string {
	s.t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "proxies", s.config))
	require.NoError(s.t, err)
	for i := 0; i < len(replaced); i += 2 {
		require.Contains(s.t, string(text), replaced[i], "%s", s.config)
	}
	written := strings.NewReplacer(replaced...).Replace(string(text))
	return s.file(s.config, written)
}

func (s *setting) file(name, text string) string {
	s.t.Helper()
	path := filepath.Join(s.folder, name)
	require.NoError(s.t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

func prepareNginx(s *setting) []string {
	who, err := user.Current()
	require.NoError(s.t, err)
	config := s.write(
		"user www-data;", "user "+who.Username+";", "pid /run/", "pid "+s.folder+"/", "/var/log/nginx/", s.folder+"/",
		"listen 443 ", "listen 127.0.0.1:"+s.port+" ", "listen 2113;", "listen 127.0.0.1:"+s.nodePort+";", "usher.example.com", "usher.example",
		"/etc/usher/tls/usher.pem", s.certificate, "/etc/usher/tls/usher.key", s.key,
		"10.0.0.11:8080", s.behind.ushers[0], "10.0.0.12:8080", s.behind.ushers[1], "10.0.0.21:2113", s.behind.node)
	return []string{"-p", s.folder, "-c", config, "-e", "stderr", "-g", "daemon off;"}
}

func prepareHAProxy(s *setting) []string {
	config := s.write("maxconn 8000", "maxconn 500", "bind :443 ", "bind 127.0.0.1:"+s.port+" ", "bind :2113", "bind 127.0.0.1:"+s.nodePort, "/etc/usher/tls/usher.pem", s.both,
		"10.0.0.11:8080", s.behind.ushers[0], "10.0.0.12:8080", s.behind.ushers[1], "10.0.0.21:2113", s.behind.node)
	return []string{"-db", "-f", config}
}

func prepareApache(s *setting) []string {
	site := s.write("*:443", "127.0.0.1:"+s.port, "usher.example.com", "usher.example", "/var/log/apache2/", s.folder+"/",
		"/etc/usher/tls/usher.pem", s.certificate, "/etc/usher/tls/usher.key", s.key,
		"10.0.0.11:8080", s.behind.ushers[0], "10.0.0.12:8080", s.behind.ushers[1])
	base := "ServerRoot " + s.folder + "\nDefaultRuntimeDir " + s.folder + "\nPidFile " + s.folder + "/pid\nErrorLog /dev/stderr\nListen 127.0.0.1:" + s.port +
		"\nServerName usher.example\nMaxRequestWorkers 150\n"
	for _, module := range strings.Fields("mpm_event authz_core setenvif headers ssl http2 proxy proxy_http proxy_balancer lbmethod_bybusyness proxy_hcheck slotmem_shm socache_shmcb") {
		base += "LoadModule " + module + "_module /usr/lib/apache2/modules/mod_" + module + ".so\n"
	}
	if os.Getuid() == 0 {
		base += "User www-data\nGroup www-data\n"
	}
	return []string{"-D", "FOREGROUND", "-f", s.file("base.conf", base+"LogFormat \"%h %t %>s\" combined\nInclude "+site+"\n")}
}

func prepareCaddy(s *setting) []string {
	config := s.write("usher.example.com {", "{\n\tadmin off\n\tauto_https disable_redirects\n\tdefault_bind 127.0.0.1\n}\n\nhttps://usher.example:"+s.port+" {",
		"/etc/usher/tls/usher.pem", s.certificate, "/etc/usher/tls/usher.key", s.key,
		"10.0.0.11:8080", s.behind.ushers[0], "10.0.0.12:8080", s.behind.ushers[1])
	return []string{"run", "--config", config, "--adapter", "caddyfile"}
}

func prepareLighttpd(s *setting) []string {
	host, port, err := net.SplitHostPort(s.behind.ushers[0])
	require.NoError(s.t, err)
	who, err := user.Current()
	require.NoError(s.t, err)
	group, err := user.LookupGroupId(who.Gid)
	require.NoError(s.t, err)
	account := []string{`server.username = "www-data"`, `server.username = "` + who.Username + `"`, `server.groupname = "www-data"`, `server.groupname = "` + group.Name + `"`}
	if os.Getuid() == 0 { // as which it serves only where none is named
		account = []string{`server.username = "www-data"`, "", `server.groupname = "www-data"`, ""}
	}
	config := s.write(append(account, "server.port = 443", "server.bind = \"127.0.0.1\"\nserver.port = "+s.port, "/run/", s.folder+"/",
		"/var/log/lighttpd/", s.folder+"/", "/var/www/html", s.folder, "/etc/usher/tls/usher.pem", s.certificate, "/etc/usher/tls/usher.key", s.key,
		`"10.0.0.11"`, `"`+host+`"`, `"port" => 8080`, `"port" => `+port)...)
	return []string{"-D", "-f", config}
}

func prepareVarnish(s *setting) []string {
	first, firstPort, err := net.SplitHostPort(s.behind.ushers[0])
	require.NoError(s.t, err)
	_, secondPort, err := net.SplitHostPort(s.behind.ushers[1])
	require.NoError(s.t, err)
	config := s.write("\"10.0.0.11\";\n    .port = \"8080\"", `"`+first+"\";\n    .port = \""+firstPort+`"`, "\"10.0.0.12\";\n    .port = \"8080\"", `"`+first+"\";\n    .port = \""+secondPort+`"`)
	return []string{"-F", "-j", "none", "-n", filepath.Join(s.folder, "work"), "-a", "127.0.0.1:" + s.port, "-f", config, "-s", "malloc,16m"}
}

// start runs the program before what is behind it.
func (program proxyProgram) start(t *testing.T, behind proxied) *proxy {
	t.Helper()
	path, err := exec.LookPath(program.command)
	if err != nil {
		path, err = exec.LookPath("/usr/sbin/" + program.command)
	}
	require.NoError(t, err, "the test needs %s: .ci/install installs it where it may (.ci/install soak, for make soak)", program.name)
	folder, err := os.MkdirTemp("", "proxy") //nolint:usetesting // because sockets in it need a shorter path than the test's own
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(folder)) })
	require.NoError(t, os.Chmod(folder, 0o755)) // the program's workers are another user
	s := &setting{t: t, folder: folder, port: freePort(t), nodePort: freePort(t), behind: behind, config: program.config}
	p := &proxy{t: t, name: program.name, scheme: "https", at: "127.0.0.1:" + s.port}
	if program.plain {
		p.scheme = "http"
	}
	if program.node {
		p.nodeAt = "127.0.0.1:" + s.nodePort
	}
	s.certificate, s.key = selfSigned(t, "usher.example")
	p.trust = &tls.Config{RootCAs: x509.NewCertPool(), MinVersion: tls.VersionTLS12}
	certificate, err := os.ReadFile(s.certificate)
	require.NoError(t, err)
	require.True(t, p.trust.RootCAs.AppendCertsFromPEM(certificate))
	key, err := os.ReadFile(s.key)
	require.NoError(t, err)
	s.both = s.file("both.pem", string(certificate)+string(key))

	command := exec.Command(path, program.prepare(s)...)
	command.Env = append(os.Environ(), "HOME="+folder, "XDG_DATA_HOME="+folder, "XDG_CONFIG_HOME="+folder)
	command.Stdout, command.Stderr = p, p
	require.NoError(t, command.Start())
	ended := make(chan struct{})
	go func() { defer close(ended); _ = command.Wait() }()
	t.Cleanup(func() {
		if err := command.Process.Signal(syscall.SIGTERM); !errors.Is(err, os.ErrProcessDone) {
			require.NoError(t, err)
		}
		<-ended
	})
	require.Eventually(t, func() bool {
		select {
		case <-ended:
			return true
		default:
		}
		response, err := p.client("127.0.0.1").Get(p.url("/healthz"))
		if err != nil {
			return false
		}
		_ = response.Body.Close()
		return response.StatusCode == http.StatusOK
	}, time.Minute, 20*time.Millisecond, "%s serves", program.name)
	select {
	case <-ended:
		require.Fail(t, "the proxy ended", "%s: %s", program.name, p.printed())
	default:
	}
	return p
}

func (p *proxy) Write(text []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.errors += string(text)
	return len(text), nil
}

func (p *proxy) printed() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.errors
}

// url is one of the public name.
func (p *proxy) url(path string) string { return p.scheme + "://usher.example" + path }

// publicOrigin is the one of --public-url, which is always https.
func (*proxy) publicOrigin() string { return "https://usher.example" }

// client is one whose address is another than that of this machine's other
// clients, which all of 127.0.0.0/8 may be.
func (p *proxy) client(address string) *http.Client {
	dialer := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(address)}}
	transport := &http.Transport{TLSClientConfig: p.trust, ForceAttemptHTTP2: true, DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return dialer.DialContext(ctx, network, p.at)
	}}
	p.t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport, Timeout: 5 * time.Minute}
}

func freePort(t *testing.T) string {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, listener.Close())
	_, port, err := net.SplitHostPort(listener.Addr().String())
	require.NoError(t, err)
	return port
}

// directClient is one from an address, to whom it is told.
func directClient(t *testing.T, address string) *http.Client {
	t.Helper()
	transport := &http.Transport{DialContext: (&net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(address)}}).DialContext}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

// serveLocally serves until the test ends, and is where.
func serveLocally(t *testing.T, server *http.Server) string {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	go server.Serve(listener)
	t.Cleanup(func() { server.Close() })
	return listener.Addr().String()
}
