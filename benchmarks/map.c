/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bench-map FILE USERS ITEMS FACTORS: save a random model with string ids, plain and to be mapped,
 * and print how long it takes to save it, to open it (the median of some), to find ids and make
 * lists, the first of which read the file's pages, to verify it; and the memory that it takes of
 * the allocator when it is open.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <wrmf/wrmf.h>

enum { OPENED = 15, ASKED = 1000 };

static size_t held;

static void *count_alloc(void *self, size_t bytes, size_t alignment)
{
    (void)self;
    held += bytes;
    return aligned_alloc(alignment, (bytes + alignment - 1) / alignment * alignment);
}

static void count_free(void *self, void *memory, size_t bytes)
{
    (void)self;
    held -= memory ? bytes : 0;
    free(memory);
}

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static void must(wrmf_status status, const wrmf_error *err)
{
    if (status == WRMF_OK)
        return;
    fprintf(stderr, "bench-map: %s\n", err->text);
    exit(1);
}

static int by_size(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void give_ids(wrmf_context *context, wrmf_model *model, wrmf_side side, int64_t n)
{
    wrmf_error err;
    wrmf_ids *ids = NULL;
    must(wrmf_ids_create(context, WRMF_IDS_STRING, &ids, &err), &err);
    for (int64_t i = 0; i < n; i++) {
        char id[32];
        const int length = snprintf(id, sizeof id, "id-%08llx",
                                    (unsigned long long)(i * 2654435761) % (1llu << 32));
        must(wrmf_ids_add(ids, id, (size_t)length, NULL, &err), &err);
    }
    must(wrmf_model_set_ids(model, side, ids, &err), &err);
    wrmf_ids_free(ids);
}

static void make_files(wrmf_context *context, char **argv, const char *plain)
{
    wrmf_error err;
    wrmf_params *params = NULL;
    wrmf_model *model = NULL;
    must(wrmf_params_create(context, &params, &err), &err);
    must(wrmf_params_set_int(params, WRMF_PARAM_FACTORS, atoll(argv[4]), &err), &err);
    must(wrmf_model_create(context, atoll(argv[2]), atoll(argv[3]), params, &model, &err), &err);
    give_ids(context, model, WRMF_USERS, atoll(argv[2]));
    give_ids(context, model, WRMF_ITEMS, atoll(argv[3]));
    const double start = now();
    must(wrmf_model_save(model, plain, &err), &err);
    const double middle = now();
    must(wrmf_model_save_as(model, argv[1], WRMF_SAVE_MAPPABLE, &err), &err);
    printf("save: plain %.2f s, to be mapped %.2f s\n", middle - start, now() - middle);
    wrmf_model_free(model);
    wrmf_params_free(params);
}

static wrmf_model *open_often(wrmf_context *context, const char *path, const char *what)
{
    wrmf_error err;
    wrmf_model *model = NULL;
    double seconds[OPENED];
    size_t bytes = 0;
    for (int i = 0; i < OPENED; i++) {
        wrmf_model_free(model);
        model = NULL;
        const size_t before = held;
        const double start = now();
        must(wrmf_model_map(context, path, &model, &err), &err);
        seconds[i] = now() - start;
        bytes = held - before;
    }
    qsort(seconds, OPENED, sizeof *seconds, by_size);
    printf("map %s: p50 %.3f ms, most %.3f ms, memory %.1f KiB, in place %.1f MiB\n", what,
           1e3 * seconds[OPENED / 2], 1e3 * seconds[OPENED - 1], (double)bytes / 1024,
           (double)wrmf_model_mapped(model) / (1 << 20));
    return model;
}

/* Find some ids; the median. */
static void find_ids(const wrmf_model *model, const char *what)
{
    const wrmf_ids *const ids = wrmf_model_ids(model, WRMF_USERS);
    static double seconds[ASKED];
    for (int i = 0; i < ASKED; i++) {
        size_t length;
        const char *const text =
            wrmf_ids_string(ids, (int64_t)i * 7919 % wrmf_ids_size(ids), &length);
        const double start = now();
        if (wrmf_ids_find(ids, text, length) != (int64_t)i * 7919 % wrmf_ids_size(ids))
            exit(1);
        seconds[i] = now() - start;
    }
    qsort(seconds, ASKED, sizeof *seconds, by_size);
    printf("find an id, %s: p50 %.2f us, p99 %.2f us\n", what, 1e6 * seconds[ASKED / 2],
           1e6 * seconds[ASKED * 99 / 100]);
}

static void list_of(const wrmf_model *model, const char *what)
{
    wrmf_error err;
    int64_t items[10], count;
    double scores[10];
    const double start = now();
    must(wrmf_recommend(model, 0, NULL, 10, items, scores, &count, &err), &err);
    printf("%s: %.2f ms\n", what, 1e3 * (now() - start));
}

int main(int argc, char **argv)
{
    wrmf_error err;
    wrmf_context *context = NULL;
    wrmf_model *loaded = NULL;
    char plain[4096];
    if (argc != 5) {
        fprintf(stderr, "usage: bench-map FILE USERS ITEMS FACTORS\n");
        return 2;
    }
    snprintf(plain, sizeof plain, "%s.plain", argv[1]);
    must(wrmf_context_create_with_allocator(NULL, count_alloc, count_free, &context, &err), &err);
    must(wrmf_context_set_threads(context, 1, &err), &err);
    make_files(context, argv, plain);
    wrmf_model *const model = open_often(context, argv[1], "a mappable file");
    list_of(model, "first list");
    list_of(model, "second list");
    find_ids(model, "mapped");
    double start = now();
    must(wrmf_model_verify(model, &err), &err);
    printf("verify: %.2f s\n", now() - start);
    const size_t before = held;
    start = now();
    must(wrmf_model_load(context, plain, &loaded, &err), &err);
    printf("load: %.2f s, memory %.1f MiB\n", now() - start, (double)(held - before) / (1 << 20));
    list_of(loaded, "list of the loaded model");
    find_ids(loaded, "loaded");
    wrmf_model_free(loaded);
    wrmf_model_free(model);
    wrmf_context_free(context);
    unlink(plain);
    unlink(argv[1]);
    return 0;
}
