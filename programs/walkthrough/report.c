/* SPDX-License-Identifier: BSD-2-Clause */
/* This writes report.html: all of the walk-through on one page, in one file. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../failure.h"
#include "../files.h"
#include "../input_options.h"
#include "../text.h"
#include "style.h"
#include "walkthrough.h"

/* ---- small parts ---- */

static void put_tile(FILE *out, const char *kind, const char *label, const char *value)
{
    fprintf(out, "<div class=\"tile%s\"><b>%s</b><span>%s</span></div>\n", kind, value, label);
}

static void put_chips(const struct walk *walk, const wrmf_params *params, FILE *out)
{
    fputs("<ul class=\"chips\">", out);
    for (int i = 0; i < walk->n_shown; i++) {
        char value[64];
        wrmf_params_format(params, walk->shown[i].id, value, sizeof value);
        fprintf(out, "<li><span>%s</span> %s</li>", walk->shown[i].label, value);
    }
    fprintf(out, "<li><span>epochs</span> %lld</li></ul>\n", (long long)walk->best_epoch);
}

/* Prints a line of a picture. gnuplot gives the same ids to the parts of each picture, so on one
 * page those that are referred to get a prefix, and the others are left out. */
static void put_picture_line(const char *line, const char *prefix, FILE *out)
{
    for (const char *at = line; *at; at++) {
        if (strncmp(at, " id='gp", 7) == 0) {
            fprintf(out, " id='%sgp", prefix);
            at += 6;
        } else if (strncmp(at, "href='#gp", 9) == 0) {
            fprintf(out, "href='#%sgp", prefix);
            at += 8;
        } else if (strncmp(at, " id=\"", 5) == 0 && strchr(at + 5, '"')) {
            at = strchr(at + 5, '"');
        } else {
            fputc(*at, out);
        }
    }
}

/* Prints the elements of one form of a picture, without what comes before <svg. */
static void put_form(const char *picture, const char *suffix, const char *form, const char *label,
                     FILE *out)
{
    char name[64];
    snprintf(name, sizeof name, "%s%s.svg", picture, suffix);
    char *path = path_join(walk_options.new_files, name);
    char *line = NULL;
    size_t room = 0;
    int begun = 0;
    FILE *in = fopen(path, "r");
    if (!in)
        die("%s: %s", path, strerror(errno));
    fprintf(out, "<figure class=\"card %s\" role=\"img\" aria-label=\"%s\">\n", form, label);
    while (getline(&line, &room, in) >= 0) {
        const char *start = begun ? line : strstr(line, "<svg");
        if (start)
            put_picture_line(start, name, out);
        begun = begun || start;
    }
    fputs("</figure>\n", out);
    fclose(in);
    free(line);
    free(path);
}

/* Prints a picture in both of its forms; style.h shows the one that fits the page. */
static void put_picture(const char *picture, const char *label, FILE *out)
{
    put_form(picture, "", "wide", label, out);
    put_form(picture, "-narrow", "narrow", label, out);
}

/* ---- sections ---- */

static void put_head(const struct walk *walk, FILE *out)
{
    const char *slash = strrchr(walk->data.path, '/');
    const char *name = slash && slash[1] ? slash + 1 : walk->data.path;
    fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
          "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>",
          out);
    put_html(out, name);
    fputs(": from likes to similar items</title>\n<style>\n", out);
    for (size_t i = 0; i < sizeof style_lines / sizeof style_lines[0]; i++)
        fprintf(out, "%s\n", style_lines[i]);
    fputs("</style>\n</head>\n<body>\n<main>\n<h1>", out);
    put_html(out, name);
    fprintf(out,
            "</h1>\n<p>From %s of who touched what to similar items: thinned, split, tried with "
            "%s of weighted matrix factorization, and fitted again with the best.</p>\n",
            counted(walk->data.rows, "row", "rows"),
            counted(wrmf_grid_done(walk->grid), "configuration", "configurations"));
}

static void put_tiles(const struct walk *walk, FILE *out)
{
    const struct figures *after = &walk->data.after;
    fputs("<div class=\"tiles\">\n", out);
    char label[96];
    snprintf(label, sizeof label, "best %s on held-out items", walk->metric_name);
    put_tile(out, " best", label, figure_text(walk->best_value));
    put_tile(out, "", "users", with_commas(after->users));
    put_tile(out, "", "items", with_commas(after->items));
    put_tile(out, "", "interactions", with_commas(after->interactions));
    put_tile(out, "", "of all pairs observed", percent_text(after->density));
    put_tile(out, "", "users with items held out", with_commas(walk->data.n_heldout));
    put_tile(out, "", wrmf_grid_done(walk->grid) == 1 ? "configuration" : "configurations",
             with_commas(wrmf_grid_done(walk->grid)));
    put_tile(out, "", "of fitting in the grid, all threads together",
             seconds_text(walk->seconds_fitted));
    fputs("</div>\n", out);
}

