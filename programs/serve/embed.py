#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""embed.py PAGE OPENAPI: prints C that has both files as arrays of bytes, and the sources that the
page's content security policy allows: the hashes of its script and of its style."""
import base64
import hashlib
import re
import sys


def array(name, data):
    print(f"const unsigned char embedded_{name}[] = {{")
    for at in range(0, len(data), 24):
        print("".join(f"{byte}," for byte in data[at:at + 24]))
    print(f"}};\nconst size_t embedded_{name}_size = sizeof embedded_{name};")


def source(page, tag):
    inside = re.findall(rb"<%s>(.*?)</%s>" % (tag, tag), page, re.S)
    if len(inside) != 1:
        sys.exit(f"the page has {len(inside)} elements {tag.decode()}, not 1")
    return "'sha256-%s'" % base64.b64encode(hashlib.sha256(inside[0]).digest()).decode()


def main():
    with open(sys.argv[1], "rb") as file:
        page = file.read()
    with open(sys.argv[2], "rb") as file:
        openapi = file.read()
    print('#include "embedded.h"')
    array("page", page)
    array("openapi", openapi)
    print(f'const char embedded_script[] = "{source(page, b"script")}";')
    print(f'const char embedded_style[] = "{source(page, b"style")}";')


main()
