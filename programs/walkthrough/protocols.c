/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The two ways to count hits, and what a reader of one figure would miss: that the other way has
 * another winner, and that a winner lies on the edge of what was tried.
 */
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "../failure.h"
#include "../narration.h"
#include "../text.h"
#include "walkthrough.h"

static wrmf_error err;

void walk_note(struct walk *walk, const char *format, ...)
{
    va_list arguments;
    if (walk->n_notes == MOST_NOTES)
        return;
    va_start(arguments, format);
    vsnprintf(walk->notes[walk->n_notes++], sizeof walk->notes[0], format, arguments);
    va_end(arguments);
}

/* Finds the metric that decides by its name: one that each user has a figure of, the more the
 * better, at a cut-off. */
static wrmf_metric find_metric(const char *name)
{
    static const wrmf_metric metrics[] = {WRMF_METRIC_PRECISION,     WRMF_METRIC_RECALL,
                                          WRMF_METRIC_RECALL_CAPPED, WRMF_METRIC_NDCG,
                                          WRMF_METRIC_MAP,           WRMF_METRIC_MAP_CAPPED,
                                          WRMF_METRIC_MRR,           WRMF_METRIC_HIT_RATE};
    const size_t n = sizeof metrics / sizeof *metrics;
    char names[160] = "";
    for (size_t i = 0; i < n; i++) {
        const char *const own = wrmf_metric_name(metrics[i]);
        if (strcmp(name, own) == 0)
            return metrics[i];
        snprintf(names + strlen(names), sizeof names - strlen(names), "%s%s", i ? ", " : "", own);
    }
    die_usage("--metric '%s' is none of %s", name, names);
}

void walk_name_measures(struct walk *walk)
{
    static const char *const labels[] = {"test", "serving"};
    walk->metric = find_metric(walk_options.metric);
    snprintf(walk->metric_name, sizeof walk->metric_name, "%s@%lld", walk_options.metric,
             (long long)walk_options.k);
    for (int i = 0; i < PROTOCOLS; i++)
        snprintf(walk->measures[i], sizeof walk->measures[i], "%s_%s", labels[i],
                 walk->metric_name);
    walk->chosen = strcmp(walk_options.exclude, "train") == 0 ? SERVING : ARTICLE;
    walk->measure = walk->measures[walk->chosen];
}

/* Finds the best configuration and point by one of the measures; leaves the grid sorted by it. */
static void find_winner(struct walk *walk, int protocol)
{
    struct winner *winner = &walk->winners[protocol];
    check(wrmf_grid_sort(walk->grid, walk->measures[protocol], &err), &err);
    winner->curve = wrmf_grid_curve(walk->grid, 0);
    winner->configuration = wrmf_grid_index(walk->grid, 0);
    winner->point =
        wrmf_curve_best(winner->curve, wrmf_curve_find(winner->curve, walk->measures[protocol]));
    if (winner->point < 0)
        die("no configuration has a number for %s", walk->measures[protocol]);
    for (int i = 0; i < PROTOCOLS; i++)
        winner->values[i] = wrmf_curve_value(winner->curve, winner->point,
                                             wrmf_curve_find(winner->curve, walk->measures[i]));
}

/* Notes where a parameter of the winner is the least or the largest value that has a curve, and
 * could be less or more. */
static void note_edge(struct walk *walk, const struct shown *shown)
{
    const wrmf_params *best = wrmf_curve_params(walk->best);
    const double value = wrmf_params_get_real(best, shown->id);
    double least = value, most = value, lowest, highest;
    if (wrmf_params_type(shown->id) == WRMF_TYPE_CHOICE)
        return;
    for (int64_t i = 0; i < wrmf_grid_done(walk->grid); i++) {
        const double other =
            wrmf_params_get_real(wrmf_curve_params(wrmf_grid_curve(walk->grid, i)), shown->id);
        least = fmin(least, other);
        most = fmax(most, other);
    }
    check(wrmf_params_bounds(shown->id, &lowest, &highest, NULL, &err), &err);
    const int is_least = value <= least && value > lowest;
    if (!(least < most) || !(is_least || (value >= most && value < highest)))
        return;
    char text[64];
    wrmf_params_format(best, shown->id, text, sizeof text);
    walk_note(walk, "the best %s, %s, is the %s value that was tried; a %s one may be better",
              shown->label, text, is_least ? "least" : "largest", is_least ? "smaller" : "larger");
}

static void note_edges(struct walk *walk)
{
    for (int i = 0; i < walk->n_shown; i++)
        note_edge(walk, &walk->shown[i]);
    if (walk->n_epochs > 1 && walk->best_epoch == walk->epochs[walk->n_epochs - 1])
        walk_note(walk, "the best epoch, %lld, is the last one; more epochs may be better",
                  (long long)walk->best_epoch);
    if (walk->n_epochs > 1 && walk->best_epoch == walk->epochs[0] && walk->best_epoch > 1)
        walk_note(walk, "the best epoch, %lld, is the first one evaluated; fewer may be better",
                  (long long)walk->best_epoch);
}

