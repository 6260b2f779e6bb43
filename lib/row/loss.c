/* SPDX-License-Identifier: BSD-2-Clause */
#include "row/loss.h"

#include <float.h>
#include <math.h>

/* A quotient count / epsilon above this, whose logarithm is finite, may not be. */
#define LARGE_QUOTIENT 1e300

static double log_of(const wrmf_i_loss *loss, double count)
{
    if (loss->epsilon < 1 && count > loss->epsilon * LARGE_QUOTIENT)
        return log(count) - log(loss->epsilon);
    return log1p(count / loss->epsilon);
}

/* What a count, or its absolute value, adds to its confidence, over w0. */
static double share_of(const wrmf_i_loss *loss, double count)
{
    count = fabs(count);
    if (loss->confidence != WRMF_CONFIDENCE_LOG)
        return loss->factor * count;
    return loss->factor * log_of(loss, count);
}

double wrmf_i_loss_confidence(const wrmf_i_loss *loss, double count)
{
    return share_of(loss, count) + loss->confidence_offset;
}

double wrmf_i_loss_target(const wrmf_i_loss *loss, double count)
{
    if (loss->target == WRMF_TARGET_SIGNED)
        return count;
    if (count < 0)
        return 0;
    if (loss->target == WRMF_TARGET_ONE)
        return 1;
    return loss->target == WRMF_TARGET_COUNT ? count : log_of(loss, count);
}

/* Nothing overflows on the way to 1 + d. A logarithm is below 800, and the factor at most 1e39. */
const char *wrmf_i_loss_not_finite(const wrmf_i_loss *loss, double count)
{
    if (loss->confidence != WRMF_CONFIDENCE_LOG && loss->factor > 1 &&
        !(fabs(count) <= DBL_MAX / loss->factor))
        return "confidence";
    const double target = fabs(wrmf_i_loss_target(loss, count));
    if (target > 1 && !(fmax(wrmf_i_loss_confidence(loss, count), 1) <= DBL_MAX / target / target))
        return "weighed squared target";
    return NULL;
}

void wrmf_i_loss_read(const wrmf_params *params, wrmf_i_loss *loss)
{
    const double w0 = wrmf_i_params_real(params, WRMF_PARAM_UNOBSERVED_WEIGHT);
    const double scale = w0 > 0 ? w0 : 1;
    const bool all = wrmf_i_params_int(params, WRMF_PARAM_UNOBSERVED_SCOPE) == WRMF_SCOPE_ALL;
    *loss = (wrmf_i_loss){
        .confidence = (wrmf_confidence)wrmf_i_params_int(params, WRMF_PARAM_CONFIDENCE),
        .target = (wrmf_target)wrmf_i_params_int(params, WRMF_PARAM_TARGET),
        .factor = wrmf_i_params_real(params, WRMF_PARAM_ALPHA) / scale,
        .epsilon = wrmf_i_params_real(params, WRMF_PARAM_EPSILON),
        .unobserved_weight = w0,
        .scale = scale,
        .cell_target = all || scale > w0 ? 0 : 1,
        .exponent = wrmf_i_params_real(params, WRMF_PARAM_REGULARIZATION_EXPONENT),
        .size = (wrmf_row_size)wrmf_i_params_int(params, WRMF_PARAM_REGULARIZATION_SIZE),
    };
    const bool is_signed = loss->target == WRMF_TARGET_SIGNED;
    loss->takes_negatives =
        is_signed || wrmf_i_params_int(params, WRMF_PARAM_NEGATIVE_COUNTS) == WRMF_NEGATIVE_DISLIKE;
    loss->has_dislikes = loss->takes_negatives && !is_signed;
    loss->confidence_offset = loss->confidence == WRMF_CONFIDENCE_PLAIN ? 0 : 1 / scale;
    loss->weight_offset = loss->confidence_offset - loss->cell_target;
    loss->lambda[WRMF_USERS] = wrmf_i_params_real(params, WRMF_PARAM_REGULARIZATION_USER) / scale;
    loss->lambda[WRMF_ITEMS] = wrmf_i_params_real(params, WRMF_PARAM_REGULARIZATION_ITEM) / scale;
    loss->unit_weight = share_of(loss, 1) + loss->weight_offset;
    loss->unit_confidence = wrmf_i_loss_confidence(loss, 1);
    loss->unit_target = loss->unit_confidence * wrmf_i_loss_target(loss, 1);
}

wrmf_i_row_sums wrmf_i_loss_sums(const wrmf_i_loss *loss, double count)
{
    return (wrmf_i_row_sums){1, count > 0 || !loss->has_dislikes,
                             wrmf_i_loss_confidence(loss, count)};
}

