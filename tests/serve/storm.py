#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""storm.py BIN TOP [REQUESTS]: requests of which most are broken at random, by raw sockets, from
some processes, while the model's file is replaced again and again. Whatever comes, answers are
whole and well formed, none is of the service's own failure, a good request among them gets the
answer of one of the two models, none is lost, and memory stays as it is. REQUESTS is the number
of connections and of good requests together; by hand, a million."""
import json
import multiprocessing
import os
import random
import shutil
import socket
import sys
import time

from serving import SANITIZED, Folder, Service, prepare, train

REQUESTS = int(sys.argv[3]) if len(sys.argv) > 3 else 4000
WORKERS = 8
PATIENCE = 0.02 # seconds; libmicrohttpd keeps some requests that are cut off until its timeout
GOOD_EVERY = 8
SEED = int(os.environ.get("WRMF_STORM_SEED", "1"))

BODY = [b'{"items": ["libogg0", {"id": "zlib1g", "count": 2}], "n": 5, "explain": true}',
        b'{"user": "gimp", "exclude": ["zlib1g"]}', b'{"item": "zlib1g", "n": 3}', b"[[[[", b"{}"]
TARGETS = [b"/", b"/v1/recommend", b"/v1/recommend?user=gimp&n=3&explain=1",
           b"/v1/similar?item=zlib1g", b"/v1/items?q=ogg+vorbis&n=5", b"/v1/explain",
           b"/v1/model", b"/health", b"/metrics", b"/openapi.json", b"/nothing"]
PIECES = [b"\r\n", b"\r\n\r\n", b"\0", b"%00", b"%", b"\xff\xfe", b" HTTP/1.1\r\n", b"Host: x\r\n",
          b"Content-Length: 5\r\n", b"Transfer-Encoding: chunked\r\n", b"0\r\n\r\n", b"-1", b"?",
          b"Connection: close\r\n", b"Expect: 100-continue\r\n", b'{"', b"99999999999999999999",
          b"A" * 5000, b"\\u0000", b"\\ud800", b"1e999", b"[" * 3000, b"Upgrade: h2c\r\n",
          b"Cookie: a\r\n", b"&"]
END = b"\r\nHost: localhost\r\nConnection: close\r\n"
GOOD = [(b"GET /v1/recommend?user=gimp&n=5 HTTP/1.1" + END + b"\r\n", "user"),
        (b"GET /v1/similar?item=zlib1g&n=5 HTTP/1.1" + END + b"\r\n", "item"),
        (b"POST /v1/recommend HTTP/1.1" + END + b"Content-Type: application/json\r\n"
         b"Content-Length: 32\r\n\r\n{\"items\": [\"libogg0\", \"zlib1g\"]}", "visitor")]


def one(random_):
    """Gives a request as it should be."""
    target = random_.choice(TARGETS)
    if random_.random() < 0.5:
        return b"GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n" % target
    body = random_.choice(BODY)
    head = b"POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n" % target
    if random_.random() < 0.3:
        return head + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
    return head + b"Content-Length: %d\r\n\r\n%s" % (len(body), body)


def broken(random_):
    """Gives some requests one after another, with changes."""
    data = bytearray(b"".join(one(random_) for _ in range(random_.randint(1, 3))))
    for _ in range(random_.choice([0, 1, 1, 2, 3, 8])):
        at = random_.randrange(len(data) + 1)
        kind = random_.randrange(5)
        if kind == 0:
            data[at:at] = random_.choice(PIECES)
        elif kind == 1:
            del data[at:at + random_.choice([1, 2, 10, 100])]
        elif kind == 2:
            data = data[:at]
        elif kind == 3 and at < len(data):
            data[at] = random_.randrange(256)
        else:
            end = random_.randrange(at, len(data) + 1)
            data[at:at] = data[at:end]
    return bytes(data)


def talk(port, source, data, is_half_closed):
    came = b""
    connection = socket.socket()
    try:
        connection.settimeout(60)
        # addresses of its own, for each has but so many ports
        connection.bind((f"127.0.{source % 100}.{source % 200 + 1}", 0))
        connection.connect(("127.0.0.1", port))
        connection.sendall(data)
        if is_half_closed:
            connection.shutdown(socket.SHUT_WR)
            connection.settimeout(PATIENCE)
        while True:
            piece = connection.recv(1 << 18)
            if not piece:
                return came
            came += piece
    except TimeoutError:
        if is_half_closed:
            return came or b"left"
        raise
    except OSError:
        return came # closed by the service, with bytes on the way
    finally:
        connection.close()


def check(came, data):
    """Looks at the first answer, and at the statuses of all."""
    if came in (b"", b"left"):
        return came.decode() or "closed"
    head, _, rest = came.partition(b"\r\n\r\n")
    if head.startswith(b"HTTP/1.1 100"):
        head, _, rest = rest.partition(b"\r\n\r\n")
        if not head:
            return "closed"
    assert head.startswith((b"HTTP/1.1 ", b"HTTP/1.0 ")), (data, head)
    status = int(head[9:12])
    assert status in (200, 505) or 400 <= status < 500, (data, came[:500])
    length = [int(line.split(b":")[1]) for line in head.split(b"\r\n")
              if line.lower().startswith(b"content-length:")]
    if b"Content-Type: application/json" in head and len(rest) >= length[0]:
        json.loads(rest[:length[0]])
    return str(status)


def work(port, number, count, answers, out):
    random_ = random.Random(SEED * 1000 + number)
    seen, missing = {}, 0
    for i in range(count):
        if i % GOOD_EVERY:
            data = broken(random_)
            what = check(talk(port, i, data, True), data)
        else:
            data, kind = GOOD[i // GOOD_EVERY % len(GOOD)]
            came = talk(port, i, data, False)
            _, _, text = came.partition(b"\r\n\r\n")
            answer = json.loads(text) if text else {}
            what = "good"
            if answers.get((kind, answer.get("model"))) != answer.get("list") or not answer:
                missing += 1
        seen[what] = seen.get(what, 0) + 1
    out.put((seen, missing))


def expected(folder, model):
    """Gives the answers of a model to the good requests."""
    with Service(os.path.join(folder, model), "--train",
                 os.path.join(folder, "p/train.mtx")) as service:
        asked = {"user": service.get("/v1/recommend", user="gimp", n=5),
                 "item": service.get("/v1/similar", item="zlib1g", n=5),
                 "visitor": service.post("/v1/recommend", {"items": ["libogg0", "zlib1g"]})}
        return {(kind, answer["model"]): answer["list"] for kind, answer in asked.items()}


def replace(folder, name):
    shutil.copyfile(os.path.join(folder, name), os.path.join(folder, "new"))
    os.rename(os.path.join(folder, "new"), os.path.join(folder, "model"))


def storm(folder, service, answers, count):
    """Runs the workers, and replaces the model meanwhile; gives what was seen, and how often."""
    queue = multiprocessing.Queue()
    workers = [multiprocessing.Process(target=work, args=(service.port, i, count // WORKERS,
                                                          answers, queue)) for i in range(WORKERS)]
    for worker in workers:
        worker.start()
    pause = 1 if count > 100000 else 0.1
    replaced = 0
    while any(worker.is_alive() for worker in workers):
        replace(folder, ["one", "other"][replaced % 2])
        replaced += 1
        time.sleep(pause)
    seen, missing = {}, 0
    for worker in workers:
        assert worker.exitcode == 0
        part, lost = queue.get()
        missing += lost
        for key, n in part.items():
            seen[key] = seen.get(key, 0) + n
    assert missing == 0, f"{missing} good requests without their answer"
    return seen, replaced


def main():
    with Folder() as folder:
        prepare(folder)
        os.rename(os.path.join(folder, "model"), os.path.join(folder, "one"))
        train(folder, "other", factors=12, seed=2)
        answers = {**expected(folder, "one"), **expected(folder, "other")}
        assert len(answers) == 6
        replace(folder, "one")
        with Service(os.path.join(folder, "model"), "--train", os.path.join(folder, "p/train.mtx"),
                     "--check", 0.02, "--timeout", 5) as service:
            storm(folder, service, answers, REQUESTS // 5)
            before, began = service.resident(), time.monotonic()
            seen, replaced = storm(folder, service, answers, REQUESTS - REQUESTS // 5)
            seconds, grown = time.monotonic() - began, service.resident() - before
            loads = service.metric("wrmf_model_loads_total")
            print(f"{REQUESTS - REQUESTS // 5} in {seconds:.1f} s: {dict(sorted(seen.items()))}; "
                  f"model replaced {replaced} times, {loads:.0f} loads in all; memory "
                  f"{before >> 10} KiB before, {grown / 1024:+.0f} KiB")
            assert loads > 3 and service.metric("wrmf_model_load_failures_total") == 0
            # in a few seconds, threads and models may still come upon memory that they keep
            most = 8 << 20 if REQUESTS > 100000 else 48 << 20
            assert grown < most or SANITIZED, grown


main()
