/* SPDX-License-Identifier: BSD-2-Clause */
/* This draws the progress bar. */
#include "progress.h"

#include <stdio.h>

#include "text.h"

static int bar_is_drawn;

void progress_clear(void)
{
    if (bar_is_drawn)
        fputs("\r\033[K", stderr);
    bar_is_drawn = 0;
}

static void put_time(double seconds)
{
    const long whole = (long)(seconds + 0.5);
    if (whole >= 3600)
        fprintf(stderr, "%ld h %02ld min", whole / 3600, whole / 60 % 60);
    else if (whole >= 60)
        fprintf(stderr, "%ld min %02ld s", whole / 60, whole % 60);
    else
        fprintf(stderr, "%ld s", whole);
}

int progress_draw(void *self, const wrmf_progress *progress)
{
    enum { WIDTH = 30 };
    (void)self;
    if (progress->seconds < 0.5) /* a call that ends at once needs no bar */
        return 0;
    fprintf(stderr, "\r\033[K%-8s ", progress->phase);
    if (progress->total > 0) {
        const double share = (double)progress->done / (double)progress->total;
        const int full = (int)(share * WIDTH);
        for (int i = 0; i < WIDTH; i++)
            fputs(i < full ? "#" : "-", stderr);
        fprintf(stderr, " %3.0f %% ", 100 * share);
    } else {
        fprintf(stderr, "%s ", with_commas(progress->done));
    }
    if (progress->seconds_left >= 0) {
        put_time(progress->seconds_left);
        fputs(" left", stderr);
    }
    bar_is_drawn = 1;
    if (progress->done == progress->total)
        progress_clear();
    fflush(stderr);
    return 0;
}
