/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bench-memory USERS ITEMS PAIRS FACTORS THREADS [SOLVER]: fit a random matrix for two epochs and
 * print a row of a table: the sizes, then in MiB what the formula of docs/performance.md gives for
 * factors, matrix and W, the most that the library held of its allocator's memory during the fit,
 * and the difference, which is scratch. With a SOLVER, the row has its name and, last, the scratch
 * in matrices of factors x factors numbers.
 */
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wrmf/wrmf.h>

static atomic_size_t held, peak; /* bytes that are given out, and the most that ever were */

static void *count_alloc(void *self, size_t bytes, size_t alignment)
{
    (void)self;
    void *const memory = aligned_alloc(alignment, (bytes + alignment - 1) / alignment * alignment);
    if (!memory)
        return NULL;
    const size_t now = atomic_fetch_add(&held, bytes) + bytes;
    size_t most = atomic_load(&peak);
    while (now > most && !atomic_compare_exchange_weak(&peak, &most, now))
        ;
    return memory;
}

static void count_free(void *self, void *memory, size_t bytes)
{
    (void)self;
    if (memory)
        atomic_fetch_sub(&held, bytes);
    free(memory);
}

static void must(wrmf_status status, const wrmf_error *err)
{
    if (status == WRMF_OK)
        return;
    fprintf(stderr, "bench-memory: %s\n", err->text);
    exit(1);
}

static uint64_t state = 88172645463325252u;

/* Draws a number of 0 .. n - 1 by xorshift: any numbers will do. */
static int64_t below(int64_t n)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (int64_t)(state % (uint64_t)n);
}

int main(int argc, char **argv)
{
    if (argc != 6 && argc != 7) {
        fprintf(stderr, "usage: bench-memory USERS ITEMS PAIRS FACTORS THREADS [SOLVER]\n");
        return 2;
    }
    const int64_t users = atoll(argv[1]), items = atoll(argv[2]), n = atoll(argv[3]);
    const int64_t factors = atoll(argv[4]);
    int64_t *const user = malloc(sizeof *user * (size_t)n), *const item =
                                                                malloc(sizeof *item * (size_t)n);
    if (!user || !item)
        return 1;
    for (int64_t i = 0; i < n; i++) {
        user[i] = below(users);
        item[i] = below(below(items) + 1); /* some items are popular */
    }
    wrmf_error err;
    wrmf_context *context = NULL;
    wrmf_matrix *matrix = NULL;
    wrmf_params *params = NULL;
    wrmf_model *model = NULL;
    must(wrmf_context_create_with_allocator(NULL, count_alloc, count_free, &context, &err), &err);
    must(wrmf_context_set_threads(context, atoi(argv[5]), &err), &err);
    must(wrmf_matrix_from_triplets(context, users, items, n, user, item, NULL, WRMF_DUPLICATES_DROP,
                                   NULL, &matrix, &err),
         &err);
    free(user);
    free(item);
    must(wrmf_params_create(context, &params, &err), &err);
    must(wrmf_params_set_int(params, WRMF_PARAM_FACTORS, factors, &err), &err);
    must(wrmf_params_set_int(params, WRMF_PARAM_ITERATIONS, 2, &err), &err);
    if (argc == 7)
        must(wrmf_params_set(params, "solver", argv[6], &err), &err);
    const bool has_w = argc < 7 || strcmp(argv[6], "blocks") != 0;
    atomic_store(&peak, atomic_load(&held));
    must(wrmf_model_fit(context, matrix, params, &model, &err), &err);
    const double mib = 1 << 20, stride = (double)((factors + 15) / 16 * 16);
    const double pairs = (double)wrmf_matrix_entries(matrix), m = (double)users, k = (double)items;
    const double formula = (m + k) * stride * 4 + has_w * (m > k ? m : k) * (stride + 1) * 4 +
                           2 * 4 * pairs + 8 * (m + k) + 4 * (m + k);
    const double most = (double)atomic_load(&peak);
    printf("| %lld | %lld | %.0f | %lld | %s | %.1f | %.1f | %.1f |", (long long)users,
           (long long)items, pairs, (long long)factors, argv[5], formula / mib, most / mib,
           (most - formula) / mib);
    if (argc == 7)
        printf(" %s | %.1f |", argv[6], (most - formula) / (stride * stride * 4));
    printf("\n");
    wrmf_model_free(model);
    wrmf_params_free(params);
    wrmf_matrix_free(matrix);
    wrmf_context_free(context);
    return 0;
}
