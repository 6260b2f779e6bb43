/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * model/model.h - what a wrmf_model is.
 */
#ifndef WRMF_MODEL_MODEL_H
#define WRMF_MODEL_MODEL_H

#include "data/ids.h"
#include "io/mapping.h"
#include "linalg/factors.h"
#include "model/checkpoint_setting.h"
#include "model/notes.h"
#include "model/params.h"
#include "model/served.h"
#include "model/unit_scales.h"
#include "par/context.h"
#include "wrmf/model.h"

enum { WRMF_I_STAT_COUNT = 9 };

/** The most epochs that a model may have: further ones could not be counted in a file of text that
 *  others read as double. */
#define WRMF_I_EPOCHS_MAX ((int64_t)1 << 53)

struct wrmf_model {
    wrmf_context *context; /* held; its allocator made all that is here */
    wrmf_i_use use;        /* shared by calls that read it */
    wrmf_params *params;
    int64_t rows[2]; /* users, items: index by wrmf_side */
    int64_t factors; /* numbers of a row: with biases, two more than the parameter */
    bool biases;     /* the last two columns are those of model/biases.h */
    double mean;     /* from which the items' biases are counted; a number of the precision */
    int64_t stride;  /* numbers of a padded row; those behind the factors are 0 */
    int bits;        /* of a number: 32, float, or 64, double */
    void *data[2];   /* of each side: its padded rows, aligned to WRMF_I_ALIGN */
    void *carried;   /* room for the items' rows from which epochs go on, or NULL */
    bool carries;    /* epochs go on from the carried rows, not from the items' own */
    bool drawn;      /* the rows are the random start */
    int64_t epochs;
    wrmf_ids *ids[2]; /* own copies, or NULL */
    wrmf_i_notes notes;
    double statistics[WRMF_I_STAT_COUNT];
    double *grams;          /* of both sides; model/grams.h. NULL before the first fit */
    uint64_t generation[2]; /* of each side: raised whenever its rows change */
    bool gram_known[2];     /* of each side: its Gram matrix is that of the rows as they are */
    wrmf_i_unit_scales unit_scales[2]; /* of each side */
    wrmf_i_checkpoint_setting checkpoint;
    bool read_only;          /* it is that of a mapped file, and refuses what would change it */
    wrmf_i_mapping mapping;  /* the file; owned. Nothing where the model is not read-only */
    bool in_place;           /* data and carried lie in the mapping, and are not freed */
    wrmf_i_served served[2]; /* of each side: what the mapping has for servers, or nothing */
};

static inline size_t wrmf_i_model_number_bytes(const wrmf_model *model)
{
    return (size_t)model->bits / 8;
}

/** Numbers of a Gram matrix, stride x stride. */
static inline size_t wrmf_i_model_square(const wrmf_model *model)
{
    return (size_t)model->stride * (size_t)model->stride;
}

/** The rows of a side. */
static inline wrmf_i_factors wrmf_i_model_rows(const wrmf_model *model, wrmf_side side)
{
    return (wrmf_i_factors){model->data[side], model->bits, model->rows[side], model->factors,
                            model->stride};
}

/** Columns at the end of a row that stand for no factor. */
static inline int64_t wrmf_i_model_bias_columns(const wrmf_model *model)
{
    return model->biases ? WRMF_I_BIAS_COLUMNS : 0;
}

/** The items' rows from which epochs go on: those that the model carries, or its own. */
static inline wrmf_i_factors wrmf_i_model_carried_rows(const wrmf_model *model)
{
    wrmf_i_factors rows = wrmf_i_model_rows(model, WRMF_ITEMS);
    rows.data = model->carries ? model->carried : rows.data;
    return rows;
}

/** Make a model without rows: who calls it sets data[], which wrmf_i_model_free() frees. */
wrmf_status wrmf_i_model_new_bare(wrmf_context *context, int64_t users, int64_t items,
                                  const wrmf_params *params, wrmf_model **out, wrmf_error *err);
/** Allocate the rows of a side of such a model. */
wrmf_status wrmf_i_model_alloc_rows(wrmf_model *model, int side, wrmf_error *err);
/** Make a model of rows of zeros and 0 epochs. params are copied; NULL: the defaults. */
wrmf_status wrmf_i_model_new(wrmf_context *context, int64_t users, int64_t items,
                             const wrmf_params *params, wrmf_model **out, wrmf_error *err);
/** The same with rows that are not set, nor touched by the calling thread: for those who fill them
 *  up to their stride, as wrmf_i_model_start() does, whose workers then have the memory near. */
wrmf_status wrmf_i_model_new_unset(wrmf_context *context, int64_t users, int64_t items,
                                   const wrmf_params *params, wrmf_model **out, wrmf_error *err);
/** Fill both sides with the random start that seed and init_scale give, and zeros behind the
 *  factors, in parallel. */
wrmf_status wrmf_i_model_start(wrmf_context *context, wrmf_model *model, wrmf_error *err);
/** Whether the first epoch is to begin with the start that the parameter init asks for: the rows
 *  are the random one, and are not what is asked for. */
bool wrmf_i_model_start_is_due(const wrmf_model *model);
void wrmf_i_model_free(wrmf_model *model);

/** Have a model alone, to change it, or share it, to read it, until the call ends; WRMF_E_STATE if
 *  others stand in the way, or it is read-only and to be changed. */
wrmf_status wrmf_i_model_change(wrmf_i_call *call, wrmf_model *model, wrmf_error *err);
wrmf_status wrmf_i_model_read(wrmf_i_call *call, const wrmf_model *model, wrmf_error *err);

/* What is known of a side's rows besides: their Gram matrix (model/grams.h) and unit scales. */

/** All rows of a side are about to change: forget it. */
void wrmf_i_model_forget(wrmf_model *model, wrmf_side side);
/** Rows first .. first + n - 1 of a side were set: make of it what these alone tell, forget the
 *  rest, and carry nothing: epochs go on from the rows as they are. */
void wrmf_i_model_rows_set(wrmf_model *model, wrmf_side side, int64_t first, int64_t n);
/** *scales gets the unit scale of each row of a side, borrowed until rows change. Any number of
 *  threads at a time. */
wrmf_status wrmf_i_model_unit_scales(const wrmf_model *model, wrmf_side side, const double **scales,
                                     wrmf_error *err);

/* The items' rows from which over-relaxed epochs go on, where the model's own are the solutions
 * that a fit ends with. */

/** Have room for carried rows, if the model has none. What it carries stays. */
wrmf_status wrmf_i_model_carried_alloc(wrmf_model *model, wrmf_error *err);
/** Free the room, and carry nothing. */
void wrmf_i_model_carried_drop(wrmf_model *model);
/** Carry the items' rows as they are; there is room for them. */
void wrmf_i_model_carry(wrmf_model *model);
/** Where the model carries rows: make them the items' own, and carry none. The room stays. */
void wrmf_i_model_carried_take(wrmf_model *model);

#endif /* WRMF_MODEL_MODEL_H */
