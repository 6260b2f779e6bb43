/* SPDX-License-Identifier: BSD-2-Clause */
#include "world.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

char world_untouched;

/* ---- trouble ---- */

static bool comes_now(world *w)
{
    if (w->held > 0 || ++w->seen != w->at)
        return false;
    w->came = true;
    return true;
}

static int run_serially(void *self, size_t chunks, wrmf_task_fn task, void *job)
{
    world *const w = self;
    const bool fail =
        (w->trouble == RUNNER_REFUSES || w->trouble == RUNNER_BREAKS_OFF) && comes_now(w);
    const size_t n = !fail ? chunks : w->trouble == RUNNER_BREAKS_OFF ? chunks / 2 : 0;
    assert_false(w->running); /* not called re-entrantly */
    w->running = true;
    for (size_t chunk = 0; chunk < n; chunk++)
        task(job, chunk, chunk % 3);
    w->running = false;
    if (w->slowly) {
        const struct timespec pause = {.tv_nsec = 55000000};
        nanosleep(&pause, NULL);
    }
    return fail;
}

static int show_progress(void *self, const wrmf_progress *progress)
{
    world *const w = self;
    assert_true(progress->struct_size >= sizeof *progress);
    assert_true(progress->done >= 0 && (progress->total < 0 || progress->done <= progress->total));
    assert_true(progress->seconds >= 0);
    if (w->trouble != CANCEL || !comes_now(w))
        return 0;
    w->last = progress->done == progress->total;
    return 1;
}

void world_hold(world *w)
{
    w->held++;
    host_fail(&w->host, 0, false);
}

void world_go(world *w)
{
    if (--w->held > 0)
        return;
    if (w->trouble == NO_MEMORY || w->trouble == NO_MEMORY_ONWARDS)
        host_fail(&w->host, w->at, w->trouble == NO_MEMORY_ONWARDS);
}

/* ---- objects ---- */

static wrmf_matrix *make_matrix(world *w, int step)
{
    int64_t user[USERS * ITEMS], item[USERS * ITEMS], n = 0;
    double count[USERS * ITEMS];
    for (int64_t u = 0; u < USERS; u++)
        for (int64_t i = 0; i < ITEMS; i++)
            if ((u * 5 + i * 7 + u * i * step) % 3 == 0) {
                user[n] = u;
                item[n] = i;
                count[n++] = (double)(1 + (u + i) % 4);
            }
    wrmf_matrix *out = NULL;
    MUST(wrmf_matrix_from_triplets(w->context, USERS, ITEMS, n, user, item, count,
                                   WRMF_DUPLICATES_REFUSE, NULL, &out, err));
    return out;
}

static wrmf_ids *make_ids(world *w, int64_t n, wrmf_ids_kind kind)
{
    wrmf_ids *out = NULL;
    MUST(wrmf_ids_create(w->context, kind, &out, err));
    for (int64_t i = 0; i < n; i++) {
        char id[32];
        const int length = snprintf(id, sizeof id, "id %d", (int)i);
        if (kind == WRMF_IDS_STRING)
            MUST(wrmf_ids_add(out, id, (size_t)length, NULL, err));
        else
            MUST(wrmf_ids_add_integer(out, 100 + i * i, NULL, err));
        if (i % 2 == 0)
            MUST(wrmf_ids_set_name(out, i, "a name", 6, err));
    }
    return out;
}

void world_open(world *w, unsigned needs, trouble_kind trouble, int threads)
{
    memset(w, 0, sizeof *w);
    w->trouble = trouble;
    w->held = 1;
    w->slowly = trouble == CANCEL && (needs & SLOWLY);
    w->context = host_context(&w->host);
    w->matrix = make_matrix(w, 2);
    w->test = make_matrix(w, 1);
    MUST(wrmf_params_create(w->context, &w->params, err));
    MUST(wrmf_params_parse(w->params, "factors=3 iterations=3 alpha=5 relaxation_wait=1", err));
    if (needs & NEEDS_IDS) {
        w->users = make_ids(w, USERS, WRMF_IDS_STRING);
        w->items = make_ids(w, ITEMS, WRMF_IDS_STRING);
        w->numbers = make_ids(w, USERS, WRMF_IDS_INTEGER);
    }
    if (needs & (NEEDS_MODEL | NEEDS_FILE))
        MUST(wrmf_model_fit(w->context, w->matrix, w->params, &w->model, err));
    if (needs & NEEDS_FILE) {
        snprintf(w->path, sizeof w->path, "fault-%ld.safetensors", (long)getpid());
        MUST(wrmf_model_set_ids(w->model, WRMF_USERS, w->users, err));
        MUST(wrmf_model_set_ids(w->model, WRMF_ITEMS, w->items, err));
        MUST(wrmf_model_save(w->model, w->path, err));
    }
    if (trouble == RUNNER_REFUSES || trouble == RUNNER_BREAKS_OFF || w->slowly)
        MUST(wrmf_context_set_runner(w->context, w, run_serially, 3, err));
    else
        MUST(wrmf_context_set_threads(w->context, threads, err));
    wrmf_context_set_progress(w->context, w, show_progress);
}

void world_close(world *w)
{
    wrmf_matrix_free(w->matrix);
    wrmf_matrix_free(w->test);
    wrmf_ids_free(w->users);
    wrmf_ids_free(w->items);
    wrmf_ids_free(w->numbers);
    wrmf_params_free(w->params);
    wrmf_model_free(w->model);
    wrmf_context_free(w->context);
    if (w->path[0])
        unlink(w->path);
    host_check(&w->host);
}

/* ---- input and output ---- */

static int64_t read_text(void *self, void *buffer, size_t capacity)
{
    text *const t = self;
    const size_t n = capacity < t->left ? capacity : t->left;
    memcpy(buffer, t->data, n);
    t->data += n;
    t->left -= n;
    return (int64_t)n;
}

wrmf_input *world_input(world *w, text *t)
{
    wrmf_input *input = NULL;
    world_hold(w);
    MUST(wrmf_input_open_callback(w->context, t, read_text, NULL, &input, err));
    world_go(w);
    return input;
}

static int forget(void *self, const void *data, size_t bytes)
{
    (void)self;
    (void)data;
    (void)bytes;
    return 0;
}

wrmf_output *world_output(world *w)
{
    wrmf_output *output = NULL;
    world_hold(w);
    MUST(wrmf_output_open_callback(w->context, NULL, forget, NULL, &output, err));
    world_go(w);
    return output;
}
