#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""interface.py BIN TOP: answers are what openapi.json says they are, every status that it names is
provoked but for 503, which needs a machine without memory or a service that ends, and a body that
it does not allow is refused. Metrics are in Prometheus' form and count what was asked."""
import json
import os
import re

from serving import Folder, Service, TOP, prepare

TYPES = {"object": dict, "array": list, "string": str, "boolean": bool, "null": type(None),
         "number": (int, float), "integer": int}
KNOWN = {"$ref", "type", "enum", "pattern", "anyOf", "oneOf", "required", "properties", "items",
         "additionalProperties", "minimum", "maximum", "exclusiveMinimum", "description"}


def faults(whole, schema, value, at="$"):
    """Gives what is wrong with a value, by a JSON schema of the kinds that the file uses."""
    assert set(schema) <= KNOWN, set(schema) - KNOWN
    if "$ref" in schema:
        return faults(whole, find(whole, schema["$ref"]), value, at)
    wrong = []
    types = schema.get("type", [])
    types = types if isinstance(types, list) else [types]
    is_bool = isinstance(value, bool)
    if types and not any(isinstance(value, TYPES[t]) and (t == "boolean" or not is_bool)
                         for t in types):
        return [f"{at} is no {types}"]
    if "enum" in schema and value not in schema["enum"]:
        wrong.append(f"{at} is none of {schema['enum']}")
    if "pattern" in schema and not re.search(schema["pattern"], value):
        wrong.append(f"{at} does not match")
    for word, least in ("anyOf", 1), ("oneOf", 1):
        if word in schema:
            fits = sum(not faults(whole, part, value, at) for part in schema[word])
            if fits < least or (word == "oneOf" and fits != 1):
                wrong.append(f"{at} fits {fits} of {word}")
    if isinstance(value, dict):
        properties = schema.get("properties", {})
        wrong += [f"{at} lacks {key}" for key in schema.get("required", []) if key not in value]
        if schema.get("additionalProperties") is False:
            wrong += [f"{at} has {key}" for key in value if key not in properties]
        for key in properties:
            if key in value:
                wrong += faults(whole, properties[key], value[key], f"{at}.{key}")
    if isinstance(value, list) and "items" in schema:
        for i, entry in enumerate(value):
            wrong += faults(whole, schema["items"], entry, f"{at}[{i}]")
    if isinstance(value, (int, float)) and not is_bool:
        if value < schema.get("minimum", value) or value > schema.get("maximum", value) or \
                value <= schema.get("exclusiveMinimum", float("-inf")):
            wrong.append(f"{at} is out of its interval")
    return wrong


def find(whole, reference):
    for part in reference.split("/")[1:]:
        whole = whole[part]
    return whole


def check_references(whole, part):
    if isinstance(part, dict):
        if "$ref" in part:
            find(whole, part["$ref"])
        for value in part.values():
            check_references(whole, value)
    elif isinstance(part, list):
        for value in part:
            check_references(whole, value)