/* The solution of a row of dislikes alone is 0: whatever its size is, it is to be above 0. */
static double likes_of(const wrmf_i_row_sums *sums)
{
    return sums->likes > 0 ? sums->likes : fmin(sums->entries, 1);
}

double wrmf_i_loss_lambda_of(const wrmf_i_loss *loss, wrmf_side side, int64_t others,
                             const wrmf_i_row_sums *sums)
{
    if (!wrmf_i_loss_is_scaled(loss, side))
        return loss->lambda[side];
    const double w0 = loss->unobserved_weight;
    double size = likes_of(sums);
    if (loss->size == WRMF_SIZE_CELLS)
        size += w0 * (double)others;
    else if (loss->size == WRMF_SIZE_WEIGHTS)
        size = w0 > 0
                   ? w0 * ((double)others - loss->cell_target * sums->entries + sums->confidences)
                   : sums->confidences;
    const bool linear = !(loss->exponent < 1) && !(loss->exponent > 1);
    return fmin(loss->lambda[side] * (linear ? size : pow(size, loss->exponent)), DBL_MAX);
}

double wrmf_i_loss_row_lambda(const wrmf_i_loss *loss, wrmf_side side, int64_t others,
                              const double *counts, int64_t n)
{
    wrmf_i_row_sums sums = {(double)n, (double)n, (double)n * loss->unit_confidence};
    if (!wrmf_i_loss_is_scaled(loss, side))
        return loss->lambda[side];
    if (counts && (loss->has_dislikes || loss->size == WRMF_SIZE_WEIGHTS)) {
        sums = (wrmf_i_row_sums){0};
        for (int64_t i = 0; i < n; i++) {
            const wrmf_i_row_sums one = wrmf_i_loss_sums(loss, counts[i]);
            wrmf_i_row_sums_add(&sums, &one);
        }
    }
    return wrmf_i_loss_lambda_of(loss, side, others, &sums);
}

double wrmf_i_loss_lambda(const wrmf_i_loss *loss, wrmf_side side, int64_t others)
{
    const bool counts = loss->size == WRMF_SIZE_ENTRIES || loss->scale > loss->unobserved_weight;
    const wrmf_i_row_sums one = {1, 1, loss->unit_confidence}, none = {0};
    const wrmf_i_row_sums sums = counts ? one : none;
    return wrmf_i_loss_lambda_of(loss, side, others, &sums);
}

wrmf_status wrmf_i_loss_check_regularization(const wrmf_i_loss *loss, wrmf_error *err)
{
    for (int side = 0; side < 2 && !(loss->unobserved_weight > 0); side++)
        if (!(loss->lambda[side] > 0))
            return wrmf_i_fail(err, WRMF_E_RANGE,
                               "regularization_%s is 0: where unobserved_weight is 0, it is to be "
                               "above",
                               side == WRMF_USERS ? "user" : "item");
    return WRMF_OK;
}

wrmf_status wrmf_i_loss_check(const wrmf_i_loss *loss, const wrmf_matrix *matrix, int64_t first,
                              int64_t last, wrmf_error *err)
{
    if (!matrix->values)
        return WRMF_OK;
    for (int64_t row = first; row < last; row++)
        for (int64_t i = matrix->offsets[row]; i < matrix->offsets[row + 1]; i++) {
            const char *const infinite = wrmf_i_loss_not_finite(loss, matrix->values[i]);
            if (infinite)
                return wrmf_i_fail(err, WRMF_E_NONFINITE,
                                   "the %s of user %lld, item %ld is not finite", infinite,
                                   (long long)row, (long)matrix->indices[i]);
            if (matrix->values[i] < 0 && !loss->takes_negatives)
                return wrmf_i_fail(err, WRMF_E_FORMAT,
                                   "user %lld dislikes item %ld: negative_counts is refuse",
                                   (long long)row, (long)matrix->indices[i]);
        }
    return WRMF_OK;
}

/* wrmf_i_loss_fill() where targets are not 1. */
static void fill_targets(const wrmf_i_loss *loss, const double *counts, int64_t n, double *d,
                         double *b, wrmf_i_weight_bounds *bounds)
{
    for (int64_t i = 0; i < n; i++) {
        const double count = counts ? counts[i] : 1, share = share_of(loss, count);
        const double target = wrmf_i_loss_target(loss, count);
        d[i] = share + loss->weight_offset;
        b[i] = (share + loss->confidence_offset) * target;
        bounds->min = fmin(bounds->min, d[i]);
        bounds->max = fmax(bounds->max, d[i]);
        bounds->target = fmax(bounds->target, fmax(fabs(b[i]), fabs(target)));
    }
}

