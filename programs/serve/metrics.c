/* SPDX-License-Identifier: BSD-2-Clause */
/* This counts what the service does. */
#include "metrics.h"

#include <stdatomic.h>
#include <time.h>

#include "../text.h"
#include "answers.h"

static const int codes[] = {200, 400, 404, 405, 409, 411, 413, 414,
                            415, 421, 431, 500, 501, 503, 505};
static const double limits[] = {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1};

enum {
    N_CODES = sizeof codes / sizeof codes[0],
    N_LIMITS = sizeof limits / sizeof limits[0],
    OTHER = MOST_ROUTES, /* the place of requests of no route */
};

/* Of each route: answers by their status, and by the seconds that they took. */
static struct {
    atomic_long codes[N_CODES + 1]; /* the last: any other */
    atomic_long limits[N_LIMITS + 1];
    atomic_llong nanoseconds;
} counts[MOST_ROUTES + 1];

static atomic_long opened, closed, timed_out, unanswered, cut_off[2], loaded, failed, answers;
static atomic_int is_failing; /* what could not be loaded last */
static atomic_llong loaded_at;

void metrics_answered(int route, int status, double seconds)
{
    const int place = route >= 0 && route < MOST_ROUTES ? route : OTHER;
    int code = 0, limit = 0;
    while (code < N_CODES && codes[code] != status)
        code++;
    while (limit < N_LIMITS && seconds > limits[limit])
        limit++;
    atomic_fetch_add_explicit(&counts[place].codes[code], 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&counts[place].limits[limit], 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&counts[place].nanoseconds, (long long)(1e9 * seconds),
                              memory_order_relaxed);
    atomic_fetch_add(&answers, 1);
}

void metrics_opened(void)
{
    atomic_fetch_add(&opened, 1);
}

void metrics_closed(void)
{
    atomic_fetch_add(&closed, 1);
}

void metrics_timed_out(void)
{
    atomic_fetch_add(&timed_out, 1);
}

void metrics_unanswered(void)
{
    atomic_fetch_add(&unanswered, 1);
}

void metrics_cut_off(int is_answered)
{
    atomic_fetch_add(&cut_off[is_answered], 1);
}

void metrics_loaded(int is_made)
{
    atomic_fetch_add(is_made ? &loaded : &failed, 1);
    atomic_store(&is_failing, !is_made);
    if (is_made)
        atomic_store(&loaded_at, (long long)time(NULL));
}

int metrics_is_failing(void)
{
    return atomic_load(&is_failing);
}

long metrics_open(void)
{
    return atomic_load(&opened) - atomic_load(&closed);
}

long metrics_answers(void)
{
    return atomic_load(&answers);
}

/* ---- printing ---- */

/* Prints what says of a metric what it is. */
static void put_head(FILE *out, const char *name, const char *type, const char *help)
{
    fprintf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void put_value(FILE *out, const char *name, const char *type, const char *help, double value)
{
    put_head(out, name, type, help);
    fprintf(out, "%s %.17g\n", name, value);
}

static const char *path_of(int place)
{
    return place == OTHER ? "other" : routes[place].path;
}

/* Gives the next place after one that is of a route, or of requests of none; -1 begins, and ends.
 */
static int next_place(int place)
{
    if (place == OTHER)
        return -1;
    place++;
    return routes[place].path ? place : OTHER;
}

static void put_requests(FILE *out)
{
    const char *name = "wrmf_http_requests_total";
    put_head(out, name, "counter", "Requests answered, by path and status.");
    for (int place = next_place(-1); place >= 0; place = next_place(place))
        for (int code = 0; code <= N_CODES; code++) {
            const long n = atomic_load(&counts[place].codes[code]);
            char text[16] = "other";
            if (code < N_CODES)
                snprintf(text, sizeof text, "%d", codes[code]);
            if (n > 0)
                fprintf(out, "%s{path=\"%s\",code=\"%s\"} %ld\n", name, path_of(place), text, n);
        }
}

static void put_durations(FILE *out)
{
    const char *name = "wrmf_http_request_duration_seconds";
    put_head(out, name, "histogram",
             "Time from a request that is there as a whole to its answer, by path.");
    for (int place = next_place(-1); place >= 0; place = next_place(place)) {
        long n = 0;
        for (int limit = 0; limit <= N_LIMITS; limit++) {
            char text[16] = "+Inf";
            n += atomic_load(&counts[place].limits[limit]);
            if (limit < N_LIMITS)
                snprintf(text, sizeof text, "%g", limits[limit]);
            fprintf(out, "%s_bucket{path=\"%s\",le=\"%s\"} %ld\n", name, path_of(place), text, n);
        }
        fprintf(out, "%s_sum{path=\"%s\"} %.9f\n", name, path_of(place),
                1e-9 * (double)atomic_load(&counts[place].nanoseconds));
        fprintf(out, "%s_count{path=\"%s\"} %ld\n", name, path_of(place), n);
    }
}

void metrics_put(FILE *out, const struct edition *e)
{
    put_requests(out);
    put_durations(out);
    put_value(out, "wrmf_http_connections", "gauge", "Connections that are open.",
              (double)metrics_open());
    put_value(out, "wrmf_http_connections_total", "counter", "Connections that were opened.",
              (double)atomic_load(&opened));
    put_value(out, "wrmf_http_connections_timed_out_total", "counter",
              "Connections closed because a request, or taking its answer, took too long.",
              (double)atomic_load(&timed_out));
    put_value(out, "wrmf_http_connections_unanswered_total", "counter",
              "Connections closed without an answer.", (double)atomic_load(&unanswered));
    put_head(out, "wrmf_http_requests_cut_off_total", "counter",
             "Requests that ended before their body was there, or their answer was taken.");
    for (int i = 0; i < 2; i++)
        fprintf(out, "wrmf_http_requests_cut_off_total{part=\"%s\"} %ld\n", i ? "answer" : "body",
                atomic_load(&cut_off[i]));
    put_value(out, "wrmf_model_loads_total", "counter", "Models that were loaded.",
              (double)atomic_load(&loaded));
    put_value(out, "wrmf_model_load_failures_total", "counter",
              "Model files that could not be loaded; the model before stayed.",
              (double)atomic_load(&failed));
    put_value(out, "wrmf_model_load_failing", "gauge",
              "1: what the files are now could not be loaded, and is tried again.",
              metrics_is_failing());
    put_value(out, "wrmf_model_load_timestamp_seconds", "gauge",
              "When the model that answers was loaded, in seconds since 1970.",
              (double)atomic_load(&loaded_at));
    put_value(out, "wrmf_model_load_seconds", "gauge", "Time that the last load took.", e->seconds);
    put_head(out, "wrmf_model_info", "gauge", "The model that answers; its value is 1.");
    fprintf(out, "wrmf_model_info{model=\"%s\"} 1\n", e->hash);
    put_value(out, "wrmf_model_users", "gauge", "Users of the model.",
              (double)wrmf_model_users(e->model));
    put_value(out, "wrmf_model_items", "gauge", "Items of the model.",
              (double)wrmf_model_items(e->model));
    put_value(out, "wrmf_model_factors", "gauge", "Factors of the model.",
              (double)wrmf_model_factors(e->model));
}
