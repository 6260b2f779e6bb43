/* SPDX-License-Identifier: BSD-2-Clause */
/* This hears signals that ask the program to end. */
#include "interrupt.h"

#include <signal.h>
#include <stddef.h>

#include "failure.h"

static const struct {
    int number;
    const char *name;
} signals[] = {{SIGINT, "SIGINT"}, {SIGTERM, "SIGTERM"}, {SIGHUP, "SIGHUP"}};

enum { SIGNALS = sizeof signals / sizeof signals[0] };

static volatile sig_atomic_t came; /* the number of the first signal, or 0 */

static void replace(int number, void (*from)(int), void (*to)(int))
{
    struct sigaction now, action = {.sa_handler = to, .sa_flags = SA_RESTART};
    if (sigaction(number, NULL, &now) == 0 && now.sa_handler == from)
        sigaction(number, &action, NULL);
}

static void hear(int number)
{
    came = number;
    for (int i = 0; i < SIGNALS; i++)
        replace(signals[i].number, hear, SIG_DFL);
}

void interrupt_watch(void)
{
    for (int i = 0; i < SIGNALS; i++)
        replace(signals[i].number, SIG_DFL, hear);
}

const char *interrupt_name(void)
{
    for (int i = 0; i < SIGNALS; i++)
        if (signals[i].number == came)
            return signals[i].name;
    return NULL;
}

void interrupt_end(void)
{
    for (int i = 0; i < SIGNALS; i++)
        replace(signals[i].number, hear, SIG_DFL);
    if (!came)
        return;
    finish();
    raise(came);
}
