/* SPDX-License-Identifier: BSD-2-Clause */
/* wrmf-serve: answers over HTTP, and a page, from a model. */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "../failure.h"
#include "../session.h"
#include "../streams.h"
#include "headers.h"
#include "hosts.h"
#include "http.h"
#include "watch.h"

static const char *host = "127.0.0.1", *train_path, *thumbnail;
static int64_t port = 8080, connections = 4096, max_body = 65536, max_history = 1000, max_n = 100,
               timeout = 10;
static struct text_list allowed_hosts;
static double check_seconds = 1;

static const struct option table[] = {
    {"host", "HOST", "the address or name to listen at (default 127.0.0.1: this machine\nalone)",
     OPTION_TEXT, &host, 0, 0},
    {"port", "PORT", "the port (default 8080); 0: one that is free", OPTION_INT, &port, 0, 65535},
    {"allow-host", "NAME",
     "a host that requests may name, without a port; again, or with\ncommas, for others; *: any. "
     "At a loopback address localhost,\n127.0.0.1 and [::1] alone are answered else",
     OPTION_LIST, &allowed_hosts, 0, 0},
    {"train", "FILE",
     "TRAIN.mtx: what users have there is left out of their lists, and\nexplains them; its items "
     "tell what is popular",
     OPTION_TEXT, &train_path, 0, 0},
    {"thumbnail", "URL", "pictures of items for the page; {id} stands for the id", OPTION_TEXT,
     &thumbnail, 0, 0},
    {"check", "SECONDS",
     "how often to look whether MODEL or TRAIN.mtx was replaced\n(default 1); 0: at SIGHUP alone",
     OPTION_REAL, &check_seconds, 0, 86400},
    {"connections", "N", "connections at a time, at most (default 4096)", OPTION_INT, &connections,
     1, 1000000},
    {"timeout", "SECONDS",
     "that a request may take to come, and its answer to be taken\n(default 10)", OPTION_INT,
     &timeout, 1, 3600},
    {"max-body", "BYTES", "of a request (default 65536)", OPTION_INT, &max_body, 1, 1 << 30},
    {"max-history", "N", "items that a request may name (default 1000)", OPTION_INT, &max_history,
     1, 1000000},
    {"max-n", "N", "entries that a list may have (default 100)", OPTION_INT, &max_n, 1,
     MOST_LISTED},
    {NULL, NULL, NULL, OPTION_FLAG, NULL, 0, 0},
};

static const struct program program = {
    "wrmf-serve",
    "MODEL [--host 127.0.0.1] [--port 8080] [--train TRAIN.mtx]",
    "Answers over HTTP, in JSON: lists for users and for visitors, similar items, why, and names;\n"
    "/openapi.json describes it. At / is a page for people. It prints its address when it is\n"
    "ready. A file that replaces MODEL, by a new one renamed to its place, is taken over while\n"
    "answers go on. SIGTERM and SIGINT end the program, with 0, when what has come is answered;\n"
    "SIGHUP looks for a new MODEL at once. --threads says how many threads answer. Whoever can\n"
    "reach the address can ask: there are no passwords. Nothing here depends on --seed.",
    {table},
    "answer over HTTP from a model",
    "wrmf-train prepared/train.mtx --ids prepared --out model.safetensors --mappable\n"
    "wrmf-serve model.safetensors --train prepared/train.mtx",
};

/* Waits for a signal, and meanwhile closes connections that take too long. Gives the signal that
 * ends the program. */
static int wait_for_end(const sigset_t *signals)
{
    const struct timespec moment = {0, 250000000};
    for (;;) {
        const int number = sigtimedwait(signals, NULL, &moment);
        http_sweep();
        if (number == SIGHUP)
            watch_now();
        else if (number > 0)
            return number;
        else if (errno != EAGAIN && errno != EINTR)
            die("signals cannot be waited for: %s", strerror(errno));
    }
}

static const int numbers[] = {SIGHUP, SIGTERM, SIGINT};

enum { N_NUMBERS = sizeof numbers / sizeof numbers[0] };

static pthread_t waiting; /* the thread that waits for signals, which it blocks */

/* Is a handler: threads that a library has started before main() do not block what this one waits
 * for, and get a signal while it does something else. */
static void pass_on(int number)
{
    pthread_kill(waiting, number);
}

/* Has the first of the signals wait for wait_for_end(), whichever thread gets them. Gives them. */
static sigset_t hold_signals(int count)
{
    sigset_t signals;
    struct sigaction action = {.sa_handler = pass_on, .sa_flags = SA_RESTART};
    sigfillset(&action.sa_mask);
    waiting = pthread_self();
    sigemptyset(&signals);
    for (int i = 0; i < count; i++)
        sigaddset(&signals, numbers[i]);
    pthread_sigmask(SIG_BLOCK, &signals, NULL); /* of all threads that are started from here on */
    for (int i = 0; i < count; i++)
        sigaction(numbers[i], &action, NULL);
    return signals;
}

/* Lets a second signal that ends the program end it at once. */
static void hear_again(const sigset_t *signals)
{
    for (int i = 0; i < N_NUMBERS; i++) {
        const struct sigaction action = {.sa_handler = numbers[i] == SIGHUP ? SIG_IGN : SIG_DFL};
        sigaction(numbers[i], &action, NULL);
    }
    pthread_sigmask(SIG_UNBLOCK, signals, NULL);
}

int main(int argc, char **argv)
{
    const char *path = NULL;
    (void)hold_signals(1); /* SIGHUP means the same while the first model is loaded */
    exit_status_text = "0 after SIGTERM or SIGINT (Ctrl-C), 1 after a failure, 2 if it was\n"
                       "called wrongly. A second signal ends the program as that signal.";
    options_parse(&program, argc, argv, 1, &path);
    if (is_standard(path))
        die_usage("the model is to be a file, which can be replaced");
    headers_allow_pictures(thumbnail);
    hosts_allow(&allowed_hosts);
    watch_open(path, train_path, common.threads, max_history);
    const sigset_t signals = hold_signals(N_NUMBERS);
    const struct service service = {{max_n, max_history}, thumbnail, http_is_stopping};
    wrmf_context *context = context_open();
    const struct http_options options = {host,        port,     wrmf_context_threads(context),
                                         connections, max_body, (double)timeout};
    wrmf_context_free(context);
    http_start(&options, &service);
    watch_start(check_seconds);
    printf("%s\n", http_address());
    finish();
    wait_for_end(&signals);
    hear_again(&signals);
    http_stop();
    watch_stop();
    return finish();
}
