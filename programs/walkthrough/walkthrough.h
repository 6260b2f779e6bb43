/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * walkthrough.h - what the parts of wrmf-walkthrough share. steps.c computes, tables.c
 * prints and writes figures, pictures.c draws, report.c makes the page.
 */
#ifndef PROGRAMS_WALKTHROUGH_H
#define PROGRAMS_WALKTHROUGH_H

#include <stdint.h>
#include <stdio.h>

#include <wrmf/wrmf.h>

#include "../interactions.h"
#include "../options.h"

enum {
    MOST_LISTS = 8,   /* lists of similar items that are shown */
    LIST_LENGTH = 10, /* similar items in a list */
    MOST_SHOWN = 16,  /* parameters that tables show */
    TOP_CONFIGURATIONS = 10,
    STANDINGS = 3,   /* the model and two baselines */
    MOST_NOTES = 24, /* warnings about the winner */
};

/* The ways to count hits: all items compete for a user's places, as in the article; or those that
 * the model was fitted to are left out, as where recommendations are served. */
enum protocol { ARTICLE, SERVING, PROTOCOLS };

/* The best configuration and point by one protocol, with its figure by each. */
struct winner {
    const wrmf_curve *curve;
    int64_t configuration, point;
    double values[PROTOCOLS];
};

/* How the model that is saved, or a baseline, fares on the test. */
struct standing {
    double values[PROTOCOLS];            /* of the metric that decides */
    wrmf_interval difference[PROTOCOLS]; /* of a baseline: what it has more than the model */
    double p[PROTOCOLS];                 /* of that difference */
};

struct walk_options {
    const char *grid, *epochs, *directory, *thumbnail, *exclude, *metric;
    const char
        *new_files; /* the folder in directory where files are until all are whole; folder.h */
    int64_t k;
    int64_t tries, halving, patience, finish; /* 0: all, none, none, none */
    int coordinates; /* whether to go along one parameter after the other */
    double budget;   /* seconds; 0: none */
    struct text_list settings, items;
};
extern struct walk_options walk_options;

/* Tables show this as one parameter: an id, or "regularization" for both sides'. */
struct shown {
    wrmf_param id;
    const char *label;
};

struct similar_list {
    int64_t item, users; /* the item and how many users it has */
    int64_t count;
    int64_t items[LIST_LENGTH];
    double scores[LIST_LENGTH];
};

struct walk {
    wrmf_context *context;
    struct interactions data;

    wrmf_params *base;
    wrmf_grid *grid;
    int64_t *epochs, n_epochs;
    wrmf_metric metric;           /* which decides, */
    char metric_name[48];         /* its name with the cut-off, such as precision@5, */
    char measures[PROTOCOLS][64]; /* and its columns, such as test_precision@5 */
    int chosen;                   /* which of them decides, a protocol, */
    const char *measure;          /* and its column */
    int64_t measure_column;
    double seconds_grid;   /* that this run of the grid took */
    double seconds_fitted; /* that fitting took, configurations from the journal included */
    struct shown shown[MOST_SHOWN];
    int n_shown;

    const wrmf_curve *best;
    int64_t best_point, best_epoch;
    double best_value;
    struct winner winners[PROTOCOLS];
    struct standing standings[STANDINGS]; /* of the model that is saved, and of the baselines */
    char notes[MOST_NOTES][256];          /* what to beware of */
    int n_notes;

    wrmf_model *model; /* the best configuration, fitted to everything */
    double objective, seconds_refit;

    struct similar_list lists[MOST_LISTS];
    int n_lists;
};

/* Says that a file is in new_files; see folder.h. */
void walk_add(const char *name);

/* ---- steps.c, in the order in which they are taken ---- */
void walk_check_options(struct walk *walk,
                        const char *input); /* runs before anything that takes long */
void walk_read(struct walk *walk, const char *input);
void walk_run_grid(struct walk *walk);
void walk_refit(struct walk *walk);
void walk_find_similar(struct walk *walk);
void walk_write_model(const struct walk *walk); /* and the users that had items held out */
void walk_put_files(FILE *file);                /* size and hash of each file, as JSON */
void walk_close_folder(void);                   /* puts all files in their places */
void walk_free(struct walk *walk);

/* Makes an evaluator: the metric that decides and mse of the held-out users against the items of a
 * matrix; or, where those of the training matrix are left out, which no mse can be, the metric. */
wrmf_evaluator *walk_evaluator(struct walk *walk, const wrmf_matrix *target,
                               const wrmf_matrix *train, int seen_out);
/* Ends the program by the signal that asked for it; the journal has what is done. */
_Noreturn void walk_stop(const struct walk *walk);

/* ---- baselines.c ---- */
void walk_measure_baselines(struct walk *walk); /* fits the winner to the train part again */
void walk_print_baselines(const struct walk *walk);
void walk_put_baselines(const struct walk *walk, FILE *file); /* as JSON */
void walk_put_baselines_html(const struct walk *walk, FILE *out);

/* ---- protocols.c ---- */
void walk_note(struct walk *walk, const char *format, ...) __attribute__((format(printf, 2, 3)));
void walk_name_measures(struct walk *walk); /* finds the metric as well */
void walk_choose(struct walk *walk); /* finds the best by each protocol, and what to warn of */
void walk_print_protocols(const struct walk *walk);
void walk_print_notes(
    const struct walk *walk); /* warnings, behind all that is said of the winner */
void walk_put_protocols(const struct walk *walk, FILE *file); /* as JSON */
void walk_put_protocols_html(const struct walk *walk, FILE *out);

/* ---- tables.c ---- */
/* Gives what is shown of parameters, such as "factors=40 regularization=0.1 alpha=50". */
void walk_put_params(const struct walk *walk, FILE *file, const wrmf_params *params);
void walk_print_curves(const struct walk *walk);
void walk_print_best(const struct walk *walk);
void walk_print_refit(const struct walk *walk);
void walk_print_similar(const struct walk *walk);
void walk_write_csv(const struct walk *walk);
/* Gives what it wrote; the caller frees it. It names the other files, so it comes last. */
char *walk_write_summary(const struct walk *walk);

/* ---- pictures.c; gives 1, or 0 with a message if there is no gnuplot ---- */
int walk_draw(const struct walk *walk);

/* ---- report.c ---- */
void walk_write_report(const struct walk *walk, int with_pictures);

#endif /* PROGRAMS_WALKTHROUGH_H */
