/* SPDX-License-Identifier: BSD-2-Clause */
/* This prints the walk-through's figures: on standard output, as CSV and as JSON. */
#include <stdlib.h>
#include <string.h>

#include "../files.h"
#include "../narration.h"
#include "../text.h"
#include "walkthrough.h"

void walk_put_params(const struct walk *walk, FILE *file, const wrmf_params *params)
{
    for (int i = 0; i < walk->n_shown; i++) {
        char value[64];
        wrmf_params_format(params, walk->shown[i].id, value, sizeof value);
        fprintf(file, "%s%s=%s", i ? " " : "", walk->shown[i].label, value);
    }
}

/* ---- standard output ---- */

static void print_curve(const wrmf_curve *curve, FILE *out)
{
    const int64_t columns = wrmf_curve_columns(curve);
    fprintf(out, "%6s", "epoch");
    for (int64_t c = 0; c < columns; c++)
        fprintf(out, " %*s", 18, wrmf_curve_column_name(curve, c));
    fputc('\n', out);
    for (int64_t p = 0; p < wrmf_curve_points(curve); p++) {
        fprintf(out, "%6lld", (long long)wrmf_curve_epoch(curve, p));
        for (int64_t c = 0; c < columns; c++)
            fprintf(out, " %18s",
                    column_text(wrmf_curve_column_name(curve, c), wrmf_curve_value(curve, p, c)));
        fputc('\n', out);
    }
}

/* Runs before the curves are sorted, so that their places are the order in which they ran. */
void walk_print_curves(const struct walk *walk)
{
    FILE *out = narration();
    const int64_t n = wrmf_grid_done(walk->grid);
    for (int64_t i = 0; i < n; i++) {
        const wrmf_curve *curve = wrmf_grid_curve(walk->grid, i);
        fprintf(out, "\nConfiguration %s of %s: ", with_commas(i + 1), with_commas(n));
        walk_put_params(walk, out, wrmf_curve_params(curve));
        fputc('\n', out);
        print_curve(curve, out);
    }
    fprintf(out, "\nThe grid took %s\n", seconds_text(walk->seconds_grid));
}

void walk_print_best(const struct walk *walk)
{
    FILE *out = narration();
    fprintf(out, "\nBest by %s: %s after %s\n  ", walk->measure, figure_text(walk->best_value),
            counted(walk->best_epoch, "epoch", "epochs"));
    walk_put_params(walk, out, wrmf_curve_params(walk->best));
    fputc('\n', out);
    print_curve(walk->best, out);
}

void walk_print_refit(const struct walk *walk)
{
    fprintf(narration(), "\nFitted again to all %s in %s; objective %s\n",
            counted(walk->data.after.interactions, "interaction", "interactions"),
            seconds_text(walk->seconds_refit), objective_text(walk->objective));
}

/* Prints an item for people: its name, and its id where that is something else. */
static void put_item(const wrmf_ids *ids, int64_t item, FILE *file)
{
    put_plain(file, id_text(ids, item));
    if (wrmf_ids_name(ids, item, NULL)) {
        fputs("  ", file);
        put_plain(file, wrmf_ids_name(ids, item, NULL));
    }
}

void walk_print_similar(const struct walk *walk)
{
    FILE *out = narration();
    for (int i = 0; i < walk->n_lists; i++) {
        const struct similar_list *list = &walk->lists[i];
        fprintf(out, "\nSimilar to ");
        put_item(walk->data.items, list->item, out);
        fprintf(out, " (%s)\n", counted(list->users, "user", "users"));
        for (int64_t j = 0; j < list->count; j++) {
            fprintf(out, "  %8s  ", figure_text(list->scores[j]));
            put_item(walk->data.items, list->items[j], out);
            fputc('\n', out);
        }
    }
}

/* ---- CSV ---- */

static void put_csv_head(const wrmf_curve *curve, FILE *file)
{
    fputs("place,configuration", file);
    for (int i = 0; i < wrmf_params_size(); i++)
        if (wrmf_params_id(i) != WRMF_PARAM_ITERATIONS) /* the column of epochs stands for it */
            fprintf(file, ",%s", wrmf_params_name(wrmf_params_id(i)));
    fputs(",epoch", file);
    for (int64_t c = 0; c < wrmf_curve_columns(curve); c++)
        fprintf(file, ",%s", wrmf_curve_column_name(curve, c));
    fputc('\n', file);
}

static void put_csv_point(const struct walk *walk, int64_t place, int64_t point, FILE *file)
{
    const wrmf_curve *curve = wrmf_grid_curve(walk->grid, place);
    fprintf(file, "%lld,%lld", (long long)place + 1,
            (long long)wrmf_grid_index(walk->grid, place) + 1);
    for (int i = 0; i < wrmf_params_size(); i++) {
        char value[64];
        if (wrmf_params_id(i) == WRMF_PARAM_ITERATIONS)
            continue;
        wrmf_params_format(wrmf_curve_params(curve), wrmf_params_id(i), value, sizeof value);
        fprintf(file, ",%s", value);
    }
    fprintf(file, ",%lld", (long long)wrmf_curve_epoch(curve, point));
    for (int64_t c = 0; c < wrmf_curve_columns(curve); c++)
        fprintf(file, ",%.17g", wrmf_curve_value(curve, point, c));
    fputc('\n', file);
}

