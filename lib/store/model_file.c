/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/model_file.h"

const wrmf_i_tensor_names wrmf_i_tensor_names_of[2] = {
    {"user_factors",
     "user_ids",
     "user_ids_bytes",
     "user_ids_offsets",
     "user_names_bytes",
     "user_names_offsets",
     "user_ids_order",
     {"user_lists_1", "user_cosine_lists_1", "user_unit_scales_1", "user_popularity_1",
      "user_popularity_sum_1"}},
    {"item_factors",
     "item_ids",
     "item_ids_bytes",
     "item_ids_offsets",
     "item_names_bytes",
     "item_names_offsets",
     "item_ids_order",
     {"item_lists_1", "item_cosine_lists_1", "item_unit_scales_1", "item_popularity_1",
      "item_popularity_sum_1"}},
};

const char *const wrmf_i_statistic_keys[WRMF_I_STAT_COUNT] = {
    "statistic_rows",          "statistic_rows_cg",      "statistic_cg_steps",
    "statistic_rows_cholesky", "statistic_rows_float64", "statistic_rows_minimum_norm",
    "statistic_condition",     "statistic_residual",     "statistic_rows_fallback",
};
