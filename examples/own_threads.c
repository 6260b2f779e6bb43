/* SPDX-License-Identifier: BSD-2-Clause */
/* The host's own threads: the library hands out chunks of work and starts no thread.
 * A real host would keep its threads; this one starts some for each round of work. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <wrmf/wrmf.h>

enum { WORKERS = 4, USERS = 3000, ITEMS = 300, EACH = 8 };

struct round {
    wrmf_task_fn task;
    void *job;
    size_t chunks;
    atomic_size_t next, worker; /* the chunk and the worker number to give out next */
};

static void *work(void *self)
{
    struct round *round = self;
    const size_t worker = atomic_fetch_add(&round->worker, 1);
    size_t chunk;
    while ((chunk = atomic_fetch_add(&round->next, 1)) < round->chunks)
        round->task(round->job, chunk, worker);
    return NULL;
}

static int run(void *self, size_t chunks, wrmf_task_fn task, void *job)
{
    struct round round = {task, job, chunks, 0, 0};
    pthread_t threads[WORKERS - 1];
    int started = 0;

    /* The calling thread works too, so the round ends even if none can be started. */
    while (started < WORKERS - 1 && !pthread_create(&threads[started], NULL, work, &round))
        started++;
    work(&round);
    while (started > 0)
        pthread_join(threads[--started], NULL);
    ++*(int64_t *)self;
    return 0;
}

int main(void)
{
    static int64_t user[USERS * EACH], item[USERS * EACH];
    int64_t rounds = 0;
    int failed = 1;
    wrmf_error err;
    wrmf_context *context = NULL;
    wrmf_matrix *matrix = NULL;
    wrmf_model *one = NULL, *four = NULL;

    for (int64_t i = 0; i < USERS * EACH; i++) {
        user[i] = i / EACH;
        item[i] = i * i % 7919 % ITEMS;
    }
    if (wrmf_context_create(&context, &err) != WRMF_OK ||
        wrmf_matrix_from_triplets(context, USERS, ITEMS, USERS * EACH, user, item, NULL,
                                  WRMF_DUPLICATES_SUM, NULL, &matrix, &err) != WRMF_OK ||
        wrmf_model_fit(context, matrix, NULL, &one, &err) != WRMF_OK ||
        wrmf_context_set_runner(context, &rounds, run, WORKERS, &err) != WRMF_OK ||
        wrmf_model_fit(context, matrix, NULL, &four, &err) != WRMF_OK)
        goto done;
    const double a = wrmf_model_score(one, 0, 1), b = wrmf_model_score(four, 0, 1);
    printf("the host was asked for threads: %s\n", rounds > 0 ? "yes" : "no");
    printf("a score on one thread: %.2f, on %d: %.2f\n", a, WORKERS, b);
    printf("the same bits: %s\n", a == b ? "yes" : "no");

    failed = 0;
done:
    if (failed)
        fprintf(stderr, "own_threads: %s\n", err.text);
    wrmf_model_free(one);
    wrmf_model_free(four);
    wrmf_matrix_free(matrix);
    wrmf_context_free(context);
    return failed;
}