void walk_write_csv(const struct walk *walk)
{
    struct document document;
    char *path = path_join(walk_options.new_files, "grid.csv");
    document_open(&document);
    put_csv_head(walk->best, document.file);
    for (int64_t place = 0; place < wrmf_grid_done(walk->grid); place++)
        for (int64_t p = 0; p < wrmf_curve_points(wrmf_grid_curve(walk->grid, place)); p++)
            put_csv_point(walk, place, p, document.file);
    document_save(&document, walk->context, path);
    walk_add("grid.csv");
    free(path);
}

/* ---- JSON ---- */

static void put_json_params(const wrmf_params *params, FILE *file)
{
    fputc('{', file);
    for (int i = 0; i < wrmf_params_size(); i++) {
        char value[64];
        const wrmf_param id = wrmf_params_id(i);
        wrmf_params_format(params, id, value, sizeof value);
        fprintf(file, "%s\"%s\": ", i ? ", " : "", wrmf_params_name(id));
        if (wrmf_params_type(id) == WRMF_TYPE_REAL)
            put_json_number(file, wrmf_params_get_real(params, id));
        else if (wrmf_params_type(id) == WRMF_TYPE_INT)
            fputs(value, file);
        else
            put_json(file, value);
    }
    fputc('}', file);
}

static void put_json_grid(const struct walk *walk, FILE *file)
{
    fputs("  \"grid\": {\"lists\": ", file);
    put_json(file, walk_options.grid);
    fprintf(file, ", \"configurations\": %lld, \"epochs\": [",
            (long long)wrmf_grid_done(walk->grid));
    for (int64_t i = 0; i < walk->n_epochs; i++)
        fprintf(file, "%s%lld", i ? ", " : "", (long long)walk->epochs[i]);
    fprintf(file,
            "], \"exclude\": \"%s\", \"seconds\": %.3f, \"seconds_fitting\": %.3f, \"threads\": "
            "%d},\n",
            walk_options.exclude, walk->seconds_grid, walk->seconds_fitted,
            wrmf_context_threads(walk->context));
}

static void put_json_best(const struct walk *walk, FILE *file)
{
    const wrmf_curve *curve = walk->best;
    fprintf(file, "  \"best\": {\"by\": \"%s\", \"configuration\": %lld, \"epoch\": %lld, ",
            walk->measure, (long long)wrmf_grid_index(walk->grid, 0) + 1,
            (long long)walk->best_epoch);
    for (int64_t c = 0; c < wrmf_curve_columns(curve); c++) {
        fprintf(file, "\"%s\": ", wrmf_curve_column_name(curve, c));
        put_json_number(file, wrmf_curve_value(curve, walk->best_point, c));
        fputs(", ", file);
    }
    fputs("\"params\": ", file);
    put_json_params(wrmf_curve_params(curve), file);
    fputs("},\n", file);
}

static void put_json_refit(const struct walk *walk, FILE *file)
{
    fputs("  \"refit\": {\"params\": ", file);
    put_json_params(wrmf_model_params(walk->model), file);
    fputs(", \"objective\": ", file);
    put_json_number(file, walk->objective);
    fprintf(file, ", \"seconds\": %.3f},\n", walk->seconds_refit);
}

static void put_json_item(const wrmf_ids *ids, int64_t item, FILE *file)
{
    fputs("{\"id\": ", file);
    put_json_id(file, ids, item);
    fputs(", \"name\": ", file);
    if (wrmf_ids_name(ids, item, NULL))
        put_json(file, wrmf_ids_name(ids, item, NULL));
    else
        fputs("null", file);
}

static void put_json_similar(const struct walk *walk, FILE *file)
{
    fputs("  \"similar\": [", file);
    for (int i = 0; i < walk->n_lists; i++) {
        const struct similar_list *list = &walk->lists[i];
        fputs(i ? ",\n    " : "\n    ", file);
        put_json_item(walk->data.items, list->item, file);
        fprintf(file, ", \"users\": %lld, \"similar\": [", (long long)list->users);
        for (int64_t j = 0; j < list->count; j++) {
            fputs(j ? ",\n      " : "\n      ", file);
            put_json_item(walk->data.items, list->items[j], file);
            fputs(", \"score\": ", file);
            put_json_number(file, list->scores[j]);
            fputc('}', file);
        }
        fputs("]}", file);
    }
    fputs("],\n", file);
}

static void put_summary(const struct walk *walk, FILE *file)
{
    fputs("{\n", file);
    interactions_put_json(&walk->data, file);
    put_json_grid(walk, file);
    put_json_best(walk, file);
    walk_put_protocols(walk, file);
    walk_put_baselines(walk, file);
    put_json_refit(walk, file);
    put_json_similar(walk, file);
    fputs("  \"files\": ", file);
    walk_put_files(file);
    fprintf(file, ",\n  \"wrmf_version\": \"%s\"\n}\n", wrmf_version_string());
}

char *walk_write_summary(const struct walk *walk)
{
    struct document document;
    char *path = path_join(walk_options.new_files, "summary.json");
    document_open(&document);
    put_summary(walk, document.file);
    fflush(document.file);
    char *text = strdup(document.text);
    document_save(&document, walk->context, path);
    free(path);
    return text;
}