static void put_data(const struct walk *walk, FILE *out)
{
    const struct interactions *data = &walk->data;
    const struct figures *b = &data->before, *a = &data->after;
    fprintf(out,
            "<h2>The data</h2>\n<p>%s read, %s of them duplicated. Users with fewer than %s and "
            "items with fewer than %s were dropped, again and again until none was left; then %s "
            "of each of %s %s held out as a test.</p>\n"
            "<div class=\"card scroll\"><table>\n<tr><th></th><th>before thinning</th>"
            "<th>after</th></tr>\n",
            counted(data->rows, "row was", "rows were"), with_commas(data->duplicates),
            counted(input_options.min_per_user, "item", "items"),
            counted(input_options.min_per_item, "user", "users"),
            counted(input_options.holdout, "item", "items"),
            counted(data->n_heldout, "user", "users"), input_options.holdout == 1 ? "was" : "were");
    fprintf(out, "<tr><td>users</td><td>%s</td><td>%s</td></tr>\n", with_commas(b->users),
            with_commas(a->users));
    fprintf(out, "<tr><td>items</td><td>%s</td><td>%s</td></tr>\n", with_commas(b->items),
            with_commas(a->items));
    fprintf(out, "<tr><td>interactions</td><td>%s</td><td>%s</td></tr>\n",
            with_commas(b->interactions), with_commas(a->interactions));
    fprintf(out, "<tr><td>density</td><td>%s</td><td>%s</td></tr>\n", percent_text(b->density),
            percent_text(a->density));
    fputs("</table></div>\n", out);
}

static void put_best(const struct walk *walk, int with_pictures, FILE *out)
{
    fprintf(out,
            "<h2>The best model</h2>\n<p>Of all configurations and epochs this one puts most "
            "held-out items among a user's first %lld%s.</p>\n",
            (long long)walk_options.k,
            strcmp(walk_options.exclude, "train") == 0
                ? ""
                : ", where the items it was fitted to compete for the same places");
    put_chips(walk, wrmf_curve_params(walk->best), out);
    walk_put_protocols_html(walk, out);
    if (with_pictures) {
        char about[128];
        snprintf(about, sizeof about,
                 "learning curve of the best configuration: %s and mse on test and train",
                 walk->metric_name);
        put_picture("learning-curve", about, out);
    }
}

static double best_of(const struct walk *walk, int64_t place)
{
    const wrmf_curve *curve = wrmf_grid_curve(walk->grid, place);
    return wrmf_curve_value(curve, wrmf_curve_best(curve, walk->measure_column),
                            walk->measure_column);
}

/* Prints, for each value of one parameter, the best that any configuration with it reached. The
 * grid is sorted, so that is the first configuration that has the value. */
static void put_meters(const struct walk *walk, const struct shown *shown, FILE *out)
{
    const int64_t n = wrmf_grid_done(walk->grid);
    const char *best = " best";
    char values[24][64];
    int count = 0;
    fprintf(out, "<div class=\"card\"><h3>%s</h3>\n", shown->label);
    for (int64_t place = 0; place < n && count < 24; place++) {
        int i = 0;
        char *value = values[count];
        const double reached = best_of(walk, place);
        wrmf_params_format(wrmf_curve_params(wrmf_grid_curve(walk->grid, place)), shown->id, value,
                           sizeof values[0]);
        while (i < count && strcmp(values[i], value) != 0)
            i++;
        if (i < count || !isfinite(reached))
            continue;
        count++;
        const double width = walk->best_value > 0 ? 100 * reached / walk->best_value : 0;
        fprintf(out,
                "<div class=\"meter%s\"><span>%s</span><i style=\"--w:%.1f%%\"></i>"
                "<b>%s</b></div>\n",
                best, value, width, figure_text(reached));
        best = "";
    }
    fputs("</div>\n", out);
}

static void put_top(const struct walk *walk, FILE *out)
{
    const int64_t n = wrmf_grid_done(walk->grid);
    const int64_t columns = wrmf_curve_columns(walk->best);
    fputs("<p class=\"hint\">The table goes on to the right: scroll it sideways.</p>\n"
          "<div class=\"card scroll\" tabindex=\"0\" role=\"region\" "
          "aria-label=\"the best configurations\"><table>\n<tr><th>place</th>",
          out);
    for (int i = 0; i < walk->n_shown; i++)
        fprintf(out, "<th>%s</th>", walk->shown[i].label);
    fputs("<th>epoch</th>", out);
    for (int64_t c = 0; c < columns; c++) {
        fputs("<th>", out);
        for (const char *s = wrmf_curve_column_name(walk->best, c); *s; s++)
            fputc(*s == '_' ? ' ' : *s, out);
        fputs("</th>", out);
    }
    fputs("</tr>\n", out);
    for (int64_t place = 0; place < n && place < TOP_CONFIGURATIONS; place++) {
        const wrmf_curve *curve = wrmf_grid_curve(walk->grid, place);
        const int64_t point = wrmf_curve_best(curve, walk->measure_column);
        fprintf(out, "<tr%s><td>%lld</td>", place ? "" : " class=\"best\"", (long long)place + 1);
        for (int i = 0; i < walk->n_shown; i++) {
            char value[64];
            wrmf_params_format(wrmf_curve_params(curve), walk->shown[i].id, value, sizeof value);
            fprintf(out, "<td>%s</td>", value);
        }
        fprintf(out, "<td>%lld</td>", (long long)wrmf_curve_epoch(curve, point));
        for (int64_t c = 0; c < columns; c++)
            fprintf(
                out, "<td>%s</td>",
                column_text(wrmf_curve_column_name(curve, c), wrmf_curve_value(curve, point, c)));
        fputs("</tr>\n", out);
    }
    fputs("</table></div>\n", out);
}

