/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the programs have to do with a terminal, on one of the test's own: the progress line fits
 * the width that there is at each draw, and a second signal kills.
 */
#define _XOPEN_SOURCE 700 /* posix_openpt() */
#include "fixture.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../programs/interrupt.h"
#include "../../programs/progress.h"

static int terminal; /* the end that reads what is drawn */
static int screen;   /* the end that is drawn on */

static void open_terminal(void)
{
    terminal = posix_openpt(O_RDWR | O_NOCTTY);
    assert_true(terminal >= 0);
    assert_int_equal(grantpt(terminal), 0);
    assert_int_equal(unlockpt(terminal), 0);
    screen = open(ptsname(terminal), O_RDWR | O_NOCTTY);
    assert_true(screen >= 0);
}

/* Draws on the terminal, of a width, and gives what it shows behind the last return to the start
 * of the line. */
static const char *drawn(int columns, const wrmf_progress *progress)
{
    static char text[4096];
    const struct winsize size = {.ws_row = 24, .ws_col = (unsigned short)columns};
    assert_int_equal(ioctl(terminal, TIOCSWINSZ, &size), 0);
    const int own = dup(STDERR_FILENO);
    assert_int_equal(dup2(screen, STDERR_FILENO), STDERR_FILENO);
    progress_draw(progress);
    assert_int_equal(dup2(own, STDERR_FILENO), STDERR_FILENO);
    close(own);
    assert_int_equal(write(screen, "@", 1), 1); /* ends what is drawn */
    size_t length = 0;
    do {
        const ssize_t more = read(terminal, text + length, sizeof text - 1 - length);
        assert_true(more > 0);
        length += (size_t)more;
    } while (text[length - 1] != '@');
    text[length - 1] = '\0';
    char *const start = strrchr(text, '\r');
    assert_non_null(start);
    const size_t clear = sizeof "\033[K" - 1;
    assert_memory_equal(start + 1, "\033[K", clear);
    return start + 1 + clear;
}

static void a_line_fits_its_terminal(void **state)
{
    (void)state;
    open_terminal();
    const wrmf_progress progress = {.struct_size = sizeof progress,
                                    .phase = "grid",
                                    .done = 23,
                                    .total = 180,
                                    .seconds = 10,
                                    .seconds_left = 75};
    assert_string_equal(drawn(100, &progress), "grid     ####-------------------------- "
                                               "23 of 180 configurations, 1 min 15 s left");
    for (int columns = 300; columns > 0; columns -= columns > 90 ? 35 : 1) {
        const char *const line = drawn(columns, &progress);
        assert_true(strlen(line) <= (size_t)(columns > 2 ? columns - 1 : 1));
        if (columns > 10)
            assert_non_null(strstr(line, "23 of 180"));
    }
    /* bytes are shown in MB; of what has no known end there is no bar and no estimate */
    const wrmf_progress bytes = {.struct_size = sizeof bytes,
                                 .phase = "read",
                                 .done = 12345678,
                                 .total = -1,
                                 .seconds = 1,
                                 .seconds_left = -1};
    assert_string_equal(drawn(80, &bytes), "read     12.3 MB");
    close(screen);
    close(terminal);
}

static void default_signals(void)
{
    const struct sigaction plain = {.sa_handler = SIG_DFL};
    sigaction(SIGINT, &plain, NULL);
    sigaction(SIGTERM, &plain, NULL);
    sigaction(SIGHUP, &plain, NULL);
}

/* In a child each: gives how it ended. */
static int ended(void (*work)(void))
{
    int status = 0;
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        default_signals();
        work();
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    return status;
}

static void one_signal(void)
{
    interrupt_watch();
    if (interrupt_name())
        _exit(1);
    raise(SIGINT);
    if (!interrupt_name() || strcmp(interrupt_name(), "SIGINT") != 0)
        _exit(2);
    interrupt_end();
    _exit(3);
}

static void two_signals(void)
{
    interrupt_watch();
    raise(SIGINT);
    raise(SIGTERM);
    _exit(1);
}

static void ignored_signals(void)
{
    const struct sigaction ignore = {.sa_handler = SIG_IGN};
    sigaction(SIGHUP, &ignore, NULL);
    interrupt_watch();
    raise(SIGHUP);
    interrupt_end(); /* none came */
    raise(SIGHUP);
    _exit(interrupt_name() ? 1 : 0);
}

static void late_signals(void)
{
    interrupt_watch();
    interrupt_end();
    raise(SIGTERM);
    _exit(1);
}

static void signals(void **state)
{
    (void)state;
    const int one = ended(one_signal), two = ended(two_signals), late = ended(late_signals);
    assert_true(WIFSIGNALED(one) && WTERMSIG(one) == SIGINT);
    assert_true(WIFSIGNALED(two) && WTERMSIG(two) == SIGTERM);
    assert_true(WIFSIGNALED(late) && WTERMSIG(late) == SIGTERM);
    assert_int_equal(ended(ignored_signals), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_fits_its_terminal),
        cmocka_unit_test(signals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
