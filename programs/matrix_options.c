/* SPDX-License-Identifier: BSD-2-Clause */
/* This reads matrices as the options say. */
#include "matrix_options.h"

#include <string.h>

#include "failure.h"
#include "text.h"

static const char *duplicates = "refuse", *zeros = "refuse";

const struct option matrix_option_table[] = {
    {"duplicates", "WHAT",
     "refuse (default), drop, sum or max: what becomes of a pair\n"
     "that comes again in a matrix",
     OPTION_TEXT, &duplicates, 0, 0},
    {"zeros", "WHAT", "refuse (default) or drop counts of 0 in a matrix", OPTION_TEXT, &zeros, 0,
     0},
    {NULL, NULL, NULL, OPTION_FLAG, NULL, 0, 0},
};

/* Gives the index of a word among choices, which a NULL ends. */
static int choice_of(const char *option, const char *text, const char *const *choices)
{
    for (int i = 0; choices[i]; i++)
        if (strcmp(text, choices[i]) == 0)
            return i;
    die_usage("--%s '%s' is none of its choices; see --help", option, text);
}

wrmf_matrix *matrix_read(wrmf_context *context, wrmf_input *input, const char *path)
{
    /* in the order of the enums */
    static const char *const duplicates_names[] = {"sum", "drop", "max", "refuse", NULL};
    static const char *const zeros_names[] = {"refuse", "drop", NULL};
    const wrmf_duplicates on_again =
        (wrmf_duplicates)choice_of("duplicates", duplicates, duplicates_names);
    const wrmf_zeros on_zero = (wrmf_zeros)choice_of("zeros", zeros, zeros_names);
    wrmf_error err;
    wrmf_matrix *matrix = NULL;
    int64_t merged = 0, dropped = 0;
    check(wrmf_matrix_read_market_zeros(context, input, on_again, on_zero, &merged, &dropped,
                                        &matrix, &err),
          &err);
    if (merged > 0)
        warn("%s: %s came again: --duplicates %s", path, counted(merged, "pair", "pairs"),
             duplicates);
    if (dropped > 0)
        warn("%s: %s of 0 dropped", path, counted(dropped, "count", "counts"));
    return matrix;
}
