/* SPDX-License-Identifier: BSD-2-Clause */
/* wrmf-evaluate: every metric of a model on held-out interactions. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "failure.h"
#include "narration.h"
#include "session.h"
#include "text.h"

enum { MOST_CUTOFFS = 64 };

static const char *test_path, *train_path, *users_path, *cutoffs_text = "10", *exclude, *empty;

static const struct option options[] = {
    {"test", "FILE", "what was held out: TEST.mtx, users x items", OPTION_TEXT, &test_path, 0, 0},
    {"train", "FILE", "what the model was fitted to: TRAIN.mtx", OPTION_TEXT, &train_path, 0, 0},
    {"users", "FILE",
     "evaluate these users only: indices from 0, one a line, such\nas heldout-users.txt",
     OPTION_TEXT, &users_path, 0, 0},
    {"k", "N,N,...", "cut-offs, ascending (default 10)", OPTION_TEXT, &cutoffs_text, 0, 0},
    {"exclude", "WHAT",
     "none: all items compete; train: a user's train items do\nnot. By default train where there "
     "is --train",
     OPTION_TEXT, &exclude, 0, 0},
    {"empty", "WHAT",
     "users without test items: skip them (default), or count\nthem as zero, as the article does",
     OPTION_TEXT, &empty, 0, 0},
    {NULL, NULL, NULL, OPTION_FLAG, NULL, 0, 0},
};

static const struct program program = {
    "wrmf-evaluate",
    "MODEL --test FILE [--train FILE] [--users FILE] [--k 5,10]\n"
    "       [--exclude none|train] [--json]",
    "Ranks all items for each user and measures how the test items fare. The metrics\n"
    "are defined in wrmf/evaluator.h. Nothing here depends on --seed.",
    {options},
    "measure a model on held-out interactions",
    "wrmf-evaluate model.safetensors --test prepared/test.mtx \\\n"
    "    --train prepared/train.mtx --k 5,10",
};

static int by_number(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* Reads the indices of a file, one a line and ascending; gives how many. */
static int64_t read_users(const char *path, int64_t rows, int64_t **users)
{
    char *line = NULL;
    size_t room = 0;
    int64_t n = 0, space = 0, number = 0;
    FILE *file = fopen(path, "r");
    if (!file)
        die("%s: %s", path, strerror(errno));
    *users = NULL;
    while (getline(&line, &room, file) >= 0) {
        char *end = NULL;
        number++;
        line[strcspn(line, "\r\n")] = '\0';
        if (!*line)
            continue;
        errno = 0;
        const long long user = strtoll(line, &end, 10);
        if (*end || errno || user < 0 || user >= rows)
            die("%s:%lld: '%s' is no index in 0 .. %lld", path, (long long)number, line,
                (long long)rows - 1);
        if (n == space) {
            space = 2 * space + 1024;
            *users = realloc(*users, (size_t)space * sizeof **users);
            if (!*users)
                die("out of memory");
        }
        (*users)[n++] = user;
    }
    if (ferror(file))
        die("%s: %s", path, strerror(errno));
    fclose(file);
    free(line);
    if (n == 0)
        die("%s: there is no index in it", path);
    qsort(*users, (size_t)n, sizeof **users, by_number);
    for (int64_t i = 1; i < n; i++)
        if ((*users)[i] == (*users)[i - 1])
            die("%s: user %lld is in it twice", path, (long long)(*users)[i]);
    return n;
}

/* Sets the evaluator up as the options ask for. */
static void configure(wrmf_evaluator *evaluator, const int64_t *cutoffs, int64_t n_cutoffs)
{
    wrmf_error err;
    wrmf_metric metrics[WRMF_METRIC_MSE + 1];
    for (int i = 0; i <= WRMF_METRIC_MSE; i++)
        metrics[i] = (wrmf_metric)i;
    check(wrmf_evaluator_set_metrics(evaluator, metrics, WRMF_METRIC_MSE + 1, &err), &err);
    check(wrmf_evaluator_set_cutoffs(evaluator, cutoffs, n_cutoffs, &err), &err);
    check(wrmf_evaluator_set_exclude(
              evaluator, strcmp(exclude, "train") == 0 ? WRMF_EXCLUDE_TRAIN : WRMF_EXCLUDE_NONE,
              &err),
          &err);
    check(wrmf_evaluator_set_empty(
              evaluator, strcmp(empty, "zero") == 0 ? WRMF_EMPTY_ZERO : WRMF_EMPTY_SKIP, &err),
          &err);
}