static void put_grid(const struct walk *walk, int with_pictures, FILE *out)
{
    fprintf(out,
            "<h2>The grid</h2>\n<p>%s, each trained once and evaluated %s on the way. All figures "
            "are in <code>grid.csv</code>.</p>\n",
            counted(wrmf_grid_done(walk->grid), "configuration", "configurations"),
            counted(walk->n_epochs, "time", "times"));
    if (with_pictures)
        put_picture("grid", "learning curves of all configurations", out);
    fprintf(out,
            "<p>What each value can reach, the other parameters being at their best for "
            "%s:</p>\n<div class=\"two\">\n",
            walk->metric_name);
    for (int i = 0; i < walk->n_shown; i++)
        put_meters(walk, &walk->shown[i], out);
    fputs("</div>\n<p style=\"margin-top:22px\">The best configurations, each at its best "
          "epoch:</p>\n",
          out);
    put_top(walk, out);
}

/* ---- similar items ---- */

/* Prints the URL with the id, percent-encoded, in the place of each {id}. */
static void put_thumbnail(const char *id, FILE *out)
{
    const char *at = walk_options.thumbnail;
    if (!at)
        return;
    struct document url;
    document_open(&url);
    for (const char *mark = strstr(at, "{id}"); mark; mark = strstr(at, "{id}")) {
        fwrite(at, 1, (size_t)(mark - at), url.file);
        for (const unsigned char *c = (const unsigned char *)id; *c; c++)
            fprintf(url.file,
                    strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~", *c)
                        ? "%c"
                        : "%%%02X",
                    *c);
        at = mark + 4;
    }
    fputs(at, url.file);
    fclose(url.file);
    fputs("<img alt=\"\" loading=\"lazy\" src=\"", out);
    put_html(out, url.text);
    fputs("\">", out);
    free(url.text);
}

/* Prints an item in bold, with its id below where it has a name; `small` says more of it. */
static void put_item(const struct walk *walk, int64_t item, const char *tag, const char *small,
                     FILE *out)
{
    const wrmf_ids *ids = walk->data.items;
    const char *name = wrmf_ids_name(ids, item, NULL);
    put_thumbnail(id_text(ids, item), out);
    fprintf(out, "<div><%s>", tag);
    if (name)
        put_html(out, name);
    else
        put_html_id(out, ids, item);
    fprintf(out, "</%s><small>", tag);
    if (name)
        put_html_id(out, ids, item);
    fprintf(out, "%s%s</small></div>", name && *small ? " &middot; " : "", small);
}

static void put_list(const struct walk *walk, const struct similar_list *list, FILE *out)
{
    fputs("<section class=\"card\"><div class=\"head\">", out);
    put_item(walk, list->item, "h3", counted(list->users, "user", "users"), out);
    fputs("</div>\n<ol>\n", out);
    for (int64_t j = 0; j < list->count; j++) {
        fputs("<li>", out);
        put_item(walk, list->items[j], "span", "", out);
        fprintf(out, "<b>%s</b></li>\n", figure_text(list->scores[j]));
    }
    fputs("</ol></section>\n", out);
}

static void put_similar(const struct walk *walk, FILE *out)
{
    fputs("<h2>More like this</h2>\n<p>Items and those whose factors point most nearly the same "
          "way, by cosine, in the model fitted to everything.</p>\n<div class=\"lists\">\n",
          out);
    for (int i = 0; i < walk->n_lists; i++)
        put_list(walk, &walk->lists[i], out);
    fputs("</div>\n", out);
}

void walk_write_report(const struct walk *walk, int with_pictures)
{
    struct document document;
    char *path = path_join(walk_options.new_files, "report.html");
    document_open(&document);
    FILE *out = document.file;
    put_head(walk, out);
    put_tiles(walk, out);
    put_data(walk, out);
    put_best(walk, with_pictures, out);
    put_grid(walk, with_pictures, out);
    put_similar(walk, out);
    fprintf(out,
            "<footer>Made by wrmf-walkthrough %s, seed %lld. The model is "
            "<code>model.safetensors</code>, the figures are in <code>summary.json</code>."
            "</footer>\n</main>\n</body>\n</html>\n",
            wrmf_version_string(), (long long)common.seed);
    document_save(&document, walk->context, path);
    walk_add("report.html");
    free(path);
}