LONG = {"items": ["libogg0"] * 1001}
BIG = {"items": ["x" * 70000]}
FAR_APART = {"items": [{"id": "libogg0", "count": 1e15}, {"id": "zlib1g", "count": 1e-300}]}
GOOD = [
    {"items": ["libogg0", "none"], "n": 3, "explain": True, "exclude": ["zlib1g"]},
    {"items": [{"id": "libogg0", "count": 2.5}, {"id": "zlib1g"}, 7]},
    {"user": "gimp"}, {"items": []}, {"items": [], "explain": True},
]
BAD = [
    {}, [], None, "x", {"user": "gimp", "items": []}, {"items": "libogg0"}, {"items": [None]},
    {"items": [{"count": 1}]}, {"items": [{"id": "libogg0", "count": 0}]},
    {"items": [{"id": "libogg0", "count": "1"}]}, {"items": [{"id": "libogg0", "more": 1}]},
    {"items": [{"id": "libogg0", "count": 1e16}]}, {"items": [["libogg0"]]}, {"user": ["gimp"]},
    {"user": True}, {"user": "gimp", "n": 0}, {"user": "gimp", "n": 1.5},
    {"user": "gimp", "explain": "maybe"}, {"user": "gimp", "itmes": []},
    {"user": "gimp", "exclude": [{"id": "libogg0"}]},
]
# method, path, body, status
REQUESTS = [
    ("GET", "/v1/recommend?user=gimp&n=4&explain=true", None, 200),
    ("GET", "/v1/recommend?user=nobody", None, 404),
    ("GET", "/v1/recommend?user=gimp&n=101", None, 400),
    ("GET", "/v1/recommend?user=gimp&n=-1", None, 400),
    ("GET", "/v1/recommend?user=gimp&n=99999999999999999999", None, 400),
    ("GET", "/v1/recommend?user=gimp&user=gimp", None, 400),
    ("GET", "/v1/recommend?user=%ff", None, 400),
    ("GET", "/v1/recommend?user=gimp%00b", None, 404),
    ("GET", "/v1/recommend?who=gimp", None, 400),
    ("GET", "/v1/recommend", None, 400),
    ("POST", "/v1/recommend", GOOD[0], 200),
    ("POST", "/v1/recommend", LONG, 400),
    ("POST", "/v1/recommend", {"user": "nobody"}, 404),
    ("POST", "/v1/recommend?n=3", GOOD[0], 400),
    ("POST", "/v1/recommend", BIG, 413),
    ("POST", "/v1/recommend", "{}", 415),
    ("GET", "/v1/similar?item=zlib1g", None, 200),
    ("GET", "/v1/similar?item=none", None, 404),
    ("GET", "/v1/similar", None, 400),
    ("POST", "/v1/similar", {"item": "zlib1g", "exclude": ["libogg0"]}, 200),
    ("POST", "/v1/similar", {"item": "none"}, 404),
    ("POST", "/v1/similar", {"user": "gimp"}, 400),
    ("POST", "/v1/similar", BIG, 413),
    ("POST", "/v1/similar", "{}", 415),
    ("GET", "/v1/explain?user=gimp&item=zlib1g", None, 200),
    ("GET", "/v1/explain?user=nobody&item=zlib1g", None, 404),
    ("GET", "/v1/explain?user=gimp", None, 400),
    ("POST", "/v1/explain", {"items": ["libogg0", "zlib1g"], "item": "libvorbis0a", "n": 1}, 200),
    ("POST", "/v1/explain", {"items": [], "item": "libvorbis0a"}, 200),
    ("POST", "/v1/explain", {"items": [], "item": "none"}, 404),
    ("POST", "/v1/explain", {"items": [], "user": "gimp", "item": "zlib1g"}, 400),
    ("POST", "/v1/explain", BIG, 413),
    ("POST", "/v1/explain", "{}", 415),
    ("GET", "/v1/items?q=ogg&n=3", None, 200),
    ("GET", "/v1/items?q=", None, 200),
    ("GET", "/v1/items", None, 400),
    ("GET", "/v1/model", None, 200), ("GET", "/health", None, 200),
    ("GET", "/metrics", None, 200), ("GET", "/", None, 200), ("GET", "/openapi.json", None, 200),
]
# of a service without --train
WITHOUT = [
    ("GET", "/v1/recommend?user=gimp&explain=1", None, 409),
    ("POST", "/v1/recommend", {"user": "gimp", "explain": True}, 409),
    ("GET", "/v1/explain?user=gimp&item=zlib1g", None, 409),
    ("POST", "/v1/explain", {"user": "gimp", "item": "zlib1g"}, 409),
    ("GET", "/v1/model", None, 200),
]


def check_answers(service, whole, requests, seen, more=None):
    for method, path, body, wanted in requests:
        plain = {"Content-Type": "text/plain"} if isinstance(body, str) else more
        status, headers, text = service.ask(method, path, body, plain)
        assert status == wanted, (method, path, body, status, text)
        operation = whole["paths"][path.split("?")[0]][method.lower()]
        response = operation["responses"][str(status)]
        if "$ref" in response:
            response = find(whole, response["$ref"])
        media = headers["Content-Type"].split(";")[0]
        schema = response["content"][media]["schema"]
        value = json.loads(text) if media == "application/json" else text.decode()
        wrong = faults(whole, schema, value)
        assert not wrong, (method, path, body, wrong)
        assert headers["X-Content-Type-Options"] == "nosniff"
        seen.add((operation["operationId"], str(status)))


