/* SPDX-License-Identifier: BSD-2-Clause */
#include "io/breaks.h"

enum {
    NEAR = 512,       /* bytes that are searched at once for the next line break */
    CHUNK = 16 << 10, /* bytes that are looked at in one go for line breaks of another kind */
    BLOCK = 128,      /* of them, those between two decisions to go on */
};

/* A look for LF goes a few lines far and no farther, for there may be none. */
const char *wrmf_i_breaks_first(const char *from, const char *end)
{
    while (from < end) {
        const size_t bytes = end - from < NEAR ? (size_t)(end - from) : NEAR;
        const char *const lf = memchr(from, '\n', bytes);
        const char *const cr = memchr(from, '\r', lf ? (size_t)(lf - from) : bytes);
        if (cr || lf)
            return cr ? cr : lf;
        from += bytes;
    }
    return NULL;
}

/* Whether one of the two bytes at p, and not the other, is what it is in CR and LF. */
static bool is_torn(const char *p)
{
    return (p[0] == '\r') != (p[1] == '\n');
}

/* The first CR without LF, or byte before an LF without CR, from p to end - 2; or else end - 1. */
static const char *find_torn(const char *p, const char *end)
{
    for (; end - p > BLOCK; p += BLOCK) {
        unsigned char torn = 0;
        for (int i = 0; i < BLOCK; i++)
            torn = (unsigned char)(torn | is_torn(p + i));
        if (torn)
            break;
    }
    while (end - p > 1 && !is_torn(p))
        p++;
    return p;
}

/* How far from p on, where a line begins, lines end as the one before it did. */
static const char *end_of_alike(const wrmf_i_breaks *breaks, const char *p, const char *end)
{
    if (end - p > CHUNK)
        end = p + CHUNK;
    if (p == end)
        return p;
    const char *stop;
    if (breaks->pair) {
        stop = find_torn(p - 1, end); /* from the LF on, which another may follow */
    } else if (breaks->last == '\n') {
        stop = memchr(p, '\r', (size_t)(end - p));
        return stop ? stop : end;
    } else {
        const char *const lf = memchr(p, '\n', (size_t)(end - p));
        stop = (lf ? lf : end) - 1; /* a CR there belongs to the LF, or may */
    }
    return stop > p ? stop : p;
}

bool wrmf_i_breaks_search(wrmf_i_breaks *breaks, const char *p, const char *end, bool last,
                          const char **stop, const char **next)
{
    const char *const found = wrmf_i_breaks_first(p, end);
    const bool cr = found && *found == '\r', pair = cr && found + 1 < end && found[1] == '\n';
    if (!last && (!found || (cr && found + 1 == end)))
        return false; /* an LF may follow */
    *stop = *next = found ? found : end;
    if (!found)
        return true;
    *next = found + 1 + pair;
    const char kind = (*next)[-1];
    if (p < breaks->low || p > breaks->at || kind != breaks->last || pair != breaks->pair)
        breaks->low = p;
    breaks->last = kind;
    breaks->pair = pair;
    breaks->at = end_of_alike(breaks, *next, end);
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
