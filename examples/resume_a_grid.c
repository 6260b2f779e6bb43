/* SPDX-License-Identifier: BSD-2-Clause */
/* resume_a_grid [JOURNAL]: a search that survives being stopped. Each configuration
 * that is done is a line of the journal; a grid that is set up the same way reads
 * the lines that are there instead of computing them again. */
#include <stdio.h>
#include <string.h>
#include <wrmf/wrmf.h>

enum { USERS = 600, ITEMS = 100, PLAYS = 12 };

/* Stops the grid when two configurations are done, as a shutdown might. */
static int stop(void *self, const wrmf_progress *progress)
{
    (void)self;
    return strcmp(progress->phase, "grid") == 0 && progress->done == 2;
}

/* Sets a grid up, runs as much of it as the progress hook allows, prints the best. */
static wrmf_status search(wrmf_context *context, const wrmf_matrix *train,
                          const wrmf_evaluator *evaluator, const char *journal, wrmf_error *err)
{
    wrmf_grid *grid = NULL;
    wrmf_status status = WRMF_OK;
    if (wrmf_grid_create(context, train, NULL, &grid, err) != WRMF_OK ||
        wrmf_grid_parse(grid, "factors=5,20 alpha=10,100", err) != WRMF_OK ||
        wrmf_grid_add_evaluator(grid, "test", evaluator, err) != WRMF_OK ||
        wrmf_grid_set_journal(grid, journal, err) != WRMF_OK ||
        wrmf_grid_run(context, grid, err) != WRMF_OK ||
        wrmf_grid_sort(grid, "test_ndcg@10", err) != WRMF_OK)
        status = err->code;
    printf("%s: %d of %d configurations are done\n", wrmf_status_text(status),
           (int)wrmf_grid_done(grid), (int)wrmf_grid_size(grid));
    if (status == WRMF_OK) {
        const wrmf_params *best = wrmf_curve_params(wrmf_grid_curve(grid, 0));
        printf("best: factors=%d alpha=%g\n", (int)wrmf_params_get_int(best, WRMF_PARAM_FACTORS),
               wrmf_params_get_real(best, WRMF_PARAM_ALPHA));
    }
    wrmf_grid_free(grid);
    return status;
}

int main(int argc, char **argv)
{
    static int64_t user[USERS * PLAYS], item[USERS * PLAYS];
    const char *journal = argc > 1 ? argv[1] : "grid.journal";
    wrmf_error err;
    wrmf_context *context = NULL;
    wrmf_matrix *all = NULL, *train = NULL, *test = NULL;
    wrmf_evaluator *evaluator = NULL;

    /* A user takes two items of three from one shelf of 20, and the third anywhere. */
    for (int64_t i = 0; i < USERS * PLAYS; i++) {
        user[i] = i / PLAYS;
        item[i] = i * i % 7919 % ITEMS;
        if (i % 3)
            item[i] = user[i] % 5 * 20 + item[i] % 20;
    }
    remove(journal); /* An earlier run of this example has done it all. */
    int failed = wrmf_context_create(&context, &err) != WRMF_OK ||
                 wrmf_matrix_from_triplets(context, USERS, ITEMS, USERS * PLAYS, user, item, NULL,
                                           WRMF_DUPLICATES_DROP, NULL, &all, &err) != WRMF_OK ||
                 wrmf_matrix_split(all, 3, 0.5, 2, &train, &test, NULL, NULL, &err) != WRMF_OK ||
                 wrmf_evaluator_create(context, test, train, &evaluator, &err) != WRMF_OK;
    wrmf_context_set_progress(context, NULL, stop);
    failed = failed || search(context, train, evaluator, journal, &err) != WRMF_E_CANCELLED;
    wrmf_context_set_progress(context, NULL, NULL);
    failed = failed || search(context, train, evaluator, journal, &err) != WRMF_OK;

    if (failed)
        fprintf(stderr, "resume_a_grid: %s\n", err.text);
    wrmf_evaluator_free(evaluator);
    wrmf_matrix_free(test);
    wrmf_matrix_free(train);
    wrmf_matrix_free(all);
    wrmf_context_free(context);
    return failed;
}
