#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""hostile.py BIN TOP [CONNECTIONS]: what is malformed, too large or too slow gets a status of 4xx
or is closed; connections that are opened and left, 10,000 of them by hand, keep nobody out for
longer than the timeout; nothing of it leaves memory taken, and the service ends with 0."""
import concurrent.futures
import json
import os
import re
import resource
import socket
import sys
import time

from serving import SANITIZED, Folder, Service, prepare, until

CONNECTIONS = int(sys.argv[3]) if len(sys.argv) > 3 else 1000
TIMEOUT = 1

HEAD = b"POST /v1/recommend HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
BODY = b"d\r\n" + b'{"items": []}' + b"\r\n0\r\n\r\n" # in one piece
MALFORMED = [
    b"\r\n\r\n\r\n\0\0\0\r\n\r\n", b"GET\r\n\r\n", b"GET /health\r\n\r\n",
    b"\x16\x03\x01\x02\0\x01",
    b"GET /health HTTP/9.9\r\n\r\n", b"GET /health HTTP/1.1\r\n\r\n", b"GARBAGE\r\n\r\n",
    b"GET /health HTTP/1.1\r\nHost: localhost\r\nbroken header\r\n\r\n",
    b"GET /" + b"a" * 100000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"GET /health HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 100000 + b"\r\n\r\n",
    b"GET /health HTTP/1.1\r\nHost: localhost\r\n" + b"X: y\r\n" * 20000 + b"\r\n",
    b"GET /%00%ff/../../etc/passwd HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"GET /v1/items?" + b"q=a&" * 5000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
    HEAD + b"Content-Length: -1\r\n\r\n", HEAD + b"Content-Length: x\r\n\r\n{}",
    HEAD + b"Content-Length: 99999999999999999999999\r\n\r\n{}",
    HEAD + b"Content-Length: 4294967297\r\n\r\n{}",
    HEAD + b"Content-Length: 10000000\r\nExpect: 100-continue\r\n\r\n",
    HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
    HEAD + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n",
    # of these, a server in front of this one may take another part for the next request
    *(HEAD + headers + b"\r\n\r\n" + BODY for headers in (
        b"Content-Length: %d\r\nContent-Length: 3" % len(BODY),
        b"Content-Length: 3\r\nTransfer-Encoding: chunked",
        b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
        b"Transfer-Encoding: xchunked", b"Transfer-Encoding: gzip, chunked")),
    HEAD.replace(b"1.1", b"1.0") + b"Transfer-Encoding: chunked\r\n\r\n" + BODY,
    b"GET /health HTTP/1.1\r\nHost: localhost\r\nHost: 127.0.0.1\r\n\r\n",
    HEAD + b"Content-Length: 5\r\n\r\n[[[[[",
    HEAD + b"Content-Length: 50000\r\n\r\n" + b"[" * 50000,
    HEAD + b"Content-Length: 20\r\n\r\n" + b"\xff\xfe\0{}" * 4,
]


def raw(service, data, is_half_closed=True):
    """Sends bytes; gives what comes until the connection is closed."""
    came = b""
    with socket.create_connection(("127.0.0.1", service.port), timeout=60) as connection:
        try:
            connection.sendall(data)
            if is_half_closed:
                connection.shutdown(socket.SHUT_WR)
            while True:
                piece = connection.recv(65536)
                if not piece:
                    break
                came += piece
        except OSError as error:
            assert not isinstance(error, TimeoutError), data[:80] # else it was closed meanwhile
    return came


def in_pieces(length):
    """Gives a request whose body comes in pieces, of which no header tells the sum."""
    last = length % 4096 or 1
    return HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + \
        (b"1000\r\n" + b" " * 4096 + b"\r\n") * (length // 4096) + \
        b"%x\r\n" % last + b" " * last + b"\r\n0\r\n\r\n"


def check_malformed(service):
    """Side by side, for some of them are closed by the timeout alone."""
    lengths = 65536, 65537, 200000, 5000000
    with concurrent.futures.ThreadPoolExecutor(len(MALFORMED) + len(lengths)) as pool:
        answers = [pool.submit(raw, service, data) for data in MALFORMED]
        long = [pool.submit(raw, service, in_pieces(length), length <= 1 << 20)
                for length in lengths]
    for data, came in zip(MALFORMED, (answer.result() for answer in answers)):
        # 505 is of a version of HTTP that is none
        assert not came or came.startswith((b"HTTP/1.1 4", b"HTTP/1.0 4", b"HTTP/1.1 505")), \
            (data[:80], came[:80])
    for length, came in zip(lengths, (answer.result() for answer in long)):
        assert not came or came.startswith((b"HTTP/1.1 400", b"HTTP/1.1 413")), (length, came[:80])
        assert length > 1 << 20 or b" 413 " in came or length <= 65536, (length, came[:80])


def check_arguments(service):
    """A URL with many arguments is answered, even where libmicrohttpd has no memory left for it."""
    for number in 65, 400, 600, 5000:
        came = raw(service, b"GET /v1/items?" + b"q=a&" * number + b" HTTP/1.1\r\nHost: localhost"
                   b"\r\n\r\n", False)
        head, _, text = came.partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 400") and b"Connection: close" in head, (number, came)
        assert b"Content-Length: %d" % len(text) in head and "many" in json.loads(text)["error"]


def count_of(service, status):
    """Gives how many requests were refused with a status by libmicrohttpd itself."""
    line = rf'wrmf_http_requests_total{{path="other",code="{status}"}} (\d+)'
    return sum(int(n) for n in re.findall(line, service.ask("GET", "/metrics")[2].decode()))


def check_counts(service):
    """What libmicrohttpd refuses by itself is counted as well, once."""
    for status, data in ((400, b"GET /health HTTP/1.1\r\n\r\n"), (414, MALFORMED[8]),
                         (431, MALFORMED[9]), (400, HEAD + b"Content-Length: x\r\n\r\n"),
                         (400, HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n"),
                         (400, b"GET /?" + b"q=a&" * 5000 + b" HTTP/1.1\r\nHost: localhost\r\n"
                          b"\r\n")):
        before, every = count_of(service, status), count_of(service, r"[0-9a-z]+")
        came = raw(service, data, False)
        assert not came or b" %d " % status in came[:14], (data[:60], came[:60])
        until(lambda: service.metric("wrmf_http_connections") == 1)
        assert count_of(service, status) == before + 1, data[:60]
        assert count_of(service, r"[0-9a-z]+") == every + 1, data[:60]


def check_ends(service):
    """Connections that are closed without an answer are counted, and so are requests that end
    before they, or their answers, are there as a whole; each once, and nothing else is."""
    post = HEAD + b"Content-Length: 14\r\n\r\n"
    good = b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    no_host = b"GET /health HTTP/1.1\r\n\r\n"
    long = b"GET /" + b"a" * 100000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n"
    names = ["wrmf_http_connections_unanswered_total", "wrmf_http_requests_cut_off_total"]
    for data, is_half_closed, wanted in (
            (good, False, (0, 0)), (post + b'{"items": []}\n' + good, False, (0, 0)),
            (b"", True, (1, 0)), (b"", False, (1, 0)), (b"GARBAGE\r\n\r\n", False, (1, 0)),
            (b"GET /health HT", True, (1, 0)), (post + b"{", True, (1, 1)),
            (post + b"{", False, (1, 1)), (no_host, False, (0, 0)), (long, False, (0, 0)),
            (b"GET /?" + b"q=a&" * 5000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n", False, (0, 0)),
            (good.replace(b"close", b"keep-alive") + b"GARBAGE\r\n\r\n", False, (0, 0)),
            (good.replace(b"close", b"keep-alive") + post + b"{", False, (0, 1))):
        counts = [service.metric(name) for name in names]
        raw(service, data, is_half_closed)
        until(lambda: service.metric("wrmf_http_connections") == 1)
        found = tuple(service.metric(name) - before for name, before in zip(names, counts))
        assert found == wanted, (data[:60], found, wanted)


def is_closed(connection):
    connection.setblocking(False)
    try:
        return connection.recv(65536) == b""
    except BlockingIOError:
        return False
    except ConnectionResetError:
        return True


def check_slow(service):
    """Who is silent, or sends a byte now and then, is closed; so is who does not read."""
    silent = socket.create_connection(("127.0.0.1", service.port))
    half = socket.create_connection(("127.0.0.1", service.port))
    half.sendall(b"GET /health HT")
    body = socket.create_connection(("127.0.0.1", service.port))
    body.sendall(HEAD + b"Content-Length: 100\r\n\r\n{")
    dribble = [socket.create_connection(("127.0.0.1", service.port)) for _ in range(2)]
    dribble[0].sendall(b"GET /health HTTP/1.1\r\nX: ")
    dribble[1].sendall(HEAD + b"Content-Length: 60000\r\n\r\n")
    greedy = socket.socket()
    greedy.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    greedy.connect(("127.0.0.1", service.port))
    greedy.setblocking(False)
    began = time.monotonic()
    waiting = {"silent": silent, "half": half, "body": body, "header": dribble[0],
               "slow body": dribble[1]}
    while waiting:
        assert time.monotonic() - began < 15 * TIMEOUT, f"still open: {list(waiting)}"
        for connection in dribble + [greedy]:
            try:
                connection.send(b"a" if connection is not greedy else
                                b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n" * 100)
            except OSError:
                pass
        service.get("/health") # others are answered meanwhile
        time.sleep(0.1)
        waiting = {name: c for name, c in waiting.items() if not is_closed(c)}
    # one who asks and never reads: the service closes, however much it still has to say
    until(lambda: service.metric("wrmf_http_connections") == 1, 15 * TIMEOUT)
    assert service.metric("wrmf_http_connections_timed_out_total") >= 2
    for connection in (silent, half, body, greedy, *dribble):
        connection.close()


def check_left(service, number):
    """Connections that are opened and left, half of them with a part of a request."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    number = min(number, hard - 100)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    left = []
    for i in range(number):
        connection = socket.socket()
        connection.setblocking(False)
        connection.connect_ex(("127.0.0.1", service.port))
        left.append(connection)
        if i % 2:
            try:
                connection.send(b"GET /health HTTP/1.1\r\n")
            except OSError:
                pass # it is not connected yet
        if i % 200 == 0:
            time.sleep(0.005)
    began = time.monotonic()
    service.get("/health")
    waited = time.monotonic() - began
    until(lambda: service.metric("wrmf_http_connections") == 1)
    print(f"{number} connections left: an answer after {waited:.2f} s, all closed after "
          f"{time.monotonic() - began:.2f} s")
    for connection in left:
        connection.close()


def main():
    with Folder() as folder:
        prepare(folder)
        with Service(os.path.join(folder, "model"), "--timeout", TIMEOUT,
                     "--connections", 100000) as service:
            answer = service.post("/v1/recommend", {"items": ["libogg0"]})
            check_malformed(service)
            check_arguments(service)
            check_counts(service)
            check_ends(service)
            check_slow(service)
            check_left(service, CONNECTIONS)
            before = service.resident()
            check_malformed(service)
            check_left(service, CONNECTIONS)
            # a quarter of what so many connections take while they are open
            most = CONNECTIONS * 8192
            until(lambda: service.resident() - before < most or SANITIZED)
            print(f"memory after the second round: {(service.resident() - before) / 1024:+.0f} KiB")
            assert service.post("/v1/recommend", {"items": ["libogg0"]}) == answer
            assert json.loads(service.ask("GET", "/health")[2])["status"] == "ok"


main()
