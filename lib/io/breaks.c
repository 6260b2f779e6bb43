/* SPDX-License-Identifier: BSD-2-Clause */
#include "io/breaks.h"

enum { CHUNK = 16 << 10 }; /* bytes that are searched at once for a CR that no one asked for */

/* Know the bytes from p on, up to the next CR or some way. */
static void look_from(wrmf_i_breaks *breaks, const char *p, const char *end)
{
    const size_t n = end - p < CHUNK ? (size_t)(end - p) : CHUNK;
    const char *const cr = memchr(p, '\r', n);
    breaks->at = cr ? cr : p + n;
    breaks->found = cr != NULL;
}

/* The first CR from p to stop - 1, or NULL. */
static const char *find_cr(wrmf_i_breaks *breaks, const char *p, const char *stop, const char *end)
{
    if (!breaks->low || p < breaks->low || p > breaks->at) {
        breaks->low = p;
        look_from(breaks, p, end);
    }
    while (!breaks->found && breaks->at < stop)
        look_from(breaks, breaks->at, end);
    return breaks->found && breaks->at < stop ? breaks->at : NULL;
}

bool wrmf_i_breaks_search(wrmf_i_breaks *breaks, const char *p, const char *end, bool last,
                          const char **stop, const char **next)
{
    const char *cr = find_cr(breaks, p, p, end); /* asks for nothing: is one known already? */
    cr = breaks->found ? breaks->at : NULL;
    const char *const lf = memchr(p, '\n', (size_t)((cr ? cr : end) - p));
    if (!cr)
        cr = find_cr(breaks, p, lf ? lf : end, end);
    else if (lf)
        cr = NULL;
    if (cr && cr + 1 == end && !last)
        return false; /* an LF may follow */
    if (!cr && !lf && !last)
        return false;
    *stop = cr ? cr : lf ? lf : end;
    breaks->pairs = cr && cr + 1 < end && cr[1] == '\n';
    if (cr)
        *next = cr + 1 < end && cr[1] == '\n' ? cr + 2 : cr + 1;
    else
        *next = lf ? lf + 1 : end;
    return true;
}

void wrmf_i_breaks_count(const char *begin, const char *at, int64_t *lines, int64_t *bytes)
{
    wrmf_i_breaks breaks = {0};
    const char *stop, *next;
    *lines = 0;
    while (begin < at && wrmf_i_breaks_find(&breaks, begin, at, true, &stop, &next) &&
           next > stop) {
        begin = next;
        ++*lines;
    }
    *bytes = at - begin;
}