def check_bodies(service, whole):
    """What the description allows is taken, and nothing else."""
    schema = whole["components"]["schemas"]["Recommend"]
    for body in GOOD + BAD:
        status, _, text = service.ask("POST", "/v1/recommend", json.dumps(body),
                                      {"Content-Type": "application/json"})
        assert (status != 400) == (not faults(whole, schema, body)) == (body in GOOD), (body, text)
        if status != 200:
            assert not faults(whole, whole["components"]["schemas"]["Error"], json.loads(text))
    for text in "", "{", '{"user": "gimp"} x', '{"user": "gimp", "user": "gimp"}', "\xff", "\0":
        status = service.ask("POST", "/v1/recommend", text.encode("latin-1"),
                             {"Content-Type": "application/json; charset=utf-8"})[0]
        assert status == 400, text


def check_counts(service):
    """What numbers of a request make not finite is the request's fault, where it is a fault."""
    for path, more in ("/v1/recommend", {}), ("/v1/explain", {"item": "libvorbis0a"}):
        status, _, text = service.ask("POST", path, {**FAR_APART, **more})
        assert status in (200, 400), (path, status, text)


def check_methods(service):
    for method, path, allowed in (("PUT", "/v1/recommend", "GET, HEAD, POST"),
                                  ("POST", "/health", "GET, HEAD"), ("DELETE", "/", "GET, HEAD"),
                                  ("OPTIONS", "/v1/explain", "GET, HEAD, POST")):
        status, headers, _ = service.ask(method, path)
        assert status == 405 and headers["Allow"] == allowed, (method, path, status)
    assert service.ask("GET", "/nothing")[0] == 404
    status, headers, text = service.ask("HEAD", "/v1/model")
    assert status == 200 and text == b"" and int(headers["Content-Length"]) > 100


def check_misdirected(service, whole, seen):
    """Each operation refuses a request whose host is another machine's."""
    for path, methods in whole["paths"].items():
        for method in methods:
            check_answers(service, whole, [(method.upper(), path, None, 421)], seen,
                          {"Host": "rebound.example:80"})


def check_page(service):
    _, headers, text = service.ask("GET", "/")
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy and "*" not in policy
    assert "img-src data: https://example.org:8443;" in policy
    page = text.decode()
    assert not re.search(r"""(src|href)="(?!data:)|url\(|@import|https?://""", page), \
        "the page is to need nothing from elsewhere"
    assert service.get("/v1/model")["thumbnail"] == "https://example.org:8443/a/{id}.jpg"


def check_metrics(service, asked):
    text = service.ask("GET", "/metrics")[2].decode()
    line = re.compile(r'[a-z_]+(\{[a-z]+="[^"\\\n]*"(,[a-z]+="[^"\\\n]*")*\})? [0-9.e+-]+')
    typed = set()
    for row in text.splitlines():
        if row.startswith("# TYPE "):
            typed.add(row.split(" ")[2])
        elif not row.startswith("# HELP "):
            assert line.fullmatch(row), row
            assert re.sub("_(bucket|sum|count)$", "", re.split("[{ ]", row)[0]) in typed, row
    counted = sum(float(row.rsplit(" ", 1)[1]) for row in text.splitlines()
                  if row.startswith("wrmf_http_requests_total"))
    assert counted == asked, (counted, asked)
    for path in "/v1/recommend", "/":
        rows = [row for row in text.splitlines() if f'_seconds_bucket{{path="{path}"' in row]
        values = [float(row.rsplit(" ", 1)[1]) for row in rows]
        assert values == sorted(values) and 'le="+Inf"' in rows[-1]
        assert f'_seconds_count{{path="{path}"}} {values[-1]:.0f}' in text


def main():
    with open(os.path.join(TOP, "programs/serve/openapi.json"), "rb") as file:
        described = file.read()
    whole = json.loads(described)
    check_references(whole, whole)
    seen = set()
    with Folder() as folder:
        prepare(folder)
        model = os.path.join(folder, "model")
        with Service(model, "--train", os.path.join(folder, "p/train.mtx"), "--thumbnail",
                     "https://example.org:8443/a/{id}.jpg") as service:
            assert service.ask("GET", "/openapi.json")[2] == described
            check_answers(service, whole, REQUESTS, seen)
            check_metrics(service, 1 + len(REQUESTS))
            check_bodies(service, whole)
            check_counts(service)
            check_methods(service)
            check_misdirected(service, whole, seen)
            check_page(service)
        with Service(model) as service:
            check_answers(service, whole, WITHOUT, seen)
    for path, methods in whole["paths"].items():
        for method, operation in methods.items():
            for status in operation["responses"]:
                assert status == "503" or (operation["operationId"], status) in seen, \
                    (method, path, status)


main()
