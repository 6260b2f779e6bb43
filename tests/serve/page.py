#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""page.py BIN TOP PICTURES: the page in a browser, by keyboard alone: type, pick, see, why; on a
desk and on a phone, light and dark. Pictures of it go to a folder. Skipped where Debian's Chromium
and its driver are not there."""
import http.server
import os
import sys
import threading

import browser
from serving import Folder, Service, prepare, run, train, until

PICTURES = sys.argv[3]
EVIL = "<img src=x onerror=document.title='evil'>"

FOCUS = "return document.activeElement.textContent.trim() || document.activeElement.id"
# Each colour of text against the one that is painted behind it: the least contrast (WCAG 2.1).
CONTRAST = """
const light = (c) => { const v = c.map((x) => x / 255).map((x) =>
  x <= 0.03928 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4);
  return 0.2126 * v[0] + 0.7152 * v[1] + 0.0722 * v[2]; };
const parse = (text) => text.match(/[\\d.]+/g).map(Number);
let least = [99, ""];
for (const e of document.querySelectorAll("body *")) {
  const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
  if (!own || !e.checkVisibility() || e.closest(".unseen,script,style,.letter")) continue;
  let back = e, colour = [0, 0, 0, 0];
  while (back && (colour.length === 4 && colour[3] === 0)) {
    colour = parse(getComputedStyle(back).backgroundColor); back = back.parentElement; }
  const [a, b] = [light(parse(getComputedStyle(e).color)), light(colour)].sort((x, y) => y - x);
  const ratio = (a + 0.05) / (b + 0.05);
  if (ratio < least[0]) least = [ratio, e.outerHTML.slice(0, 80)];
}
return least;
"""
SMALL = """
return [...document.querySelectorAll("button, input, [role=option]")].filter((e) =>
  e.checkVisibility()).map((e) => e.getBoundingClientRect()).filter((r) =>
  r.height < 40 || r.width < 40).length;
