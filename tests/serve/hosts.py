#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""hosts.py BIN TOP: a service that listens on loopback answers by its own names alone, so that a
page of somebody else's, whose name resolves to 127.0.0.1 all of a sudden, reads nothing; and by
those of --allow-host. Elsewhere it answers by any, unless --allow-host names some."""
import json
import os
import socket
import subprocess

from serving import BIN, Folder, Service, prepare

OWN = ["localhost", "LOCALHOST", "localhost:80", "localhost.:8080", "127.0.0.1", "127.0.0.1:1",
       "127.1.2.3", "[::1]", "[::1]:99", "[0:0:0:0:0:0:0:1]", "localhost:"]
DIGITS = ["192.0.2.1", "192.0.2.1:8080", "[2001:db8::1]:80", "0.0.0.0", "[::]"]
OTHERS = ["rebound.example", "rebound.example:8080", "localhost.example", "example.localhost.",
          "127.0.0.1.example", "127.0.0.1@rebound.example", "localhost/", "x"]
NONE = ["", "[::1", "[::1]x", "::1", "localhost:x", "localhost:80:80", "[localhost]", ":80", ".",
        "[]", "a" * 254, "local host", "127.0.0.1,localhost", "\xff", "*"]


def ask(service, host, address="127.0.0.1", version="1.1"):
    """Gives the status of an answer, and whether it is a list; NULL: no host is named."""
    head = "" if host is None else f"Host: {host}\r\n"
    with socket.create_connection((address, service.port), timeout=60) as connection:
        connection.sendall((f"GET /v1/similar?item=zlib1g HTTP/{version}\r\n{head}Connection: "
                            "close\r\n\r\n").encode("latin-1"))
        came = b""
        while piece := connection.recv(65536):
            came += piece
    answer = json.loads(came.partition(b"\r\n\r\n")[2])
    assert ("list" in answer) == (b" 200 " in came[:15]), came
    assert "list" in answer or answer["error"], came
    return int(came[9:12])


def check(service, allowed, refused, address="127.0.0.1"):
    for host in allowed:
        assert ask(service, host, address) == 200, host
    for host in refused:
        assert ask(service, host, address) == 421, host


def check_ipv6(model):
    try:
        with socket.socket(socket.AF_INET6) as tried:
            tried.bind(("::1", 0))
    except OSError:
        print("no IPv6: not looked at")
        return
    for host in "[::1]", "::1":
        with Service(model, "--host", host) as service:
            assert service.address == f"http://[::1]:{service.port}/"
            check(service, OWN, OTHERS + DIGITS, "::1")
    with Service(model, "--host", "[::]") as service:
        check(service, OWN + OTHERS, [], "::1")


def check_refused(model):
    for host in "a b", "a:80", "", "a,,b", "::1", "[a]", "*.example.org", "https://a", "a,":
        done = subprocess.run([os.path.join(BIN, "wrmf-serve"), model, "--allow-host", host],
                              capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 2 and "--allow-host" in done.stderr, (host, done)


def main():
    with Folder() as folder:
        prepare(folder)
        model = os.path.join(folder, "model")
        with Service(model) as service:
            check(service, OWN, OTHERS + DIGITS + NONE)
            assert ask(service, None, version="1.0") == 200 # a load balancer that looks for health
            assert service.metric("wrmf_http_requests_total") >= len(OWN + OTHERS)
            text = service.ask("GET", "/metrics")[2].decode()
            assert f'code="421"}} {len(OTHERS + DIGITS + NONE)}' in text
        with Service(model, "--allow-host", "Shop.Example,[2001:db8::1]", "--allow-host",
                     "192.0.2.1") as service:
            check(service, OWN + ["shop.example", "SHOP.example:443", "192.0.2.1:8080",
                                  "[2001:DB8::1]:80"],
                  OTHERS + NONE + ["www.shop.example", "192.0.2.10", "shop.example,x"])
        with Service(model, "--allow-host", "shop.example,*") as service:
            check(service, OWN + OTHERS + DIGITS + NONE, [])
        with Service(model, "--host", "0.0.0.0") as service:
            check(service, OWN + OTHERS + DIGITS, [])
        with Service(model, "--host", "0.0.0.0", "--allow-host", "shop.example") as service:
            check(service, OWN + DIGITS + ["shop.example"], OTHERS + NONE)
        check_ipv6(model)
        check_refused(model)


main()
