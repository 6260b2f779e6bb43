/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the winner is to be better than: most popular items, and item-to-item cosine, on the same
 * users in both protocols; and whether the differences are more than chance.
 */
#include <stdlib.h>

#include "../failure.h"
#include "../interrupt.h"
#include "../narration.h"
#include "../text.h"
#include "walkthrough.h"

static wrmf_error err;

enum { NEIGHBORS = 100 }; /* of each item, in item-to-item cosine */

static const char *const names[STANDINGS] = {"the model", "most popular", "item-to-item cosine"};

/* Fits the winner to the train interactions again: the grid keeps values, not models. */
static wrmf_model *fit_winner(struct walk *walk)
{
    wrmf_params *params = NULL;
    wrmf_model *model = NULL;
    check(wrmf_params_copy(wrmf_curve_params(walk->best), &params, &err), &err);
    check(wrmf_params_set_int(params, WRMF_PARAM_ITERATIONS, walk->best_epoch, &err), &err);
    const wrmf_status status =
        wrmf_model_fit(walk->context, walk->data.train, params, &model, &err);
    if (status == WRMF_E_CANCELLED || interrupt_name())
        walk_stop(walk);
    check(status, &err);
    wrmf_params_free(params);
    return model;
}

/* Fills a column of values of users: one of STANDINGS in a row. */
static double measure(const struct walk *walk, const wrmf_evaluator *evaluator, int place,
                      double *values, double *table)
{
    const int64_t n = wrmf_evaluator_users(evaluator);
    check(wrmf_evaluator_user_values(evaluator, walk->metric, walk_options.k, values, &err), &err);
    for (int64_t u = 0; u < n; u++)
        table[u * STANDINGS + place] = values[u];
    return wrmf_evaluator_value(evaluator, walk->metric, walk_options.k);
}

/* Makes differences from the first of the values behind it, and tests them. */
static void compare(struct walk *walk, int protocol, int64_t n, double *table)
{
    const wrmf_resampling how = {sizeof how, 1000, 0.95, (uint64_t)common.seed};
    wrmf_interval intervals[STANDINGS];
    double p[STANDINGS];
    for (int64_t u = 0; u < n; u++)
        for (int s = 1; s < STANDINGS; s++)
            table[u * STANDINGS + s] -= table[u * STANDINGS];
    check(wrmf_bootstrap_means(walk->context, table, n, STANDINGS, &how, intervals, &err), &err);
    check(wrmf_randomization_test(walk->context, table, n, STANDINGS, &how, p, &err), &err);
    for (int s = 0; s < STANDINGS; s++) {
        walk->standings[s].difference[protocol] = intervals[s];
        walk->standings[s].p[protocol] = p[s];
    }
}

static void measure_by(struct walk *walk, int protocol, const wrmf_model *model,
                       wrmf_baseline *const baselines[2])
{
    wrmf_evaluator *const evaluator =
        walk_evaluator(walk, walk->data.test, walk->data.train, protocol == SERVING);
    const int64_t n = wrmf_evaluator_users(evaluator);
    double *values = allocate((size_t)n, sizeof *values);
    double *table = allocate((size_t)n * STANDINGS, sizeof *table);
    check(wrmf_evaluator_set_per_user(evaluator, 1, &err), &err);
    check(wrmf_evaluator_run(walk->context, evaluator, model, &err), &err);
    walk->standings[0].values[protocol] = measure(walk, evaluator, 0, values, table);
    for (int b = 0; b < 2; b++) {
        check(wrmf_evaluator_run_baseline(walk->context, evaluator, baselines[b], &err), &err);
        walk->standings[b + 1].values[protocol] = measure(walk, evaluator, b + 1, values, table);
    }
    compare(walk, protocol, n, table);
    wrmf_evaluator_free(evaluator);
    free(values);
    free(table);
}

/* Notes where a baseline is better than the model by more than chance. */
static void note_better(struct walk *walk)
{
    for (int i = 0; i < PROTOCOLS * (STANDINGS - 1); i++) {
        const int s = 1 + i / PROTOCOLS, protocol = i % PROTOCOLS;
        const struct standing *const standing = &walk->standings[s];
        if (standing->difference[protocol].mean > 0 && standing->p[protocol] < 0.05)
            walk_note(walk, "%s reaches %s by %s, more than the %s of the model (p = %.4f)",
                      names[s], figure_text(standing->values[protocol]), walk->measures[protocol],
                      figure_text(walk->standings[0].values[protocol]), standing->p[protocol]);
    }
}

