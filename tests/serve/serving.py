# SPDX-License-Identifier: BSD-2-Clause
"""What the tests of wrmf-serve share: models, a service that runs, requests."""
import http.client
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.parse

BIN, TOP = sys.argv[1:3]
with open(os.path.join(BIN, "wrmf-serve"), "rb") as binary:
    SANITIZED = b"san_init" in binary.read() # then its memory says nothing: what is freed stays


def run(program, *arguments):
    """Runs a program, which has to succeed; gives what it prints."""
    done = subprocess.run([os.path.join(BIN, program), *map(str, arguments)],
                          stdout=subprocess.PIPE, check=False, text=True, timeout=250)
    if done.returncode != 0:
        sys.exit(f"{program} {arguments}: status {done.returncode}")
    return done.stdout


def prepare(folder, factors=8, data=None):
    """Makes the bundled packages' data and a model of them, in a folder."""
    run("wrmf-prepare", data or os.path.join(TOP, "examples/data/packages.psv.gz"), "--user",
        "package", "--item", "dependency", "--name", "description", "--out",
        os.path.join(folder, "p"), "--quiet")
    train(folder, "model", factors)


def train(folder, name, factors=8, seed=1):
    run("wrmf-train", os.path.join(folder, "p/train.mtx"), "--ids", os.path.join(folder, "p"),
        "--set", f"factors={factors}", "--set", "iterations=3", "--seed", seed, "--mappable",
        "--out", os.path.join(folder, name), "--quiet")


class Folder:
    """A folder for the files of a test, which goes with it."""

    def __enter__(self):
        self.path = tempfile.mkdtemp()
        return self.path

    def __exit__(self, *_):
        shutil.rmtree(self.path)


class Service:
    """wrmf-serve at a port that is free."""

    def __init__(self, model, *options):
        self.errors = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen(
            [os.path.join(BIN, "wrmf-serve"), model, "--port", "0", *map(str, options)],
            stdout=subprocess.PIPE, stderr=self.errors, text=True)
        self.address = self.process.stdout.readline().strip()
        if not self.address:
            sys.exit(f"wrmf-serve does not start: {self.said()}")
        self.port = urllib.parse.urlsplit(self.address).port

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if self.process.poll() is None:
            if kind:
                self.process.kill()
            else:
                self.end()
        self.process.wait()

    def said(self):
        self.errors.seek(0)
        return self.errors.read()

    def end(self, number=signal.SIGTERM):
        """Ends the service, which has to end with 0."""
        self.process.send_signal(number)
        status = self.process.wait(60)
        assert status == 0, f"status {status}: {self.said()}"

    def connect(self):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    def ask(self, method, path, body=None, headers=None, connection=None):
        """Gives status, headers and text of an answer."""
        own = connection or self.connect()
        if isinstance(body, (dict, list)):
            body = json.dumps(body)
            headers = {"Content-Type": "application/json", **(headers or {})}
        own.request(method, path, body, headers or {})
        answer = own.getresponse()
        text = answer.read()
        if not connection:
            own.close()
        return answer.status, answer.headers, text

    def get(self, path, **arguments):
        """Gives the JSON of an answer, which has to be 200."""
        if arguments:
            path += "?" + urllib.parse.urlencode(arguments)
        status, _, text = self.ask("GET", path)
        assert status == 200, (path, status, text)
        return json.loads(text)

    def post(self, path, body):
        status, _, text = self.ask("POST", path, body)
        assert status == 200, (path, body, status, text)
        return json.loads(text)

    def metric(self, name):
        """Gives the value of a metric without labels, or the sum of one with them."""
        total = 0.0
        for line in self.ask("GET", "/metrics")[2].decode().splitlines():
            if line.split("{")[0].split(" ")[0] == name:
                total += float(line.rsplit(" ", 1)[1])
        return total

    def resident(self):
        """Gives the bytes of memory that the process has."""
        with open(f"/proc/{self.process.pid}/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def until(condition, seconds=60):
    """Waits for something, which has to come."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it does not come"
        time.sleep(0.02)
