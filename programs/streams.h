/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * streams.h - the inputs and outputs that a command line names. "-" is standard input or output.
 *
 * A program first claims all that it is going to read, and then opens what it is going to write:
 * both fail at once, not after hours of work, and no output can be one of the inputs.
 */
#ifndef PROGRAMS_STREAMS_H
#define PROGRAMS_STREAMS_H

#include <stdint.h>

#include <wrmf/wrmf.h>

/* Says whether a path stands for standard input or output. */
int is_standard(const char *path);

/* Claims an input: ends the program where it cannot be read, or is standard input a second time. */
void input_claim(const char *path);
/* Claims a file, if it is there, that is read only to check others. The path, from allocate(), is
 * the callee's from now on. */
void input_claim_beside(char *path);
/* Ends the program if the file at path, by whatever name, is an input that was claimed. There need
 * not be a file. */
void output_check(const char *path);

/* An input, with the descriptor that it reads. */
struct source {
    const char *path; /* for messages */
    int fd;
    wrmf_input *input;
    uint64_t ids_hash[2]; /* of the ids of users and items, by the summary.json beside the file; 0:
                             not known */
};
/* Opens a file, or standard input. One of a folder that wrmf-prepare wrote is checked against that
 * folder's summary.json, with the others there; see folder.h. */
void source_open(struct source *source, wrmf_context *context, const char *path);
void source_close(struct source *source);

/* Claims an output: ends the program where it cannot be written, or is an input. After "-" all
 * that is printed goes to standard error. */
void output_claim(wrmf_context *context, const char *path);
/* Opens the output that was claimed. Until it is finished, what stands at path stays; a program
 * that ends before leaves nothing. */
wrmf_output *output_open(wrmf_context *context, const char *path);
/* Closes an output and ends the program if that fails, or if `status`, which the call that wrote
 * to it gave with the text of err, is not WRMF_OK. */
void output_finish(wrmf_output *output, wrmf_status status, wrmf_error *err);
/* Gives an output up: what stands at its path stays. */
void output_give_up(wrmf_output *output);

#endif /* PROGRAMS_STREAMS_H */
