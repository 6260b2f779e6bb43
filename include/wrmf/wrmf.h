/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wrmf/wrmf.h - all of libwrmf. Each header below can be included alone.
 *
 * In the order in which a program meets them:
 *
 *   context.h, io.h, reader.h, ids.h, matrix.h, weighting.h, split.h, params.h, model.h
 *   biases.h, recommend.h, query.h, server.h, fold.h, store.h, grow.h
 *   evaluator.h, baseline.h, bootstrap.h, curve.h, grid.h, search.h
 */
#ifndef WRMF_WRMF_H
#define WRMF_WRMF_H

#include "wrmf/baseline.h"
#include "wrmf/biases.h"
#include "wrmf/bootstrap.h"
#include "wrmf/context.h"
#include "wrmf/curve.h"
#include "wrmf/estimate.h"
#include "wrmf/evaluator.h"
#include "wrmf/export.h"
#include "wrmf/fold.h"
#include "wrmf/grid.h"
#include "wrmf/grow.h"
#include "wrmf/ids.h"
#include "wrmf/io.h"
#include "wrmf/matrix.h"
#include "wrmf/model.h"
#include "wrmf/params.h"
#include "wrmf/query.h"
#include "wrmf/reader.h"
#include "wrmf/recommend.h"
#include "wrmf/search.h"
#include "wrmf/server.h"
#include "wrmf/split.h"
#include "wrmf/status.h"
#include "wrmf/store.h"
#include "wrmf/types.h"
#include "wrmf/version.h"
#include "wrmf/weighting.h"

#endif /* WRMF_WRMF_H */
