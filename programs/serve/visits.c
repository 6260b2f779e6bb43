/* SPDX-License-Identifier: BSD-2-Clause */
/* This watches connections. */
#include "visits.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "../session.h"

struct visit {
    struct visit *next, **link; /* of the list of all */
    int fd;
    int is_shut;
    int is_answered; /* by the thread of the connection alone */
    double since;    /* by seconds_now() */
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct visit *all;

struct visit *visit_begin(int fd)
{
    struct visit *visit = calloc(1, sizeof *visit);
    if (!visit)
        return NULL;
    visit->fd = fd;
    visit->since = seconds_now();
    pthread_mutex_lock(&lock);
    visit->next = all;
    visit->link = &all;
    if (all)
        all->link = &visit->next;
    all = visit;
    pthread_mutex_unlock(&lock);
    return visit;
}

void visit_step(struct visit *visit)
{
    if (!visit)
        return;
    const double now = seconds_now();
    pthread_mutex_lock(&lock);
    visit->since = now;
    pthread_mutex_unlock(&lock);
}

void visit_answered(struct visit *visit)
{
    if (visit)
        visit->is_answered = 1;
}

int visit_end(struct visit *visit)
{
    if (!visit)
        return 1;
    const int is_answered = visit->is_answered;
    pthread_mutex_lock(&lock);
    *visit->link = visit->next;
    if (visit->next)
        visit->next->link = visit->link;
    pthread_mutex_unlock(&lock);
    free(visit);
    return is_answered;
}

int visits_sweep(double seconds)
{
    const double now = seconds_now();
    int n = 0;
    pthread_mutex_lock(&lock);
    for (struct visit *visit = all; visit; visit = visit->next) {
        if (visit->is_shut || now - visit->since <= seconds)
            continue;
        /* its thread sees the end of it, and closes it: the descriptor is this one's until then */
        shutdown(visit->fd, SHUT_RDWR);
        visit->is_shut = 1;
        n++;
    }
    pthread_mutex_unlock(&lock);
    return n;
}
