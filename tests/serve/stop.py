#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""stop.py BIN TOP: a service that is asked to end answers what has come, takes nothing more, and
ends with 0; a second signal ends it at once. It says plainly why it cannot begin."""
import os
import signal
import socket
import subprocess
import threading
import time

from serving import BIN, Folder, Service, prepare, until

BODY = b'{"items": ["libogg0"], "n": 3}'
HEAD = (b"POST /v1/recommend HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        b"Content-Length: %d\r\n\r\n" % len(BODY))


def is_refused(service):
    try:
        socket.create_connection(("127.0.0.1", service.port)).close()
    except OSError: # refused, or reset where it came between two steps of the end
        return True
    return False


def check_unfinished(model):
    """A request whose second half comes after the signal is answered."""
    with Service(model) as service:
        half = socket.create_connection(("127.0.0.1", service.port), timeout=30)
        half.sendall(HEAD + BODY[:10])
        other = service.connect()
        assert service.ask("GET", "/health", connection=other)[0] == 200
        service.process.send_signal(signal.SIGTERM)
        until(lambda: is_refused(service))
        status, headers, text = service.ask("GET", "/health", connection=other)
        assert status == 503 and b"stopping" in text and headers["Connection"] == "close"
        half.sendall(BODY[10:])
        came = b""
        while piece := half.recv(65536):
            came += piece
        assert came.startswith(b"HTTP/1.1 200") and came.rstrip().endswith(b"]}"), came
        assert service.process.wait(30) == 0


def ask_on(service, counts, place):
    """Asks again and again until the service takes no more connections."""
    while True:
        try:
            connection = service.connect()
            connection.connect()
        except OSError:
            return
        try:
            for _ in range(20):
                connection.request("GET", "/v1/similar?item=zlib1g")
                counts[place][0] += 1
                answer = connection.getresponse()
                assert answer.status == 200 and answer.read()
                counts[place][1] += 1
                if answer.headers["Connection"] == "close":
                    break
        except OSError:
            pass # counted as asked alone
        connection.close()


def check_load(model):
    """Of many who ask meanwhile, each gets the answer to what it asked."""
    with Service(model) as service:
        counts = [[0, 0] for _ in range(8)]
        threads = [threading.Thread(target=ask_on, args=(service, counts, i)) for i in range(8)]
        for thread in threads:
            thread.start()
        until(lambda: sum(count[1] for count in counts) > 50) # however slow the machine is
        service.end()
        for thread in threads:
            thread.join()
        asked, answered = (sum(count[i] for count in counts) for i in (0, 1))
        assert asked == answered, (asked, answered)


def ask_anew(service, lost):
    """Asks on a new connection each time; one that is refused or reset had nobody to take it."""
    while True:
        try:
            with socket.create_connection(("127.0.0.1", service.port), timeout=60) as connection:
                connection.sendall(b"GET /v1/similar?item=zlib1g HTTP/1.1\r\nHost: localhost\r\n"
                                   b"Connection: close\r\n\r\n")
                came = b""
                while piece := connection.recv(65536):
                    came += piece
        except ConnectionError:
            return
        if not came.startswith(b"HTTP/1.1 200") or not came.endswith(b"]}\n"):
            lost.append(came)


def check_anew(model):
    """Connections that are on their way when the signal comes are answered as well."""
    lost = []
    for _ in range(8):
        with Service(model) as service:
            threads = [threading.Thread(target=ask_anew, args=(service, lost)) for _ in range(6)]
            for thread in threads:
                thread.start()
            time.sleep(0.03)
            service.end()
            for thread in threads:
                thread.join()
    assert not lost, lost


def check_second(model):
    with Service(model) as service:
        half = socket.create_connection(("127.0.0.1", service.port))
        half.sendall(HEAD)
        until(lambda: service.metric("wrmf_http_connections") == 2)
        service.process.send_signal(signal.SIGTERM)
        until(lambda: is_refused(service))
        time.sleep(0.05)
        service.process.send_signal(signal.SIGTERM)
        assert service.process.wait(30) == -signal.SIGTERM
        half.close()


def check_hangups(model):
    """Signals that come faster than they are taken are none but signals: threads that libraries
    have started must not be ended by them. The last one that comes ends the service with 0."""
    with Service(model) as service:
        for _ in range(300):
            service.process.send_signal(signal.SIGHUP)
        assert service.get("/health")["status"] == "ok"
        until(lambda: service.metric("wrmf_model_loads_total") > 1)


def check_first_load(folder, model):
    """SIGHUP while the first model is loaded is none but a wish for another load."""
    matrix = os.path.join(folder, "long.mtx") # takes its time
    with open(os.path.join(folder, "p/train.mtx"), "rb") as file, open(matrix, "wb") as out:
        out.write(file.readline())
        for _ in range(1000):
            out.write((b"%" + b" " * 62 + b"\n") * 500)
        out.write(file.read())
    command = [os.path.join(BIN, "wrmf-serve"), model, "--port", "0", "--train", matrix]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        def is_mapped():
            with open(f"/proc/{process.pid}/maps", encoding="utf-8") as file:
                return model in file.read()
        until(is_mapped) # and so it is not ready
        for _ in range(3):
            process.send_signal(signal.SIGHUP)
        address = process.stdout.readline()
        assert address.startswith("http://127.0.0.1:"), process.wait()
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        until(is_mapped)
        process.send_signal(signal.SIGTERM) # there is nothing to be ended in order
        assert process.wait(60) == -signal.SIGTERM


def refused(status, text, *arguments):
    done = subprocess.run([os.path.join(BIN, "wrmf-serve"), *map(str, arguments)],
                          capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == status and text in done.stderr, (arguments, done)


def check_beginning(folder, model):
    refused(1, "no-model", os.path.join(folder, "no-model"))
    refused(1, "no regular file", folder)
    refused(1, "no regular file", "/dev/zero")
    refused(1, "p/train.mtx", os.path.join(folder, "p/train.mtx"))
    os.mkfifo(os.path.join(folder, "pipe"))
    refused(1, "pipe: it is no regular file", model, "--train", os.path.join(folder, "pipe"))
    refused(2, "is to be a file", "-")
    refused(1, "--host", model, "--host", "no such host")
    refused(2, "{id}", model, "--thumbnail", "https://example.org/")
    for url in "ftp://x/{id}", "https://{id}.example.org/", "//x/{id}", "https://x; y/{id}":
        refused(2, "--thumbnail", model, "--thumbnail", url)
    with Service(model) as service:
        refused(1, "cannot listen", model, "--port", service.port)
    with open(os.path.join(folder, "few.mtx"), "w", encoding="ascii") as file:
        file.write("%%MatrixMarket matrix coordinate integer general\n2 2 1\n1 1 1\n")
    refused(1, "has 2 users", model, "--train", os.path.join(folder, "few.mtx"))


def main():
    with Folder() as folder:
        prepare(folder)
        model = os.path.join(folder, "model")
        check_unfinished(model)
        check_load(model)
        check_anew(model)
        check_second(model)
        check_hangups(model)
        check_first_load(folder, model)
        check_beginning(folder, model)


main()
