/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * common.h - what the programs share: options, failures, progress, numbers,
 * text that is safe to put into JSON and HTML, files written as a whole.
 */
#ifndef EXAMPLES_COMMON_H
#define EXAMPLES_COMMON_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <wrmf/wrmf.h>

/* ---- options: one table a program ---- */

enum option_type {
    OPTION_FLAG, /* target: int, set to 1 */
    OPTION_TEXT, /* target: const char * */
    OPTION_INT,  /* target: int64_t, within lowest .. highest */
    OPTION_REAL, /* target: double, within lowest .. highest */
    OPTION_LIST, /* target: struct text_list; may be given again and again */
};

struct option {
    const char *name;    /* without the dashes; NULL ends the table */
    const char *metavar; /* what stands for the value in --help */
    const char *help;
    enum option_type type;
    void *target;
    double lowest, highest;
};

struct text_list {
    const char *text[64];
    int count;
};

struct program {
    const char *name;
    const char *usage; /* behind the name, such as "INPUT --out DIR" */
    const char *about; /* sentences below the usage line */
    const struct option *options;
};

/* What every program takes besides its own options. */
struct common_options {
    int64_t threads; /* 0: all processors */
    int64_t seed;
};
extern struct common_options common;

/* Reads `--name VALUE` and `--name=VALUE` anywhere, --threads, --seed, --help
 * and --version; puts the other arguments, exactly `wanted` of them, into
 * arguments. A mistake ends the program with status 2. */
void options_parse(const struct program *program, int argc, char **argv, int wanted,
                   const char **arguments);

/* ---- failures ---- */

/* A line on standard error, then exit: status 1, or 2 for a mistake in how the
 * program was called. */
_Noreturn void die(const char *format, ...) __attribute__((format(printf, 1, 2)));
_Noreturn void die_usage(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Ends the program, with the library's text, unless status is WRMF_OK. */
void check(wrmf_status status, const wrmf_error *err);
void check_usage(wrmf_status status, const wrmf_error *err);

/* Flushes standard output; what main() returns. */
int finish(void);

/* Seconds of a clock that never goes back. */
double seconds_now(void);

/* calloc() that does not fail; n may be 0. */
void *allocate(size_t n, size_t size);

/* ---- the library ---- */

/* A context with the threads asked for and, where standard error is a
 * terminal, a progress bar. */
wrmf_context *context_open(void);
/* Wipes the bar, before something else is printed. */
void progress_clear(void);

/* Parameters at their defaults but --seed and the `name=value` of a list. */
wrmf_params *params_open(wrmf_context *context, const struct text_list *settings);

wrmf_matrix *matrix_load(wrmf_context *context, const char *path);
wrmf_model *model_load(wrmf_context *context, const char *path);

/* The index of an id, or of a number where the model has no ids. */
int64_t model_find(const wrmf_model *model, wrmf_side side, const char *id);
/* A list as lines: rank, score, id and name, a tab between them. */
void model_print_list(const wrmf_model *model, wrmf_side side, const int64_t *indices,
                      const double *scores, int64_t count);

/* "5,10" as ascending numbers without repetition, each >= lowest; how many. */
int64_t numbers_parse(const char *option, const char *text, int64_t lowest, int64_t *numbers,
                      int64_t room);

/* ---- text ---- */

/* The text of an id (or of its index, if ids is NULL), in one of 4 buffers that
 * are used in turn where it has to be made. */
const char *id_text(const wrmf_ids *ids, int64_t index);
/* The name of an id, or the id where it has none. */
const char *name_text(const wrmf_ids *ids, int64_t index);

/* 912860 as "912,860", in one of 8 buffers that are used in turn. */
const char *with_commas(int64_t number);

/* All three replace what is not UTF-8 by U+FFFD; none writes a control
 * character that could move a terminal's cursor. */
void put_plain(FILE *file, const char *text);
void put_json(FILE *file, const char *text); /* with its quotes */
void put_html(FILE *file, const char *text); /* fit for attributes too */
/* A number, or null where JSON has none. */
void put_json_number(FILE *file, double number);

/* ---- files ---- */

/* DIR/NAME; to be freed. */
char *path_join(const char *directory, const char *name);
/* Makes a directory and those above it. */
void directory_make(const char *path);

/* A file that is written to memory first and, when it is whole, to its place. */
struct document {
    FILE *file; /* print here */
    char *text;
    size_t length;
};
void document_open(struct document *document);
void document_save(struct document *document, wrmf_context *context, const char *path);

#endif /* EXAMPLES_COMMON_H */
