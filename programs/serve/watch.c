/* SPDX-License-Identifier: BSD-2-Clause */
/* This takes over files that were replaced. */
#include "watch.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "../failure.h"
#include "../session.h"
#include "edition.h"
#include "metrics.h"

/* What a path named when it was looked at. */
struct state {
    int is_there;
    dev_t device;
    ino_t file;
    off_t size;
    struct timespec changed;
};

static struct edition_source source;
static struct state model_state, seen_state; /* of what was tried last */
static struct seen *seen;                    /* of the current edition; held */

enum { MOST_PAUSE = 60 /* seconds between two tries of files that cannot be used */ };

static pthread_t thread;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t woken;
static int is_wanted; /* an edition, at once; under the lock */
static double interval;
static atomic_int is_stopping;

static int is_cancelled(void)
{
    return atomic_load(&is_stopping);
}

static struct state look(const char *path)
{
    struct stat file;
    struct state state;
    memset(&state, 0, sizeof state);
    if (!path || stat(path, &file) != 0)
        return state;
    state.is_there = 1;
    state.device = file.st_dev;
    state.file = file.st_ino;
    state.size = file.st_size;
    state.changed = file.st_mtim;
    return state;
}

static int is_same(const struct state *a, const struct state *b)
{
    return a->is_there == b->is_there && a->device == b->device && a->file == b->file &&
           a->size == b->size && a->changed.tv_sec == b->changed.tv_sec &&
           a->changed.tv_nsec == b->changed.tv_nsec;
}

/* Makes an edition of what the files are, and publishes it. */
static int renew(struct state model, struct state of_seen, wrmf_error *why)
{
    const int keeps_seen = is_same(&of_seen, &seen_state);
    struct edition *edition = edition_make(&source, keeps_seen ? seen : NULL, why);
    model_state = model;
    metrics_loaded(edition != NULL);
    if (!edition)
        return -1;
    seen_state = of_seen;
    seen_leave(seen);
    seen = seen_hold(edition->seen);
    edition_publish(edition);
    return 0;
}

void watch_open(const char *model_path, const char *seen_path, int64_t threads, int64_t max_history)
{
    wrmf_error why;
    source = (struct edition_source){model_path, seen_path, threads, max_history, is_cancelled};
    if (renew(look(model_path), look(seen_path), &why) != 0)
        die("%s", why.text);
}

/* Waits until the time is over or something is wanted. Says whether an edition is wanted. */
static int wait_for_news(void)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += (time_t)interval;
    until.tv_nsec += (long)(1e9 * (interval - (double)(time_t)interval));
    if (until.tv_nsec >= 1000000000) {
        until.tv_nsec -= 1000000000;
        until.tv_sec++;
    }
    int failure = 0;
    pthread_mutex_lock(&lock);
    while (!is_wanted && !is_cancelled() && failure != ETIMEDOUT)
        failure = interval > 0 ? pthread_cond_timedwait(&woken, &lock, &until)
                               : pthread_cond_wait(&woken, &lock);
    const int wanted = is_wanted;
    is_wanted = 0;
    pthread_mutex_unlock(&lock);
    return wanted;
}

/* Files that could not be used: a file that is written in place can become whole without a change
 * of its size and its time. So they are tried again and again, in pauses that grow. */
struct trouble {
    int is_there;
    double pause, again; /* seconds; the time of the next try, by seconds_now() */
    wrmf_error last;     /* what was said of it, once */
};

/* Notes that files could not be used, and says it if that is news. */
static void note_trouble(struct trouble *trouble, int is_news, const wrmf_error *why)
{
    const double least = interval > 0.01 ? interval : 0.01;
    const double most = MOST_PAUSE > least ? MOST_PAUSE : least;
    const int is_known = trouble->is_there && strcmp(trouble->last.text, why->text) == 0;
    trouble->pause = !trouble->is_there || is_news ? least : 2 * trouble->pause;
    if (trouble->pause > most)
        trouble->pause = most;
    trouble->again = seconds_now() + trouble->pause;
    trouble->is_there = 1;
    trouble->last = *why;
    if (!is_known)
        warn("the model before goes on, for the new one cannot be used: %s%s", why->text,
             interval > 0 ? "; it is tried again" : "");
}

static void *watch(void *self)
{
    wrmf_error why;
    struct state tried_seen = seen_state;
    struct trouble trouble = {0};
    (void)self;
    for (;;) {
        const int is_forced = wait_for_news();
        if (is_cancelled())
            return NULL;
        const struct state model = look(source.model_path), of_seen = look(source.seen_path);
        const int is_news = !is_same(&model, &model_state) || !is_same(&of_seen, &tried_seen);
        const int is_due = trouble.is_there && interval > 0 && seconds_now() >= trouble.again;
        if (!is_forced && !is_news && !is_due)
            continue;
        tried_seen = of_seen;
        if (renew(model, of_seen, &why) == 0)
            trouble.is_there = 0;
        else if (!is_cancelled())
            note_trouble(&trouble, is_news, &why);
    }
}

void watch_start(double seconds)
{
    pthread_condattr_t attributes;
    interval = seconds;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&woken, &attributes);
    pthread_condattr_destroy(&attributes);
    const int failure = pthread_create(&thread, NULL, watch, NULL);
    if (failure != 0)
        die("no thread can be started: %s", strerror(failure));
}

void watch_now(void)
{
    pthread_mutex_lock(&lock);
    is_wanted = 1;
    pthread_cond_signal(&woken);
    pthread_mutex_unlock(&lock);
}

void watch_stop(void)
{
    pthread_mutex_lock(&lock);
    atomic_store(&is_stopping, 1);
    pthread_cond_signal(&woken);
    pthread_mutex_unlock(&lock);
    pthread_join(thread, NULL);
    seen_leave(seen);
    seen = NULL;
    edition_withdraw();
}
