/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * comparison.h - several models measured on the same users, with intervals, and whether they differ
 * from the first by more than chance.
 */
#ifndef PROGRAMS_COMPARISON_H
#define PROGRAMS_COMPARISON_H

#include <stdint.h>

#include <wrmf/wrmf.h>

/* Models that may be compared, at most. */
enum { COMPARISON_MOST = 32 };

/* What is measured; borrowed. */
struct entrant {
    const char *name;        /* for tables */
    wrmf_model *model;       /* NULL: the baseline */
    wrmf_baseline *baseline; /* NULL: the model */
};

/* A metric of an entrant. */
struct comparison_value {
    double value;             /* of all users */
    wrmf_interval interval;   /* NaN where there is none: of no mean over users, or infinite */
    wrmf_interval difference; /* of this entrant from the first, paired by user; likewise */
    double p;                 /* of that difference */
};

struct comparison {
    wrmf_context *context;
    wrmf_evaluator *evaluator; /* set up, but for values of users */
    const wrmf_matrix *given;  /* what is given of users that no entrant has seen; NULL: it has */
    const struct entrant *entrants;
    int n;
    const int64_t *cutoffs;
    int64_t n_cutoffs;
    int64_t resamples;
    struct comparison_value *values; /* of comparison_run(): metric, cut-off, entrant */
};

/* Runs the evaluator on an entrant. */
void entrant_run(wrmf_context *context, wrmf_evaluator *evaluator, const struct entrant *entrant,
                 const wrmf_matrix *given);
/* Measures all entrants; ends the program where that fails. */
void comparison_run(struct comparison *comparison);
void comparison_free(struct comparison *comparison);
/* Prints the table, or a JSON object; `exclude` and `empty` say by what settings. */
void comparison_print(const struct comparison *comparison, const char *exclude);
void comparison_put_json(const struct comparison *comparison, const char *exclude,
                         const char *empty);

#endif /* PROGRAMS_COMPARISON_H */
