/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The walk-through's pictures, drawn by gnuplot. Commands and data go through
 * its standard input, the picture comes from its standard output: nothing has
 * to be quoted, and no file is made besides the picture.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../failure.h"
#include "../files.h"
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
    char draft[64];
    snprintf(draft, sizeof draft, ".%s.%ld", name, (long)getpid());
    plot->path = path_join(walk_options.directory, name);
    plot->draft = path_join(walk_options.directory, draft);
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
        die("out of memory");
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
    if (status != 0) {
        unlink(plot->draft);
        unlink(plot->path); /* the picture of an earlier run would not belong here */
    }
    free(plot->draft);
    free(plot->path);
    return status;
}

/* ---- what is drawn ---- */

#define BLUE "#3b7dd8"
#define ORANGE "#e0672c"
#define GREY "#98a2b3"

static void put_look(FILE *in, const char *name, int width, int height)
{
    fprintf(in,
            "set terminal svg size %d,%d dynamic noenhanced font 'sans-serif,14' name '%s' "
            "linewidth 1\n"
            "set encoding utf8\nset border 3 lc rgb '" GREY "' lw 1\n"
            "set grid ytics lc rgb '" GREY "' lw 0.4 dt 3\n"
            "set tics nomirror scale 0.5\nset key samplen 2\n"
            "set datafile missing 'nan'\n",
            width, height, name);
}

static void put_xrange(const struct walk *walk, FILE *in)
{
    const int64_t first = walk->epochs[0], last = walk->epochs[walk->n_epochs - 1];
    const double margin = first == last ? 1.0 : 0.02 * (double)(last - first);
    fprintf(in, "set xrange [%.17g:%.17g]\n", (double)first - margin, (double)last + margin);
}

static void put_column(const wrmf_curve *curve, int64_t column, FILE *in)
{
    for (int64_t p = 0; p < wrmf_curve_points(curve); p++)
        fprintf(in, "%lld %.9g\n", (long long)wrmf_curve_epoch(curve, p),
                wrmf_curve_value(curve, p, column));
}

/* Draws one measure, on train and on test. */
static void put_pair(const struct walk *walk, const char *measure, FILE *in)
{
    static const char *const labels[] = {"test", "train"};
    for (int i = 0; i < 2; i++) {
        char name[64];
        snprintf(name, sizeof name, "%s_%s", labels[i], measure);
        fprintf(in, "$%s << EOD\n", labels[i]);
        put_column(walk->best, wrmf_curve_find(walk->best, name), in);
        fputs("EOD\n", in);
    }
    fprintf(in,
            "set ylabel '%s'\n"
            "plot $train using 1:2 with linespoints pt 7 ps 0.35 lw 2 lc rgb '" BLUE "' title "
            "'train', $test using 1:2 with linespoints pt 7 ps 0.35 lw 2 lc rgb '" ORANGE
            "' title 'test'\n",
            measure);
}

static int draw_learning_curve(const struct walk *walk)
{
    struct gnuplot plot;
    char measure[48];
    snprintf(measure, sizeof measure, "precision@%lld", (long long)walk_options.k);
    gnuplot_begin(&plot, "learning-curve.svg");
    put_look(plot.in, "learning", 680, 560);
    put_xrange(walk, plot.in);
    fputs("set lmargin 11\nset rmargin 2\nset multiplot layout 2,1\n"
          "set key outside top right horizontal\n",
          plot.in);
    fprintf(plot.in,
            "set arrow 1 from %lld, graph 0 to %lld, graph 1 nohead dt 2 lc rgb '" GREY "'\n",
            (long long)walk->best_epoch, (long long)walk->best_epoch);
    put_pair(walk, measure, plot.in);
    fputs("set xlabel 'epoch'\nunset key\n", plot.in);
    put_pair(walk, "mse", plot.in);
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

static int draw_grid(const struct walk *walk)
{
    struct gnuplot plot;
    const int64_t done = wrmf_grid_done(walk->grid);
    const int64_t all = done < MOST_TRACES ? done : MOST_TRACES;
    const int64_t top = done < TOP_CONFIGURATIONS ? done : TOP_CONFIGURATIONS;
    const char *style = walk->n_epochs == 1 ? "points pt 7 ps 0.6" : "lines";
    gnuplot_begin(&plot, "grid.svg");
    put_look(plot.in, "grid", 680, 420);
    put_xrange(walk, plot.in);
    put_traces(walk, "rest", top, all, plot.in);
    put_traces(walk, "top", 1, top, plot.in);
    put_traces(walk, "best", 0, 1, plot.in);
    fprintf(plot.in,
            "set lmargin 11\nset rmargin 2\nset xlabel 'epoch'\n"
            "set ylabel 'test precision@%lld'\nset key outside top right horizontal\n"
            "plot $rest using 1:2 with %s lw 0.8 lc rgb '#8098a2b3' title 'others', "
            "$top using 1:2 with %s lw 1.3 lc rgb '" BLUE "' title 'the next %lld', "
            "$best using 1:2 with %s lw 3 lc rgb '" ORANGE "' title 'the best'\n",
            (long long)walk_options.k, style, style, (long long)(top > 1 ? top - 1 : 0), style);
    return gnuplot_end(&plot);
}

int walk_draw(const struct walk *walk)
{
    struct sigaction ignore = {.sa_handler = SIG_IGN}, before;
    sigaction(SIGPIPE, &ignore, &before); /* a gnuplot that ends early shows in its status */
    int status = draw_learning_curve(walk);
    const int second = draw_grid(walk);
    sigaction(SIGPIPE, &before, NULL);
    status = status ? status : second;
    if (status == NOT_THERE)
        fputs("wrmf-walkthrough: gnuplot is not installed: the pictures are left out\n", stderr);
    else if (status != 0)
        fprintf(stderr,
                "wrmf-walkthrough: gnuplot failed with status %d: the pictures are left out\n",
                status);
    return status == 0;
}