static void print_table(const wrmf_evaluator *evaluator, const int64_t *cutoffs, int64_t n_cutoffs)
{
    fprintf(narration(), "%s counted, %s skipped; exclude %s\n\n",
            counted(wrmf_evaluator_counted(evaluator), "user", "users"),
            with_commas(wrmf_evaluator_skipped(evaluator)), exclude);
    printf("%-14s", "metric");
    for (int64_t i = 0; i < n_cutoffs; i++) {
        char head[32];
        snprintf(head, sizeof head, "@%lld", (long long)cutoffs[i]);
        printf(" %12s", head);
    }
    putchar('\n');
    for (int m = 0; m <= WRMF_METRIC_MSE; m++) {
        const wrmf_metric metric = (wrmf_metric)m;
        const int64_t values = wrmf_metric_has_cutoff(metric) ? n_cutoffs : 1;
        printf("%-14s", wrmf_metric_name(metric));
        for (int64_t i = 0; i < values; i++)
            printf(" %12s", figure_text(wrmf_evaluator_value(evaluator, metric, cutoffs[i])));
        putchar('\n');
    }
}

static void print_json(const wrmf_evaluator *evaluator, const int64_t *cutoffs, int64_t n_cutoffs)
{
    printf("{\n  \"users\": %lld,\n  \"counted\": %lld,\n  \"skipped\": %lld,\n"
           "  \"exclude\": \"%s\",\n  \"empty\": \"%s\",\n  \"metrics\": {",
           (long long)wrmf_evaluator_users(evaluator), (long long)wrmf_evaluator_counted(evaluator),
           (long long)wrmf_evaluator_skipped(evaluator), exclude, empty);
    for (int m = 0; m <= WRMF_METRIC_MSE; m++) {
        const wrmf_metric metric = (wrmf_metric)m;
        const int has_cutoff = wrmf_metric_has_cutoff(metric);
        for (int64_t i = 0; i < (has_cutoff ? n_cutoffs : 1); i++) {
            printf("%s\n    \"%s", m || i ? "," : "", wrmf_metric_name(metric));
            if (has_cutoff)
                printf("@%lld", (long long)cutoffs[i]);
            fputs("\": ", stdout);
            put_json_number(stdout, wrmf_evaluator_value(evaluator, metric, cutoffs[i]));
        }
    }
    puts("\n  }\n}");
}

int main(int argc, char **argv)
{
    wrmf_error err;
    const char *model_path = NULL;
    int64_t cutoffs[MOST_CUTOFFS], *users = NULL;
    wrmf_evaluator *evaluator = NULL;

    options_parse(&program, argc, argv, 1, &model_path);
    if (!test_path)
        die_usage("--test is needed: the held-out interactions");
    const int64_t n_cutoffs = numbers_parse("k", cutoffs_text, 1, cutoffs, MOST_CUTOFFS);
    if (!exclude)
        exclude = train_path ? "train" : "none";
    if (!empty)
        empty = "skip";
    if (strcmp(exclude, "none") != 0 && strcmp(exclude, "train") != 0)
        die_usage("--exclude '%s' is neither none nor train", exclude);
    if (strcmp(empty, "skip") != 0 && strcmp(empty, "zero") != 0)
        die_usage("--empty '%s' is neither skip nor zero", empty);
    if (strcmp(exclude, "train") == 0 && !train_path)
        die_usage("--exclude train needs --train");

    wrmf_context *context = context_open();
    wrmf_model *model = model_load(context, model_path);
    wrmf_matrix *test = matrix_load(context, test_path);
    wrmf_matrix *train = train_path ? matrix_load(context, train_path) : NULL;
    check(wrmf_evaluator_create(context, test, train, &evaluator, &err), &err);
    configure(evaluator, cutoffs, n_cutoffs);
    if (users_path) {
        const int64_t n = read_users(users_path, wrmf_matrix_users(test), &users);
        check(wrmf_evaluator_set_users(evaluator, users, n, &err), &err);
    }
    check(wrmf_evaluator_run(context, evaluator, model, &err), &err);
    (common.json ? print_json : print_table)(evaluator, cutoffs, n_cutoffs);

    free(users);
    wrmf_evaluator_free(evaluator);
    wrmf_matrix_free(train);
    wrmf_matrix_free(test);
    wrmf_model_free(model);
    wrmf_context_free(context);
    return finish();
}
