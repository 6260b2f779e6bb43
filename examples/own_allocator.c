/* SPDX-License-Identifier: BSD-2-Clause */
/* The host's own memory: every allocation of a context is taken from a budget.
 * A model within the budget is fitted; one beyond it is an error like any other. */
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <wrmf/wrmf.h>

struct budget {
    atomic_size_t held; /* bytes that are given out */
    size_t limit;       /* bytes that may be given out */
};

static void *take(void *self, size_t bytes, size_t alignment)
{
    struct budget *budget = self;
    void *memory = NULL;

    /* Several threads may be here at once, so the counter is atomic. */
    if (atomic_fetch_add(&budget->held, bytes) + bytes <= budget->limit)
        memory = aligned_alloc(alignment, (bytes + alignment - 1) / alignment * alignment);
    if (!memory)
        atomic_fetch_sub(&budget->held, bytes);
    return memory;
}

static void give_back(void *self, void *memory, size_t bytes)
{
    struct budget *budget = self;
    atomic_fetch_sub(&budget->held, bytes);
    free(memory);
}

static wrmf_status fit(wrmf_context *context, const char *settings, wrmf_error *err)
{
    static const int64_t user[] = {0, 0, 1, 1, 2, 2}, item[] = {0, 1, 1, 2, 2, 0};
    wrmf_matrix *matrix = NULL;
    wrmf_params *params = NULL;
    wrmf_model *model = NULL;

    wrmf_status status = wrmf_matrix_from_triplets(context, 3, 3, 6, user, item, NULL,
                                                   WRMF_DUPLICATES_SUM, NULL, &matrix, err);
    if (status == WRMF_OK)
        status = wrmf_params_create(context, &params, err);
    if (status == WRMF_OK)
        status = wrmf_params_parse(params, settings, err);
    if (status == WRMF_OK)
        status = wrmf_model_fit(context, matrix, params, &model, err);
    printf("%s: %s\n", settings, wrmf_status_text(status));

    wrmf_model_free(model);
    wrmf_params_free(params);
    wrmf_matrix_free(matrix);
    return status;
}

int main(void)
{
    struct budget budget = {0, 16 << 20};
    wrmf_context *context = NULL;
    wrmf_error err;

    if (wrmf_context_create_with_allocator(&budget, take, give_back, &context, &err) != WRMF_OK ||
        fit(context, "factors=8", &err) != WRMF_OK) {
        fprintf(stderr, "own_allocator: %s\n", err.text);
        wrmf_context_free(context);
        return 1;
    }
    /* One matrix of 4096 x 4096 numbers is 64 MiB even in float32: this cannot fit. */
    const int refused = fit(context, "factors=4096", &err) == WRMF_E_NOMEM;
    wrmf_context_free(context);
    printf("bytes still held: %zu\n", atomic_load(&budget.held));
    return !refused || atomic_load(&budget.held) != 0;
}
