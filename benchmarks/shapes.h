/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * shapes.h - matrices of the shapes S, M and L of common.py, drawn by the programs of this folder
 * themselves: users' degrees are log-normal, items' popularities fall as a power of their rank, and
 * no item is a user's twice. The same number gives the same pairs everywhere.
 */
#ifndef BENCHMARKS_SHAPES_H
#define BENCHMARKS_SHAPES_H

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <wrmf/wrmf.h>

typedef struct shape {
    const char *name;
    int64_t users, items;
    double pairs, least, spread, exponent; /* wanted pairs; of users' degrees; of popularities */
} shape;

static const shape shapes[] = {{"S", 15274, 25655, 547000, 4, 1.15, 0.5},
                               {"M", 138493, 26744, 10000000, 9, 1.1, 0.9},
                               {"L", 500000, 100000, 10000000, 1, 1.3, 0.8}};

/** Go on if a call of the library succeeds, or say why not and end the program. */
#define TRY(call)                                                                                  \
    do {                                                                                           \
        wrmf_error err;                                                                            \
        if ((call) != WRMF_OK) {                                                                   \
            fprintf(stderr, "%s: %s\n", #call, err.text);                                          \
            exit(1);                                                                               \
        }                                                                                          \
    } while (0)

static inline void *allocate(int64_t n, size_t size)
{
    void *const memory = calloc((size_t)n, size);
    if (!memory)
        exit(1);
    return memory;
}

/** The shape of that name; S if there is none. */
static inline const shape *find_shape(const char *name)
{
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        if (strcmp(shapes[i].name, name) == 0)
            return &shapes[i];
    return &shapes[0];
}

/* Draws a number, uniform in 0 .. 1: the high bits of a linear congruential generator. */
static inline double draw_uniform(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (double)(*state >> 11) * 0x1p-53;
}

static inline double draw_normal(uint64_t *state)
{
    const double radius = sqrt(-2 * log(1 - draw_uniform(state)));
    return radius * cos(6.283185307179586 * draw_uniform(state));
}

static inline int64_t item_at(const double *ends, int64_t items, double at)
{
    int64_t low = 0, high = items - 1;
    while (low < high) {
        const int64_t middle = low + (high - low) / 2;
        if (ends[middle] < at)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static inline int ascending_items(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* Sort a user's n draws and keep each item once. Returns how many are left. */
static inline int64_t keep_once(int64_t *item, int64_t n)
{
    int64_t kept = 0;
    qsort(item, (size_t)n, sizeof *item, ascending_items);
    for (int64_t i = 0; i < n; i++)
        if (i == 0 || item[i] != item[i - 1])
            item[kept++] = item[i];
    return kept;
}

/** Draw a matrix of a shape. */
static inline wrmf_matrix *draw_matrix(wrmf_context *context, const shape *s)
{
    uint64_t state = 1;
    int64_t *const offsets = allocate(s->users + 1, sizeof *offsets);
    int64_t *const item = allocate((int64_t)(2 * s->pairs) + s->items, sizeof *item);
    double *const ends = allocate(s->items, sizeof *ends);
    double sum = 0;
    for (int64_t i = 0; i < s->items; i++)
        ends[i] = sum += pow((double)i + 10, -s->exponent);
    const double mean = exp(s->spread * s->spread / 2);
    for (int64_t u = 0; u < s->users; u++) {
        const double more = 1.12 * s->pairs / (double)s->users - s->least;
        double degree = s->least + exp(s->spread * draw_normal(&state)) / mean * more;
        if (degree > (double)s->items / 4)
            degree = (double)s->items / 4;
        const int64_t begin = offsets[u], n = (int64_t)degree;
        for (int64_t i = 0; i < n; i++)
            item[begin + i] = item_at(ends, s->items, draw_uniform(&state) * sum);
        offsets[u + 1] = begin + keep_once(item + begin, n);
        if ((double)offsets[u + 1] > 1.9 * s->pairs) {
            fprintf(stderr, "%s: more pairs than there is room for\n", s->name);
            exit(1);
        }
    }
    wrmf_matrix *matrix = NULL;
    TRY(wrmf_matrix_from_csr(context, s->users, s->items, offsets, item, NULL, &matrix, &err));
    free(offsets);
    free(item);
    free(ends);
    return matrix;
}

#endif /* BENCHMARKS_SHAPES_H */
