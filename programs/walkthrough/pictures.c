/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The walk-through's pictures, drawn by gnuplot. Commands and data go through
 * its standard input, the picture comes from its standard output: nothing has
 * to be quoted, and no file is made besides the picture.
 */
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../failure.h"
#include "../files.h"
#include "../text.h"
#include "walkthrough.h"

enum {
    MOST_TRACES = 400, /* curves in a picture: the best ones of a larger grid */
    NOT_THERE = 127,   /* the shell's status for a command it cannot find */
};

struct gnuplot {
    pid_t process;
    FILE *in;
    char *path, *draft; /* of the picture, and of the file it is drawn into first */
};

static void child(int from, const char *draft)
{
    const int to = open(draft, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    const int quiet = open("/dev/null", O_WRONLY);
    if (to < 0 || quiet < 0 || dup2(from, 0) < 0 || dup2(to, 1) < 0 || dup2(quiet, 2) < 0)
        _exit(1);
    execlp("gnuplot", "gnuplot", (char *)NULL);
    _exit(errno == ENOENT ? NOT_THERE : 1);
}

static void gnuplot_begin(struct gnuplot *plot, const char *name)
{
    int ends[2];
    char draft[128];
    snprintf(draft, sizeof draft, ".%s.%ld", name, (long)getpid());
    plot->path = path_join(walk_options.new_files, name);
    plot->draft = path_join(walk_options.new_files, draft);
    if (pipe(ends) != 0)
        die("pipe: %s", strerror(errno));
    fcntl(ends[1], F_SETFD, FD_CLOEXEC);
    plot->process = fork();
    if (plot->process < 0)
        die("fork: %s", strerror(errno));
    if (plot->process == 0)
        child(ends[0], plot->draft);
    close(ends[0]);
    plot->in = fdopen(ends[1], "w");
    if (!plot->in)
        die("out of memory for a picture");
}

/* Gives gnuplot's exit status; the picture is in place if it is 0. */
static int gnuplot_end(struct gnuplot *plot)
{
    int status = 0;
    fclose(plot->in);
    while (waitpid(plot->process, &status, 0) < 0)
        if (errno != EINTR)
            die("waitpid: %s", strerror(errno));
    status = WIFEXITED(status) ? WEXITSTATUS(status) : 1;
    if (status == 0 && rename(plot->draft, plot->path) != 0)
        status = 1;
    if (status != 0)
        unlink(plot->draft);
    else
        walk_add(strrchr(plot->path, '/') + 1);
    free(plot->draft);
    free(plot->path);
    return status;
}

/* ---- what is drawn ---- */

#define BLUE "#3b7dd8"
#define ORANGE "#e0672c"
#define GREY "#98a2b3"

/* Each picture is drawn for pages of two widths: a page scales it, and its text with it. */
struct shape {
    const char *suffix; /* of the file's name */
    int width;          /* in pixels, as all here; text is 14 high */
    int curve_height, grid_height;
    int rows, columns; /* in which the panels of the learning curve stand */
};

static const struct shape shapes[] = {
    {"", 760, 620, 420, 2, 2},
    {"-narrow", 340, 1040, 380, 4, 1},
};

static void plot_begin(struct gnuplot *plot, const char *name, const struct shape *shape,
                       int height)
{
    char file[64];
    snprintf(file, sizeof file, "%s%s.svg", name, shape->suffix);
    gnuplot_begin(plot, file);
    fprintf(plot->in,
            "set terminal svg size %d,%d dynamic noenhanced font 'sans-serif,14' name '%.*s' "
            "linewidth 1\n"
            "set encoding utf8\nset border 3 lc rgb '" GREY "' lw 1\n"
            "set grid ytics lc rgb '" GREY "' lw 0.4 dt 3\n"
            "set tics nomirror scale 0.5\nset key samplen 1.5\n"
            "set datafile missing 'nan'\nset lmargin 10\nset rmargin 2\n",
            shape->width, height, (int)strcspn(name, "-"), name); /* letters are allowed alone */
}

static void put_xrange(const struct walk *walk, FILE *in)
{
    const int64_t first = walk->epochs[0], last = walk->epochs[walk->n_epochs - 1];
    const double margin = first == last ? 1.0 : 0.02 * (double)(last - first);
    fprintf(in, "set xrange [%.17g:%.17g]\n", (double)first - margin, (double)last + margin);
    /* epochs are whole: few of them are not to be divided */
    if (last - first < 6)
        fputs("set xtics 1\n", in);
}

/* Marks the best epoch's value by a point and by the number above it, for which the offsets make
 * room. The text takes half of a narrow panel's width, and goes to the side that has more. */
static void put_mark(const struct walk *walk, FILE *in)
{
    const int64_t first = walk->epochs[0], last = walk->epochs[walk->n_epochs - 1];
    const int at_right = walk->best_epoch - first > last - walk->best_epoch;
    fprintf(in,
            "set label 1 '%s, epoch %lld' at %lld, %.17g point pt 7 ps 0.9 lc rgb '" ORANGE
            "' offset character %s, character 0.9 %s front\n"
            "set offsets 0, 0, graph 0.22, 0\n",
            figure_text(walk->best_value), (long long)walk->best_epoch, (long long)walk->best_epoch,
            walk->best_value, at_right ? "-0.6" : "0.6", at_right ? "right" : "left");
}

static void put_column(const wrmf_curve *curve, int64_t column, FILE *in)
{
    for (int64_t p = 0; p < wrmf_curve_points(curve); p++)
        fprintf(in, "%lld %.9g\n", (long long)wrmf_curve_epoch(curve, p),
                wrmf_curve_value(curve, p, column));
}

/* Asks for about four tics on the y axis: what gnuplot chooses in a low panel is crowded. */
static void put_ytics(const wrmf_curve *curve, int64_t column, FILE *in)
{
    double low = INFINITY, high = -INFINITY, step = 0;
    for (int64_t p = 0; p < wrmf_curve_points(curve); p++) {
        const double value = wrmf_curve_value(curve, p, column);
        low = fmin(low, value);
        high = fmax(high, value);
    }
    if (high - low > 0 && isfinite(high - low)) {
        const double wanted = (high - low) / 4, power = pow(10, floor(log10(wanted)));
        const double digits = wanted / power;
        step = power * (digits <= 1 ? 1 : digits <= 2 ? 2 : digits <= 5 ? 5 : 10);
    }
    if (step > 0)
        fprintf(in, "set ytics %.9g\n", step);
    else
        fputs("set ytics autofreq\n", in);
}

/* Draws a panel: one measure on one part of the data, with an axis of its own. What is learned by
 * heart and what is predicted differ by an order of magnitude, and one axis would flatten both. */
static void put_panel(const struct walk *walk, const char *measure, const char *part, FILE *in)
{
    char name[64];
    snprintf(name, sizeof name, "%s_%s", part, measure);
    if (strcmp(name, walk->measures[ARTICLE]) == 0)
        snprintf(name, sizeof name, "%s", walk->measure); /* of both, what decides */
    const int64_t column = wrmf_curve_find(walk->best, name);
    fputs("$curve << EOD\n", in);
    put_column(walk->best, column, in);
    fprintf(in, "EOD\nset title '%s on %s'\n", measure, part);
    put_ytics(walk->best, column, in);
    if (column == walk->measure_column)
        put_mark(walk, in);
    fprintf(in,
            "plot $curve using 1:2 with linespoints pt 7 ps 0.35 lw 2 lc rgb '%s'\n"
            "unset label 1\nset offsets 0, 0, 0, 0\n",
            strcmp(part, "test") == 0 ? ORANGE : BLUE);
}

static int draw_learning_curve(const struct walk *walk, const struct shape *shape)
{
    struct gnuplot plot;
    plot_begin(&plot, "learning-curve", shape, shape->curve_height);
    put_xrange(walk, plot.in);
    fprintf(plot.in,
            "set multiplot layout %d,%d\nunset key\nset xlabel 'epoch'\n"
            "set arrow 1 from %lld, graph 0 to %lld, graph 1 nohead dt 2 lc rgb '" GREY "'\n",
            shape->rows, shape->columns, (long long)walk->best_epoch, (long long)walk->best_epoch);
    put_panel(walk, walk->metric_name, "test", plot.in);
    put_panel(walk, walk->metric_name, "train", plot.in);
    put_panel(walk, "mse", "test", plot.in);
    put_panel(walk, "mse", "train", plot.in);
    fputs("unset multiplot\n", plot.in);
    return gnuplot_end(&plot);
}

/* Sends the curves at places first .. end - 1 as one data block, with a gap between them. */
static void put_traces(const struct walk *walk, const char *name, int64_t first, int64_t end,
                       FILE *in)
{
    fprintf(in, "$%s << EOD\n0 nan\n", name);
    for (int64_t place = first; place < end; place++) {
        put_column(wrmf_grid_curve(walk->grid, place), walk->measure_column, in);
        fputc('\n', in);
    }
    fputs("EOD\n", in);
}

static int draw_grid(const struct walk *walk, const struct shape *shape)
{
    struct gnuplot plot;
    const int64_t done = wrmf_grid_done(walk->grid);
    const int64_t all = done < MOST_TRACES ? done : MOST_TRACES;
    const int64_t top = done < TOP_CONFIGURATIONS ? done : TOP_CONFIGURATIONS;
    const char *style = walk->n_epochs == 1 ? "points pt 7 ps 0.6" : "lines";
    plot_begin(&plot, "grid", shape, shape->grid_height);
    put_xrange(walk, plot.in);
    put_traces(walk, "rest", top, all, plot.in);
    put_traces(walk, "top", 1, top, plot.in);
    put_traces(walk, "best", 0, 1, plot.in);
    put_mark(walk, plot.in);
    fprintf(plot.in,
            "set xlabel 'epoch' offset 0, 0.5\nset title '%s on test%s'\n"
            "set key below horizontal center\nplot ",
            walk->metric_name, walk->chosen == SERVING ? ", seen items out" : "");
    if (all > top)
        fprintf(plot.in, "$rest using 1:2 with %s lw 0.8 lc rgb '#8098a2b3' title 'others', ",
                style);
    if (top > 1)
        fprintf(plot.in, "$top using 1:2 with %s lw 1.3 lc rgb '" BLUE "' title 'the next %lld', ",
                style, (long long)(top - 1));
    fprintf(plot.in, "$best using 1:2 with %s lw 3 lc rgb '" ORANGE "' title 'the best'\n", style);
    return gnuplot_end(&plot);
}

int walk_draw(const struct walk *walk)
{
    struct sigaction ignore = {.sa_handler = SIG_IGN}, before;
    sigaction(SIGPIPE, &ignore, &before); /* a gnuplot that ends early shows in its status */
    int status = 0;
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        const int first = draw_learning_curve(walk, &shapes[i]);
        const int second = draw_grid(walk, &shapes[i]);
        status = status ? status : first ? first : second;
    }
    sigaction(SIGPIPE, &before, NULL);
    if (status == NOT_THERE)
        warn("gnuplot is not installed: the pictures are left out");
    else if (status != 0)
        warn("gnuplot failed with status %d: the pictures are left out", status);
    return status == 0;
}