"""


def text_of(window, selector):
    return window.do("return [...document.querySelectorAll(arguments[0])].filter((e) => "
                     "e.checkVisibility()).map((e) => e.textContent)", selector)


def type_and_pick(window, text, wanted):
    """Types, moves to an item that is offered, and picks it."""
    before = len(text_of(window, "#picks li"))
    window.press(text)
    until(lambda: any(wanted in option for option in text_of(window, "[role=option]")))
    for _ in range(20):
        window.press("down")
        chosen = text_of(window, "[role=option][aria-selected=true]")
        assert len(chosen) == 1
        if wanted in chosen[0]:
            break
    assert window.do("return document.getElementById(document.activeElement.getAttribute("
                     "'aria-activedescendant')).textContent") == chosen[0]
    assert ("combobox", "Find an item") in [role[:2] for role in window.roles()]
    assert any(role == "option" and p.get("selected") for role, _, p in window.roles())
    window.press("enter")
    until(lambda: len(text_of(window, "#picks li")) == before + 1)
    assert window.do(FOCUS) == "find" and not text_of(window, "[role=option]")


def tab_to(window, text):
    for _ in range(60):
        window.press("tab")
        if window.do(FOCUS).startswith(text):
            outline = window.do("const s = getComputedStyle(document.activeElement);"
                                "return [s.outlineStyle, parseFloat(s.outlineWidth)]")
            assert outline[0] == "solid" and outline[1] >= 2, outline
            return
    raise AssertionError(f"the keyboard does not reach {text}")


def visit(window, service, width, scheme):
    name = f"{width}-{scheme}"
    window.look(width, scheme)
    window.open(service.address)
    until(lambda: text_of(window, "#heading") == ["Popular"])
    window.press("tab")
    assert window.do(FOCUS) == "find"
    type_and_pick(window, "ogg", "libogg0")
    window.press("vorbis")
    until(lambda: text_of(window, "[role=option]"))
    window.press("down")
    window.picture(os.path.join(PICTURES, f"type-{name}.png"))
    window.press("escape", "escape")
    assert not text_of(window, "[role=option]")
    type_and_pick(window, "vorbis", "libvorbis0a")
    until(lambda: text_of(window, "#heading") == ["Goes with your picks"])
    told = service.post("/v1/recommend", {"items": ["libogg0", "libvorbis0a"], "n": 12})["list"]
    until(lambda: len(text_of(window, "#results > li")) == len(told))
    for row, entry in zip(text_of(window, "#results > li"), told):
        assert entry["name"] in row and entry["id"] in row and f"{entry['score']:.3f}" in row
    tab_to(window, "Why?")
    window.press("enter")
    until(lambda: len(text_of(window, ".why li")) == 2)
    because = service.post("/v1/explain", {"items": ["libogg0", "libvorbis0a"],
                                           "item": told[0]["id"]})["because"]
    for row, term in zip(text_of(window, ".why li"), because):
        assert term["name"] in row and f"{abs(term['contribution']):.3f}" in row
    roles = window.roles()
    assert any(role == "button" and p.get("expanded") for role, _, p in roles)
    assert any(role == "status" and p.get("live") == "polite" for role, _, p in roles)
    assert "Mostly because" in text_of(window, "#status")[0]
    check_looks(window, width, scheme)
    window.picture(os.path.join(PICTURES, f"why-{name}.png"))
    window.press("space")
    until(lambda: not text_of(window, ".why li"))
    check_picking(window)


def check_looks(window, width, scheme):
    ratio, where = window.do(CONTRAST)
    assert ratio >= 4.5, (width, scheme, ratio, where)
    assert window.do(SMALL) == 0, "something is too small for a finger"
    assert window.do("return document.documentElement.scrollWidth") <= width
    page = window.do("return getComputedStyle(document.body).backgroundColor")
    is_dark = sum(int(part) for part in page[4:-1].split(",")) < 3 * 128
    assert is_dark == (scheme == "dark")


def check_picking(window):
    """What is listed can be picked, and picks can be dropped."""
    tab_to(window, "Pick")
    window.press("enter")
    until(lambda: len(text_of(window, "#picks li")) == 3)
    window.press("backspace")
    until(lambda: len(text_of(window, "#picks li")) == 2)
    assert "pick=libogg0&pick=libvorbis0a" in window.do("return location.hash")


def check_evil(window, folder):
    """A name that is markup is shown as it is, and pictures come from where they are to come."""
    rows = ["user,item,name"] + [f"u{u},i{i}&{i}," + (EVIL if i == 3 else f"thing {i}")
                                 for u in range(12) for i in range(6) if (u + i) % 4]
    with open(os.path.join(folder, "evil.csv"), "w", encoding="utf-8") as file:
        file.write("\n".join(rows) + "\n")
    run("wrmf-prepare", os.path.join(folder, "evil.csv"), "--user", "user", "--item", "item",
        "--name", "name", "--min-per-user", "1", "--min-per-item", "1", "--holdout", "0", "--out",
        os.path.join(folder, "p"), "--quiet")
    train(folder, "evil", factors=2)
    with Service(os.path.join(folder, "evil"), "--thumbnail", "/pictures/{id}.png") as service:
        window.look(1200, "light")
        window.open(service.address)
        until(lambda: text_of(window, "#footer")[0])
        window.press("tab", "onerror")
        until(lambda: text_of(window, "[role=option]"))
        assert EVIL in text_of(window, "[role=option]")[0]
        until(lambda: any("/pictures/i3%263.png" in text and "404" in text
                          for text in window.complaints()))
        window.press("enter")
        until(lambda: text_of(window, "#picks li"))
        assert EVIL in text_of(window, "#picks li")[0]
        assert window.do("return document.title") == "What goes with it?"


class Below(http.server.BaseHTTPRequestHandler):
    """Is a web server that has the service below a path, and nothing else."""
    protocol_version = "HTTP/1.1"
    service = None

    def do_GET(self):
        status, headers, text = 404, {"Content-Type": "text/plain"}, b""
        if self.path.startswith("/shop/like/"):
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            kind = {"Content-Type": self.headers["Content-Type"]} if body else {}
            status, headers, text = self.service.ask(self.command, self.path[len("/shop/like"):],
                                                     body or None, kind)
        self.send_response(status)
        self.send_header("Content-Type", headers["Content-Type"])
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    do_POST = do_GET

    def log_message(self, *_):
        pass


def check_below(window, service):
    """The page works below a path of a web server in front."""
    Below.service = service
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Below) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        window.open(f"http://127.0.0.1:{server.server_port}/shop/like/")
        until(lambda: text_of(window, "#heading") == ["Popular"])
        window.press("tab")
        type_and_pick(window, "ogg", "libogg0")
        until(lambda: text_of(window, "#heading") == ["Goes with your picks"])
        tab_to(window, "Why?")
        window.press("enter")
        until(lambda: text_of(window, ".why li"))
        server.shutdown()


def main():
    if not browser.is_there():
        print("skipped: there is no chromium with chromedriver")
        sys.exit(77)
    os.makedirs(PICTURES, exist_ok=True)
    with Folder() as folder, browser.Browser() as window:
        prepare(folder)
        with Service(os.path.join(folder, "model"), "--train",
                     os.path.join(folder, "p/train.mtx")) as service:
            for width in 1200, 390:
                for scheme in "light", "dark":
                    visit(window, service, width, scheme)
            check_below(window, service)
            assert window.complaints() == [], window.complaints()
        check_evil(window, folder)


main()