void wrmf_i_loss_fill(const wrmf_i_loss *loss, const double *counts, int64_t n, double *d,
                      double *b, wrmf_i_weight_bounds *bounds)
{
    if (loss->target != WRMF_TARGET_ONE) {
        fill_targets(loss, counts, n, d, b, bounds);
        return;
    }
    wrmf_i_weight_bounds wider = *bounds; /* in registers */
    for (int64_t i = 0; i < n; i++) {
        const double share = counts ? share_of(loss, counts[i]) : 0;
        const double weight = counts ? share + loss->weight_offset : loss->unit_weight;
        d[i] = weight;
        b[i] = counts ? (counts[i] < 0 ? 0 : share + loss->confidence_offset) : loss->unit_target;
        wider.min = weight < wider.min ? weight : wider.min;
        wider.max = weight > wider.max ? weight : wider.max;
    }
    *bounds = wider;
}

double wrmf_i_loss_weight(const wrmf_i_loss *loss, const wrmf_matrix *matrix, int64_t row)
{
    const int64_t start = matrix->offsets[row], end = matrix->offsets[row + 1];
    double sum = 0;
    if (!matrix->values)
        return (double)(end - start) * fabs(loss->unit_weight);
    for (int64_t i = start; i < end; i++) {
        const double d = fabs(share_of(loss, matrix->values[i]) + loss->weight_offset);
        sum = d < DBL_MAX - sum ? sum + d : DBL_MAX;
    }
    return sum;
}

double wrmf_i_loss_least(const wrmf_i_loss *loss, const wrmf_matrix *matrix, int64_t row)
{
    const int64_t start = matrix->offsets[row], end = matrix->offsets[row + 1];
    double least = (double)INFINITY;
    if (!matrix->values)
        return end > start ? loss->unit_weight : least;
    for (int64_t i = start; i < end; i++)
        least = fmin(least, share_of(loss, matrix->values[i]) + loss->weight_offset);
    return least;
}

/* wrmf_i_loss_add() where targets are not 1. */
static double add_targets(const wrmf_i_loss *loss, const double *counts, const double *scores,
                          int64_t n, wrmf_i_loss_parts *parts)
{
    double weights = 0;
    for (int64_t i = 0; i < n; i++) {
        const double count = counts ? counts[i] : 1;
        const double d = share_of(loss, count) + loss->weight_offset;
        const double target = wrmf_i_loss_target(loss, count), error = target - scores[i];
        const double of_cell = target * loss->cell_target,
                     cell = of_cell * (of_cell - 2 * scores[i]);
        weights += fabs(d);
        parts->observed += d * error * error;
        parts->weighed += fabs(d) * error * error;
        parts->cells += cell;
        parts->terms += fabs(cell);
        parts->targets += of_cell * of_cell;
        parts->least = fmin(parts->least, count);
    }
    return weights;
}

/* What is known of entries whose parts are added, so that loops ask for nothing else. */
typedef struct entry_kind {
    bool counted; /* counts are not all 1 */
    bool below;   /* a d may be below 0 */
    bool signs;   /* counts below 0 are dislikes */
} entry_kind;

static inline double add_entries(const wrmf_i_loss *loss, const double *counts,
                                 const double *scores, int64_t n, entry_kind kind,
                                 wrmf_i_loss_parts *parts)
{
    wrmf_i_loss_parts sum = *parts; /* in registers */
    double weights = 0;
    for (int64_t i = 0; i < n; i++) {
        const double d =
            kind.counted ? share_of(loss, counts[i]) + loss->weight_offset : loss->unit_weight;
        const bool is_dislike = kind.signs && counts[i] < 0;
        const double target = is_dislike ? 0 : loss->cell_target;
        const double error = (is_dislike ? 0 : 1) - scores[i];
        const double cell = target * (target - 2 * scores[i]);
        weights += fabs(d);
        sum.observed += d * error * error;
        if (kind.below)
            sum.weighed += fabs(d) * error * error;
        sum.cells += cell;
        sum.terms += fabs(cell);
        if (kind.counted)
            sum.least = counts[i] < sum.least ? counts[i] : sum.least;
    }
    if (!kind.below)
        sum.weighed = sum.observed; /* the same sum */
    *parts = sum;
    return weights;
}

double wrmf_i_loss_add(const wrmf_i_loss *loss, const double *counts, const double *scores,
                       int64_t n, wrmf_i_loss_parts *parts)
{
    if (loss->target != WRMF_TARGET_ONE)
        return add_targets(loss, counts, scores, n, parts);
    const bool below = loss->weight_offset < 0; /* only then is a d below 0 */
    if (below || (counts && loss->has_dislikes)) {
        const entry_kind any = {counts != NULL, below, counts && loss->has_dislikes};
        return add_entries(loss, counts, scores, n, any, parts);
    }
    if (!counts)
        return add_entries(loss, NULL, scores, n, (entry_kind){false, false, false}, parts);
    return add_entries(loss, counts, scores, n, (entry_kind){true, false, false}, parts);
}
