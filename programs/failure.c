/* SPDX-License-Identifier: BSD-2-Clause */
/* This is how a program warns and ends. */
#include "failure.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "progress.h"
#include "text.h"

static const char *program_name;

/* Keeps the numbers of standard input, output and error from files that are opened later, into
 * which messages would be written then: one that is closed stays of no use, but open. */
static void occupy_standard_descriptors(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0 && errno == EBADF)
            (void)open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}

void failure_set_program(const char *name)
{
    program_name = name;
    occupy_standard_descriptors();
    /* what a program writes may be piped to one that ends first: then it fails, but only once its
     * files are whole */
    signal(SIGPIPE, SIG_IGN);
}

/* Prints a message. What it quotes comes of files and databases of anyone's: control characters,
 * which could move a terminal's cursor or change what it shows, are escaped, but for line breaks
 * and tabs. Those of two bytes of UTF-8 are U+0080 .. U+009F. */
static void put_message(const char *text)
{
    for (const unsigned char *c = (const unsigned char *)text; *c; c++) {
        const int is_long = c[0] == 0xC2 && c[1] >= 0x80 && c[1] <= 0x9F;
        if (is_long || (*c < ' ' && *c != '\n' && *c != '\t') || *c == 0x7F)
            fprintf(stderr, "\\x%02x", is_long ? *++c : *c);
        else
            fputc(*c, stderr);
    }
}

static void complain(const char *format, va_list arguments)
{
    char *text = NULL;
    size_t length = 0;
    progress_clear();
    fflush(stdout);
    fprintf(stderr, "%s: ", program_name ? program_name : "wrmf");
    FILE *file = open_memstream(&text, &length);
    if (file) {
        vfprintf(file, format, arguments);
        if (fclose(file) == 0)
            put_message(text);
        free(text);
    } else {
        vfprintf(stderr, format, arguments);
    }
    fputc('\n', stderr);
}

void warn(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    complain(format, arguments);
    va_end(arguments);
}

void die(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    complain(format, arguments);
    va_end(arguments);
    exit(1);
}

void die_usage(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    complain(format, arguments);
    va_end(arguments);
    if (program_name)
        fprintf(stderr, "Try '%s --help'.\n", program_name);
    exit(2);
}

void warn_of(void *self, wrmf_log_level level, const char *line)
{
    (void)self;
    (void)level;
    progress_clear();
    fflush(stdout);
    fprintf(stderr, "%s: warning: ", program_name ? program_name : "wrmf");
    put_message(line);
    fputc('\n', stderr);
}

void check(wrmf_status status, const wrmf_error *err)
{
    if (status != WRMF_OK)
        die("%s", err->text);
}

void check_usage(wrmf_status status, const wrmf_error *err)
{
    if (status != WRMF_OK)
        die_usage("%s", err->text);
}

void *allocate(size_t n, size_t size)
{
    void *memory = calloc(n ? n : 1, size);
    if (!memory)
        die("out of memory: %zu times %zu bytes", n, size);
    return memory;
}

int finish(void)
{
    if (fflush(stdout) != 0 || ferror(stdout))
        die("standard output: %s", strerror(errno));
    return 0;
}
