#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Run an oracle with the Python that has the packages: WRMF_PYTHON at run time,
# else the first python3 in PATH. 77 is "skipped" to meson.
python=${WRMF_PYTHON:-python3}
command -v "$python" > /dev/null 2>&1 || exit 77
exec "$python" -B "$@"
