#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""lists.py BIN TOP: what wrmf-serve answers is what wrmf-recommend and wrmf-similar print; a model
that is replaced is taken over; what is not taken over leaves the one before."""
import json
import os
import shutil
import signal

from serving import Folder, Service, prepare, run, train, until

USER = "gimp"


def lines(text):
    """Gives ids and scores, to five decimals, of a list that a program prints."""
    rows = [line.split("\t") for line in text.splitlines()]
    return [(row[2], row[1]) for row in rows]


def entries(answer):
    return [(entry["id"], f"{entry['score']:.5f}") for entry in answer["list"]]


def check_lists(service, model, matrix):
    told = run("wrmf-recommend", model, "--user", USER, "--n", 7, "--train", matrix)
    assert entries(service.get("/v1/recommend", user=USER, n=7)) == lines(told)
    assert entries(service.post("/v1/recommend", {"user": USER, "n": 7})) == lines(told)
    history = ["libogg0", "libvorbis0a", "zlib1g"]
    told = run("wrmf-recommend", model, "--items", ",".join(history), "--n", 5)
    answer = service.post("/v1/recommend", {"items": history, "n": 5})
    assert entries(answer) == lines(told) and not answer["popular"]
    first = answer["list"][0]["id"]
    answer = service.post("/v1/recommend", {"items": history, "n": 5, "exclude": [first, "none"]})
    assert entries(answer)[:4] == lines(told)[1:] and answer["unknown"] == ["none"]
    told = run("wrmf-similar", model, "--item", "zlib1g", "--n", 6, "--omit-self")
    assert entries(service.get("/v1/similar", item="zlib1g", n=6)) == lines(told)
    told = run("wrmf-similar", model, "--find", "OGG vorbis")
    found = service.get("/v1/items", q="OGG vorbis")["items"]
    assert [item["id"] for item in found] == [line.split("\t")[0] for line in told.splitlines()]
    assert found[0]["name"] == told.splitlines()[0].split("\t")[1]
    assert service.get("/v1/items", q="ZLIB1g")["items"][0]["id"] == "zlib1g"


def check_explanations(service):
    history = ["libogg0", {"id": "libvorbis0a", "count": 3}]
    answer = service.post("/v1/recommend", {"items": history, "n": 2, "explain": True})
    for entry in answer["list"]:
        told = service.post("/v1/explain", {"items": history, "item": entry["id"]})
        assert told["because"] == entry["because"] and told["id"] == entry["id"]
        total = sum(term["contribution"] for term in told["because"])
        assert abs(total - told["score"]) < 1e-9
        assert abs(told["score"] - entry["score"]) < 1e-3
    # a history and a list so long that they are explained a part after another
    history = [item["id"] for item in service.get("/v1/items", q="lib", n=100)["items"]]
    history += [item["id"] for item in service.get("/v1/items", q="python", n=100)["items"]]
    history += [item["id"] for item in service.get("/v1/items", q="data", n=100)["items"]]
    answer = service.post("/v1/recommend", {"items": history, "n": 100, "explain": True})
    assert len(answer["list"]) == 100
    for place in 0, 1, 50, 53, 54, 55, 70, 98, 99:
        entry = answer["list"][place]
        told = service.post("/v1/explain", {"items": history, "item": entry["id"], "n": 5})
        assert told["because"] == entry["because"] and len(told["because"]) == 5
    entry = service.get("/v1/recommend", user=USER, n=1, explain="true")["list"][0]
    assert len(entry["because"]) == 5
    told = service.get("/v1/explain", user=USER, item=entry["id"], n=5)
    assert told["because"] == entry["because"]


def check_biases(folder):
    """Where a model has biases, an explanation has the score of the list: its terms and a base."""
    with open(os.path.join(folder, "p/train.mtx"), encoding="ascii") as file:
        lines = [line.split() for line in file if not line.startswith("%")]
    with open(os.path.join(folder, "counts.mtx"), "w", encoding="ascii") as file:
        file.write("%%MatrixMarket matrix coordinate integer general\n")
        file.write(" ".join(lines[0]) + "\n")
        for user, item, *_ in lines[1:]:
            file.write(f"{user} {item} {1 + (int(user) + int(item)) % 4}\n")
    for precision in "float32", "float64":
        model, settings = os.path.join(folder, "biased"), []
        for setting in ("factors=6", "iterations=3", "biases=1", "unobserved_weight=0",
                        "target=count", f"precision={precision}"):
            settings += ["--set", setting]
        run("wrmf-train", os.path.join(folder, "counts.mtx"), "--ids", os.path.join(folder, "p"),
            *settings, "--mappable", "--out", model, "--quiet")
        with Service(model) as service:
            history = ["libogg0", {"id": "zlib1g", "count": 4}, "libvorbis0a"]
            for entry in service.post("/v1/recommend", {"items": history, "n": 5})["list"]:
                told = service.post("/v1/explain", {"items": history, "item": entry["id"]})
                terms = [term["contribution"] for term in told["because"]]
                assert len(terms) == 3 and max(map(abs, terms)) > 1e-2 and told["base"] != 0, told
                assert abs(told["score"] - entry["score"]) < 1e-3 * (1 + abs(entry["score"]))
                assert abs(told["base"] + sum(terms) - told["score"]) < 1e-9


def check_nothing_known(service):
    """Of nobody, nothing is known but what is popular."""
    answer = service.post("/v1/recommend", {"items": [], "n": 3})
    assert answer["popular"] and len(answer["list"]) == 3
    again = service.post("/v1/recommend", {"items": ["none"], "n": 3})
    assert again["list"] == answer["list"] and again["unknown"] == ["none"]


def replace(folder, name, target="model"):
    new = os.path.join(folder, "new")
    shutil.copyfile(os.path.join(folder, name), new)
    os.rename(new, os.path.join(folder, target))


def check_successors(folder, service, matrix):
    before = service.get("/v1/model")["model"]
    train(folder, "other", factors=12, seed=2)
    replace(folder, "other")
    until(lambda: service.get("/v1/model")["model"] != before)
    assert service.get("/v1/model")["factors"] == 12
    check_lists(service, os.path.join(folder, "model"), matrix)
    after = service.get("/v1/model")["model"]
    with open(os.path.join(folder, "damaged"), "wb") as file:
        file.write(b"no model")
    shutil.copyfile(os.path.join(folder, "model"), os.path.join(folder, "kept"))
    replace(folder, "damaged")
    until(lambda: service.metric("wrmf_model_load_failures_total") >= 1)
    assert service.get("/v1/model")["model"] == after and "model" in service.said()
    assert service.metric("wrmf_model_load_failing") == 1
    assert service.get("/health") == {"model": after, "status": "ok", "load": "failing"}
    os.unlink(os.path.join(folder, "model"))
    until(lambda: "No such file" in service.said())
    replace(folder, "kept")
    until(lambda: service.metric("wrmf_model_loads_total") == 3)
    service.process.send_signal(signal.SIGHUP)
    until(lambda: service.metric("wrmf_model_loads_total") == 4)
    assert service.get("/health") == {"model": after, "status": "ok", "load": "ok"}
    assert service.metric("wrmf_model_load_failing") == 0


def check_half_written(folder, service):
    """A file that becomes whole without a change of its size and its time is taken over, too; what
    is wrong with it until then is said once."""
    before = service.get("/v1/model")["model"]
    path, failures = os.path.join(folder, "model"), "wrmf_model_load_failures_total"
    train(folder, "third", seed=3)
    with open(os.path.join(folder, "third"), "rb") as file:
        whole = file.read()
    half = os.path.join(folder, "half")
    with open(half, "wb") as file:
        file.write(whole[:len(whole) // 2] + bytes(len(whole) - len(whole) // 2))
    times, count = os.stat(half), service.metric(failures)
    os.rename(half, path)
    until(lambda: service.metric(failures) > count + 1)
    told = service.said().count("cannot be used")
    with open(path, "r+b") as file:
        file.write(whole)
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    until(lambda: service.get("/v1/model")["model"] != before)
    assert service.get("/health")["load"] == "ok"
    assert service.said().count("cannot be used") <= told + 1


def check_without_train(model):
    with Service(model, "--max-n", 4, "--max-history", 2, "--threads", 1) as service:
        status, _, text = service.ask("GET", f"/v1/explain?user={USER}&item=zlib1g")
        assert status == 409 and "--train" in json.loads(text)["error"]
        answer = service.post("/v1/recommend", {"items": []})
        assert answer["list"] == [] and not answer["popular"]
        assert len(service.get("/v1/recommend", user=USER)["list"]) == 4
        for body in ({"items": ["a", "b", "c"]}, {"user": USER, "n": 5}):
            assert service.ask("POST", "/v1/recommend", body)[0] == 400
        service.end(signal.SIGINT)


def main():
    with Folder() as folder:
        prepare(folder)
        model, matrix = os.path.join(folder, "model"), os.path.join(folder, "p/train.mtx")
        with Service(model, "--train", matrix, "--check", 0.05) as service:
            check_lists(service, model, matrix)
            check_explanations(service)
            check_nothing_known(service)
            check_successors(folder, service, matrix)
            check_half_written(folder, service)
        check_without_train(model)
        check_biases(folder)


main()
