/* SPDX-License-Identifier: BSD-2-Clause */
/* This draws the progress bar. */
#include "progress.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "text.h"

static int bar_is_drawn;

void progress_clear(void)
{
    if (bar_is_drawn)
        fputs("\r\033[K", stderr);
    bar_is_drawn = 0;
}

/* Gives the columns of the terminal as it is now; it may have another width at the next draw. */
static int terminal_width(void)
{
    struct winsize size;
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
        return 80;
    return size.ws_col;
}

/* Appends to a text of `room` bytes; gives the new length, which is below room. */
static int append(char *text, int length, int room, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const int more = vsnprintf(text + length, (size_t)(room - length), format, arguments);
    va_end(arguments);
    return more < 0 ? length : more < room - length ? length + more : room - 1;
}

static int append_time(char *text, int length, int room, double seconds)
{
    const long long whole = seconds < 1e15 ? (long long)(seconds + 0.5) : 0;
    if (whole >= 3600)
        return append(text, length, room, "%lld h %02lld min left", whole / 3600, whole / 60 % 60);
    if (whole >= 60)
        return append(text, length, room, "%lld min %02lld s left", whole / 60, whole % 60);
    return append(text, length, room, "%lld s left", whole);
}

/* Gives what is done of a phase, such as "23 of 180 configurations"; bytes are in MB. */
static int append_count(char *text, int length, int room, const wrmf_progress *progress)
{
    static const char *const units[][2] = {
        {"fit", "epochs"}, {"grid", "configurations"}, {"evaluate", "users"}, {"rank", "lists"},
        {"query", "rows"}, {"write", "lists"},         {"store", "bytes"}};
    const char *unit = "";
    if (strcmp(progress->phase, "read") == 0) {
        length = append(text, length, room, "%.1f ", 1e-6 * (double)progress->done);
        if (progress->total >= 0)
            length = append(text, length, room, "of %.1f ", 1e-6 * (double)progress->total);
        return append(text, length, room, "MB");
    }
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
        if (strcmp(progress->phase, units[i][0]) == 0)
            unit = units[i][1];
    length = append(text, length, room, "%s", with_commas(progress->done));
    if (progress->total >= 0)
        length = append(text, length, room, " of %s", with_commas(progress->total));
    return *unit ? append(text, length, room, " %s", unit) : length;
}

/* Draws the line in at most `width` columns: the counts first, then what else has room. */
static void draw(const wrmf_progress *progress, int width)
{
    enum { LONGEST_BAR = 30, SHORTEST_BAR = 6, PHASE = 9 };
    char count[96], left[48] = "";
    const int room = append_count(count, 0, (int)sizeof count, progress);
    if (progress->seconds_left >= 0)
        append_time(left, append(left, 0, (int)sizeof left, ", "), (int)sizeof left,
                    progress->seconds_left);
    int free = width - room;
    const int with_left = (int)strlen(left) <= free;
    free -= with_left ? (int)strlen(left) : 0;
    const int with_phase = PHASE <= free;
    free -= with_phase ? PHASE : 0;
    int bar = free - 1 < LONGEST_BAR ? free - 1 : LONGEST_BAR;
    if (progress->total <= 0 || bar < SHORTEST_BAR)
        bar = 0;

    char line[1024]; /* written by one call, so that it does not flicker */
    const int most = (int)sizeof line;
    const double share =
        bar ? ((double)progress->done + progress->part) / (double)progress->total : 0;
    int length = append(line, 0, most, "\r\033[K");
    if (with_phase)
        length = append(line, length, most, "%-*s", PHASE, progress->phase);
    for (int i = 0; i < bar; i++)
        length = append(line, length, most, "%s", i < bar * share - 0.5 ? "#" : "-");
    append(line, length, most, "%s%.*s%s", bar ? " " : "", width, count, with_left ? left : "");
    fputs(line, stderr);
}

void progress_draw(const wrmf_progress *progress)
{
    if (progress->seconds < 0.5) /* a call that ends at once needs no bar */
        return;
    /* the last column stays free: some terminals go to the next line behind it */
    const int width = terminal_width() - 1;
    draw(progress, width > 1 ? width : 1);
    bar_is_drawn = 1;
    if (progress->done == progress->total)
        progress_clear();
    fflush(stderr);
}
