# Varnish 7.1 or newer before two Ushers. It keeps nothing of theirs; what it is good for
# is beside them. It speaks no TLS: put it behind hitch, or behind another proxy of
# this folder, and let that one say who the client is by the PROXY protocol.
# On Debian: apt-get install varnish; this is /etc/varnish/default.vcl.
vcl 4.1;

import directors;

# A server that stops says so here, and serves on for --drain; looked at each second,
# it is known before.
probe ready {
    .url = "/readyz";
    .interval = 1s;
    .timeout = 5s;
    .window = 1;
    .threshold = 1;
    .initial = 1;
}

backend usher1 {
    .host = "10.0.0.11";
    .port = "8080";
    .probe = ready;
    .connect_timeout = 2s;
    .first_byte_timeout = 5m;        # a bulk request may take that long
    .between_bytes_timeout = 60s;    # streams say something each 25 s
}

backend usher2 {
    .host = "10.0.0.12";
    .port = "8080";
    .probe = ready;
    .connect_timeout = 2s;
    .first_byte_timeout = 5m;
    .between_bytes_timeout = 60s;
}

sub vcl_init {
    new usher = directors.round_robin();
    usher.add_backend(usher1);
    usher.add_backend(usher2);
}

sub vcl_recv {
    if (req.url == "/metrics") {
        return (synth(404));         # for those who run Usher
    }
    set req.backend_hint = usher.backend();
    set req.http.X-Forwarded-For = client.ip;    # in place of what the client sent
    unset req.http.Forwarded;
    return (pass);
}
