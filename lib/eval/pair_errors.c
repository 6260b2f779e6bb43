/* SPDX-License-Identifier: BSD-2-Clause */
#include "eval/pair_errors.h"

#include <math.h>

enum { PAIRS = 64 }; /* that are scored at a time */

static void add(const wrmf_matrix *test, int64_t entry, double score, wrmf_i_pair_errors *to)
{
    const double error = (test->values ? test->values[entry] : 1) - score;
    to->squares += error * error;
    to->sizes += fabs(error);
}

wrmf_i_pair_errors wrmf_i_pair_errors_of_model(const wrmf_i_eval_job *job, const wrmf_matrix *test,
                                               int64_t user)
{
    const int64_t end = test->offsets[user + 1];
    wrmf_i_pair_errors errors = {0, 0};
    int64_t users[PAIRS], items[PAIRS];
    double scores[PAIRS];
    for (int64_t first = test->offsets[user]; first < end; first += PAIRS) {
        const int64_t n = end - first < PAIRS ? end - first : PAIRS;
        for (int64_t i = 0; i < n; i++) {
            users[i] = user;
            items[i] = test->indices[first + i];
        }
        wrmf_i_score_pairs(&job->ranking, users, items, n, (wrmf_i_numbers){NULL, scores});
        for (int64_t i = 0; i < n; i++)
            add(test, first + i, scores[i], &errors);
    }
    return errors;
}

wrmf_i_pair_errors wrmf_i_pair_errors_of(const wrmf_matrix *test, int64_t user,
                                         const double *scores)
{
    wrmf_i_pair_errors errors = {0, 0};
    for (int64_t i = test->offsets[user]; i < test->offsets[user + 1]; i++)
        add(test, i, scores[test->indices[i]], &errors);
    return errors;
}
