/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * same_speed BEFORE.so AFTER.so SHAPE FACTORS THREADS ROUNDS: time the works of two modules of
 * speed.c in turn, in one process, so that a machine that slows down slows both. Prints, for each
 * work, the medians of both, the median of the rounds' ratios after/before, and the ratio of both
 * minima.
 */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "speed.h"

enum { MAX_ROUNDS = 1000 };

typedef struct module {
    const char *(*name)(int work);
    speed *(*open)(const char *shape, int factors, int threads);
    double (*time)(speed *s, int work);
    speed *state;
} module;

/* ISO C does not convert what dlsym() gives to a function; POSIX has it copied. */
static void find(void *library, const char *name, void *function)
{
    void *const symbol = dlsym(library, name);
    if (!symbol) {
        fprintf(stderr, "same_speed: %s\n", dlerror());
        exit(1);
    }
    memcpy(function, &symbol, sizeof symbol);
}

static module load(const char *path, char **argv)
{
    module m;
    void *const library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        fprintf(stderr, "same_speed: %s\n", dlerror());
        exit(1);
    }
    find(library, "speed_name", &m.name);
    find(library, "speed_open", &m.open);
    find(library, "speed_time", &m.time);
    m.state = m.open(argv[3], atoi(argv[4]), atoi(argv[5]));
    return m;
}

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *values, int n)
{
    qsort(values, (size_t)n, sizeof *values, ascending);
    return n % 2 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

int main(int argc, char **argv)
{
    static double times[2][MAX_ROUNDS], ratios[MAX_ROUNDS];
    const int rounds = argc == 7 ? atoi(argv[6]) : 0;
    if (rounds < 1 || rounds > MAX_ROUNDS) {
        fprintf(stderr, "same_speed BEFORE.so AFTER.so SHAPE FACTORS THREADS ROUNDS\n");
        return 2;
    }
    const module sides[] = {load(argv[1], argv), load(argv[2], argv)};
    for (int work = 0; sides[0].name(work); work++) {
        for (int round = 0; round < rounds; round++) {
            for (int turn = 0; turn < 2; turn++) {
                const int side = (round + turn) % 2;
                times[side][round] = sides[side].time(sides[side].state, work);
            }
            ratios[round] = times[1][round] / times[0][round];
        }
        const double before = median(times[0], rounds), after = median(times[1], rounds);
        printf("%s %s %s %s %.6f %.6f %.3f %.3f\n", argv[3], argv[4], argv[5], sides[0].name(work),
               before, after, median(ratios, rounds),
               times[1][0] / times[0][0]); /* sorted: the first is the least */
        fflush(stdout);
    }
    return 0;
}