void walk_choose(struct walk *walk)
{
    const int other = walk->chosen == ARTICLE ? SERVING : ARTICLE;
    find_winner(walk, other);
    find_winner(walk, walk->chosen); /* the last: the grid stays sorted by what decides */
    const struct winner *winner = &walk->winners[walk->chosen];
    walk->best = winner->curve;
    walk->best_point = winner->point;
    walk->best_epoch = wrmf_curve_epoch(winner->curve, winner->point);
    walk->best_value = winner->values[walk->chosen];
    walk->measure_column = wrmf_curve_find(walk->best, walk->measure);
    if (walk->winners[other].values[other] > winner->values[other])
        walk_note(
            walk,
            "the two ways to count disagree: by %s the model that is saved has %s and the best "
            "%s; --exclude %s saves the latter",
            walk->measures[other], figure_text(winner->values[other]),
            figure_text(walk->winners[other].values[other]), other == SERVING ? "train" : "none");
    note_edges(walk);
}

void walk_print_protocols(const struct walk *walk)
{
    FILE *out = narration();
    fprintf(out, "\nThe best by each way to count:\n%-22s %22s %22s  epoch\n", "",
            walk->measures[ARTICLE], walk->measures[SERVING]);
    for (int i = 0; i < PROTOCOLS; i++) {
        const struct winner *winner = &walk->winners[i];
        fprintf(out, "%-22s %22s %22s %6lld  ", walk->measures[i],
                figure_text(winner->values[ARTICLE]), figure_text(winner->values[SERVING]),
                (long long)wrmf_curve_epoch(winner->curve, winner->point));
        walk_put_params(walk, out, wrmf_curve_params(winner->curve));
        fputc('\n', out);
    }
    fprintf(out,
            "test: all items compete for a user's places, as in the article; serving: the items "
            "that the\nmodel was fitted to are left out, as a recommender does. The model saved is "
            "the best by\n%s, because --exclude is %s.\n",
            walk->measure, walk_options.exclude);
}

void walk_print_notes(const struct walk *walk)
{
    fflush(narration());
    for (int i = 0; i < walk->n_notes; i++)
        warn("%s", walk->notes[i]);
}

void walk_put_protocols(const struct walk *walk, FILE *file)
{
    fputs("  \"protocols\": [", file);
    for (int i = 0; i < PROTOCOLS; i++) {
        const struct winner *winner = &walk->winners[i];
        fprintf(file,
                "%s\n    {\"by\": \"%s\", \"saved\": %s, \"configuration\": %lld, \"epoch\": %lld",
                i ? "," : "", walk->measures[i], i == walk->chosen ? "true" : "false",
                (long long)winner->configuration + 1,
                (long long)wrmf_curve_epoch(winner->curve, winner->point));
        for (int j = 0; j < PROTOCOLS; j++) {
            fprintf(file, ", \"%s\": ", walk->measures[j]);
            put_json_number(file, winner->values[j]);
        }
        fputc('}', file);
    }
    fputs("],\n  \"warnings\": [", file);
    for (int i = 0; i < walk->n_notes; i++) {
        fputs(i ? ",\n    " : "\n    ", file);
        put_json(file, walk->notes[i]);
    }
    fputs("],\n", file);
}

void walk_put_protocols_html(const struct walk *walk, FILE *out)
{
    fputs("<p>Hits are counted in two ways. <b>test</b>: all items compete for a user's places, as "
          "in the article. <b>serving</b>: the items that the model was fitted to are left out, as "
          "a recommender does.</p>\n"
          "<div class=\"card scroll\"><table>\n<tr><th>the best by</th>",
          out);
    for (int i = 0; i < PROTOCOLS; i++)
        fprintf(out, "<th>%s</th>", walk->measures[i]);
    fputs("<th>epoch</th><th>configuration</th></tr>\n", out);
    for (int i = 0; i < PROTOCOLS; i++) {
        const struct winner *winner = &walk->winners[i];
        fprintf(out, "<tr%s><td>%s%s</td>", i == walk->chosen ? " class=\"best\"" : "",
                walk->measures[i], i == walk->chosen ? " (saved)" : "");
        for (int j = 0; j < PROTOCOLS; j++)
            fprintf(out, "<td>%s</td>", figure_text(winner->values[j]));
        fprintf(out, "<td>%lld</td><td>",
                (long long)wrmf_curve_epoch(winner->curve, winner->point));
        walk_put_params(walk, out, wrmf_curve_params(winner->curve));
        fputs("</td></tr>\n", out);
    }
    fputs("</table></div>\n", out);
    walk_put_baselines_html(walk, out);
    for (int i = 0; i < walk->n_notes; i++) {
        fputs("<p><b>Note:</b> ", out);
        put_html(out, walk->notes[i]);
        fputs(".</p>\n", out);
    }
}
