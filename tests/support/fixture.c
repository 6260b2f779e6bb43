/* SPDX-License-Identifier: BSD-2-Clause */
#include "fixture.h"

#include <string.h>
#include <time.h>

host machine;
wrmf_context *context;

int fixture_set_up(void **state)
{
    (void)state;
    memset(&machine, 0, sizeof machine);
    context = host_context(&machine);
    return 0;
}

int fixture_tear_down(void **state)
{
    (void)state;
    wrmf_context_free(context);
    host_check(&machine);
    return 0;
}

int runner_that_fails(void *self, size_t chunks, wrmf_task_fn task, void *job)
{
    (void)self, (void)chunks, (void)task, (void)job;
    return 1;
}

int runner_that_is_slow(void *self, size_t chunks, wrmf_task_fn task, void *job)
{
    const struct timespec pause = {.tv_nsec = 60000000};
    (void)self;
    for (size_t chunk = 0; chunk < chunks; chunk++)
        task(job, chunk, 0);
    nanosleep(&pause, NULL);
    return 0;
}

int hook_that_stops(void *self, const wrmf_progress *progress)
{
    (void)self, (void)progress;
    return 1;
}
