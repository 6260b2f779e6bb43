/* SPDX-License-Identifier: BSD-2-Clause */
/* This writes, finds and checks the checkpoints of wrmf-train. */
#include "checkpoint.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "failure.h"
#include "files.h"
#include "session.h"
#include "streams.h"

static const char *path, *every;
static int resume;

static const char note[] = "checkpoint.matrix";

const struct option checkpoint_option_table[] = {
    {"checkpoint", "FILE",
     "write the model to FILE now and then while it is fitted,\n"
     "so that a crash costs little; it is removed in the end",
     OPTION_TEXT, &path, 0, 0},
    {"checkpoint-every", "N|Ns",
     "every N epochs, or, as in 90s, after the first epoch that\n"
     "ends so many seconds behind the last time. Default 60s",
     OPTION_TEXT, &every, 0, 0},
    {"resume", NULL,
     "go on from the checkpoint if there is one, which has to be\n"
     "of the same matrix and parameters; else begin",
     OPTION_FLAG, &resume, 0, 0},
    {NULL, NULL, NULL, OPTION_FLAG, NULL, 0, 0},
};

/* Reads how often: epochs, or seconds where an s is behind the number. */
static void read_every(int64_t *epochs, double *seconds)
{
    const char *text = every ? every : "60s";
    char *end;
    errno = 0;
    const double number = strtod(text, &end);
    const int is_seconds = strcmp(end, "s") == 0;
    const int is_whole = number >= 1 && number <= 1e9 && !(floor(number) < number);
    if (end == text || errno != 0 || !isfinite(number) || number < 0 ||
        !(is_seconds || (*end == '\0' && is_whole)))
        die_usage("--checkpoint-every %s: not a number of epochs, such as 5, or of seconds, such "
                  "as 90s",
                  text);
    *epochs = is_seconds ? 0 : (int64_t)number;
    *seconds = is_seconds ? number : 0;
}

void checkpoint_check_options(const char *model_path, const char *continued_path)
{
    int64_t epochs;
    double seconds;
    if (!path && (every || resume))
        die_usage("--%s is for --checkpoint FILE", resume ? "resume" : "checkpoint-every");
    if (!path)
        return;
    if (is_standard(path))
        die_usage("--checkpoint is a file; -, a standard stream, can be none");
    if (strcmp(path, model_path) == 0 || is_same_file(path, model_path))
        die_usage("--checkpoint and --out are the same file");
    if (resume && continued_path)
        die_usage("--resume is for a fit from the start; a checkpoint of one that continued a "
                  "model goes on by --continue %s --out %s",
                  path, model_path);
    read_every(&epochs, &seconds);
}

int checkpoint_is_there(void)
{
    return resume && access(path, F_OK) == 0;
}

/* Says whether a file is a checkpoint, of whatever fit. */
static int is_checkpoint(wrmf_context *context)
{
    wrmf_model *model = NULL;
    if (wrmf_model_map(context, path, &model, NULL) != WRMF_OK)
        return 0;
    const int is_one = wrmf_model_note(model, note) != NULL;
    wrmf_model_free(model);
    return is_one;
}

void checkpoint_claim(wrmf_context *context)
{
    wrmf_error err;
    wrmf_output *output = NULL;
    if (!path)
        return;
    output_check(path);
    check(wrmf_output_open_path(context, path, &output, &err), &err);
    wrmf_output_free(output);
    struct stat there;
    if (!resume && stat(path, &there) == 0 && there.st_size > 0 && !is_checkpoint(context))
        die("%s is no checkpoint: --checkpoint would replace it, and remove it in the end", path);
}

static void print_hash(const wrmf_matrix *matrix, char text[17])
{
    snprintf(text, 17, "%016" PRIx64, wrmf_matrix_hash(matrix));
}

static void check_parameters(const wrmf_model *model, const wrmf_params *params)
{
    for (int i = 0; i < wrmf_params_size(); i++) {
        char wanted[64], found[64];
        wrmf_params_format(params, wrmf_params_id(i), wanted, sizeof wanted);
        wrmf_params_format(wrmf_model_params(model), wrmf_params_id(i), found, sizeof found);
        if (strcmp(wanted, found) != 0)
            die("%s is the checkpoint of a fit with %s=%s, not %s: without --resume a new one "
                "begins",
                path, wrmf_params_name(wrmf_params_id(i)), found, wanted);
    }
}

wrmf_model *checkpoint_load(wrmf_context *context, const wrmf_matrix *matrix,
                            const wrmf_params *params)
{
    wrmf_model *model = model_load(context, path);
    const char *of = wrmf_model_note(model, note);
    char text[17];
    print_hash(matrix, text);
    if (!of || strcmp(of, text) != 0)
        die("%s is %s: without --resume a new fit begins", path,
            of ? "the checkpoint of another matrix" : "no checkpoint");
    check_parameters(model, params);
    return model;
}

void checkpoint_begin(wrmf_model *model, const wrmf_matrix *matrix)
{
    wrmf_error err;
    int64_t epochs;
    double seconds;
    char text[17];
    if (!path)
        return;
    read_every(&epochs, &seconds);
    print_hash(matrix, text);
    check(wrmf_model_set_note(model, note, text, &err), &err);
    check(wrmf_model_set_checkpoint(model, path, epochs, seconds, &err), &err);
}

void checkpoint_end(wrmf_model *model)
{
    wrmf_error err;
    check(wrmf_model_set_note(model, note, NULL, &err), &err);
    check(wrmf_model_set_checkpoint(model, NULL, 0, 0, &err), &err);
}

void checkpoint_remove(void)
{
    if (path && unlink(path) != 0 && errno != ENOENT)
        warn("cannot remove %s: %s", path, strerror(errno));
}