void walk_measure_baselines(struct walk *walk)
{
    static const wrmf_baseline_kind kinds[2] = {WRMF_BASELINE_POPULAR, WRMF_BASELINE_ITEM_COSINE};
    wrmf_baseline *baselines[2] = {NULL, NULL};
    wrmf_model *const model = fit_winner(walk);
    for (int b = 0; b < 2; b++)
        check(wrmf_baseline_create(walk->context, walk->data.train, kinds[b], NEIGHBORS,
                                   &baselines[b], &err),
              &err);
    for (int protocol = 0; protocol < PROTOCOLS; protocol++)
        measure_by(walk, protocol, model, baselines);
    note_better(walk);
    wrmf_baseline_free(baselines[0]);
    wrmf_baseline_free(baselines[1]);
    wrmf_model_free(model);
}

/* Gives "0.01000 (0.00900 .. 0.01100), p 0.0010": how much a baseline has more than the model. */
static const char *difference_text(const struct walk *walk, int s, int protocol)
{
    static char text[96];
    const wrmf_interval *const difference = &walk->standings[s].difference[protocol];
    snprintf(text, sizeof text, "%s (%s .. %s), p %.4f", figure_text(difference->mean),
             figure_text(difference->low), figure_text(difference->high),
             walk->standings[s].p[protocol]);
    return text;
}

void walk_print_baselines(const struct walk *walk)
{
    FILE *out = narration();
    fprintf(out, "\nBeside the model, by %s and %s:\n", walk->measures[ARTICLE],
            walk->measures[SERVING]);
    for (int s = 0; s < STANDINGS; s++)
        fprintf(out, "%-22s %22s %22s  %s\n", names[s],
                figure_text(walk->standings[s].values[ARTICLE]),
                figure_text(walk->standings[s].values[SERVING]),
                s ? difference_text(walk, s, walk->chosen) : "");
    fprintf(out,
            "The last column is what it has more than the model by %s, with a 95 %% interval\n"
            "over users and the p-value of a paired randomization test.\n",
            walk->measure);
}

void walk_put_baselines(const struct walk *walk, FILE *file)
{
    fputs("  \"baselines\": [", file);
    for (int s = 0; s < STANDINGS; s++) {
        const struct standing *const standing = &walk->standings[s];
        fprintf(file, "%s\n    {\"name\": \"%s\"", s ? "," : "", names[s]);
        for (int i = 0; i < PROTOCOLS; i++) {
            fprintf(file, ", \"%s\": {\"value\": ", walk->measures[i]);
            put_json_number(file, standing->values[i]);
            if (s > 0) {
                fputs(", \"difference\": ", file);
                put_json_number(file, standing->difference[i].mean);
                fputs(", \"low\": ", file);
                put_json_number(file, standing->difference[i].low);
                fputs(", \"high\": ", file);
                put_json_number(file, standing->difference[i].high);
                fputs(", \"p\": ", file);
                put_json_number(file, standing->p[i]);
            }
            fputc('}', file);
        }
        fputc('}', file);
    }
    fputs("],\n", file);
}

void walk_put_baselines_html(const struct walk *walk, FILE *out)
{
    fputs("<p>Beside it, on the same users: what is most popular, and what is had by those who "
          "have the same items.</p>\n<div class=\"card scroll\"><table>\n<tr><th></th>",
          out);
    for (int i = 0; i < PROTOCOLS; i++)
        fprintf(out, "<th>%s</th>", walk->measures[i]);
    fprintf(out, "<th>more than the model by %s</th></tr>\n", walk->measure);
    for (int s = 0; s < STANDINGS; s++) {
        fprintf(out, "<tr%s><td>%s</td>", s ? "" : " class=\"best\"", names[s]);
        for (int i = 0; i < PROTOCOLS; i++)
            fprintf(out, "<td>%s</td>", figure_text(walk->standings[s].values[i]));
        fprintf(out, "<td>%s</td></tr>\n", s ? difference_text(walk, s, walk->chosen) : "");
    }
    fputs("</table></div>\n<p>Differences are means over users, with 95 % intervals of the "
          "bootstrap and p-values of a paired randomization test: below 0.05 chance alone would "
          "rarely make as much.</p>\n",
          out);
}
