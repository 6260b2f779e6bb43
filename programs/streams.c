/* SPDX-License-Identifier: BSD-2-Clause */
/* This opens the inputs and outputs that a command line names. */
#include "streams.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "failure.h"
#include "files.h"
#include "folder.h"
#include "options.h"

enum { MOST_INPUTS = 64 };

static struct claimed {
    const char *path;
    dev_t device;
    ino_t file; /* with the device: which file it is, by whatever name */
} inputs[MOST_INPUTS];
static int n_inputs;
static int standard_input_claimed;

int is_standard(const char *path)
{
    return strcmp(path, "-") == 0;
}

/* ---- claims ---- */

/* Remembers a file that is read, and says so. Pipes and devices are not overwritten by being
 * written to. */
static int remember(const char *path, const struct stat *file)
{
    if (!S_ISREG(file->st_mode) || n_inputs == MOST_INPUTS)
        return 0;
    inputs[n_inputs++] = (struct claimed){path, file->st_dev, file->st_ino};
    return 1;
}

void input_claim_beside(char *path)
{
    struct stat file;
    if (stat(path, &file) != 0 || !remember(path, &file))
        free(path);
}

void input_claim(const char *path)
{
    struct stat file;
    if (is_standard(path)) {
        if (standard_input_claimed)
            die_usage("standard input, -, is given twice");
        standard_input_claimed = 1;
        if (fstat(STDIN_FILENO, &file) != 0)
            die("standard input: %s", strerror(errno));
    } else {
        if (stat(path, &file) != 0 || access(path, R_OK) != 0)
            die("cannot read %s: %s", path, strerror(errno));
        if (S_ISDIR(file.st_mode))
            die("cannot read %s: %s", path, strerror(EISDIR));
    }
    remember(path, &file);
    if (!is_standard(path))
        folder_claim(path);
}

void output_check(const char *path)
{
    struct stat file;
    const int missing = is_standard(path) ? fstat(STDOUT_FILENO, &file) : stat(path, &file);
    if (missing || !S_ISREG(file.st_mode))
        return;
    for (int i = 0; i < n_inputs; i++)
        if (inputs[i].device == file.st_dev && inputs[i].file == file.st_ino)
            die_usage("the output %s is an input as well: %s",
                      is_standard(path) ? "(standard output)" : path,
                      is_standard(inputs[i].path) ? "standard input" : inputs[i].path);
}

/* ---- inputs ---- */

void source_open(struct source *source, wrmf_context *context, const char *path)
{
    wrmf_error err;
    source->path = is_standard(path) ? "standard input" : path;
    source->ids_hash[0] = source->ids_hash[1] = 0;
    source->fd = is_standard(path) ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (source->fd < 0)
        die("cannot read %s: %s", path, strerror(errno));
    if (!is_standard(path))
        folder_check_file(path, source->fd, source->ids_hash);
    check(wrmf_input_open_fd(context, source->fd, source->path, &source->input, &err), &err);
    check(wrmf_input_set_limit(source->input, WRMF_LIMIT_LINE, common.max_line, &err), &err);
    check(wrmf_input_set_limit(source->input, WRMF_LIMIT_ID, common.max_id, &err), &err);
}

void source_close(struct source *source)
{
    wrmf_input_free(source->input);
    if (source->fd != STDIN_FILENO)
        close(source->fd);
}

/* ---- outputs ---- */

static wrmf_output *unfinished;
static int standard_output = -1; /* a descriptor of what was standard output */

void output_give_up(wrmf_output *output)
{
    if (output == unfinished)
        unfinished = NULL;
    wrmf_output_free(output); /* which removes the temporary file */
}

static void give_up_unfinished(void)
{
    output_give_up(unfinished);
}

/* Keeps a descriptor of standard output, and lets all that is printed go to standard error. */
static void take_standard_output(void)
{
    if (isatty(STDOUT_FILENO))
        die_usage("standard output is a terminal; --out - is for a pipe or a file");
    fflush(stdout);
    standard_output = dup(STDOUT_FILENO);
    if (standard_output < 0 || dup2(STDERR_FILENO, STDOUT_FILENO) < 0)
        die("standard output: %s", strerror(errno));
}

/* Whether an output is to stay open from the claim on: whoever reads a pipe takes its closing for
 * the end. A regular file is opened again instead, so that a program killed while it computes
 * leaves no temporary file. */
static int stays_open(const char *path)
{
    struct stat file;
    return strncmp(path, "/dev/std", 8) == 0 || strncmp(path, "/dev/fd/", 8) == 0 ||
           strncmp(path, "/proc/", 6) == 0 || (stat(path, &file) == 0 && !S_ISREG(file.st_mode));
}

void output_claim(wrmf_context *context, const char *path)
{
    wrmf_error err;
    output_check(path);
    if (is_standard(path))
        take_standard_output();
    else
        check(wrmf_output_open_path(context, path, &unfinished, &err), &err);
    if (is_standard(path) || !stays_open(path))
        output_give_up(unfinished);
    atexit(give_up_unfinished);
}

wrmf_output *output_open(wrmf_context *context, const char *path)
{
    wrmf_error err;
    if (!unfinished && is_standard(path))
        check(wrmf_output_open_fd(context, standard_output, "standard output", &unfinished, &err),
              &err);
    else if (!unfinished)
        check(wrmf_output_open_path(context, path, &unfinished, &err), &err);
    return unfinished;
}

void output_finish(wrmf_output *output, wrmf_status status, wrmf_error *err)
{
    if (status == WRMF_OK)
        status = wrmf_output_close(output, err);
    output_give_up(output); /* before check(), which may exit */
    check(status, err);
    if (standard_output >= 0 && close(standard_output) != 0)
        die("cannot write standard output: %s", strerror(errno));
    standard_output = -1;
}
