/* SPDX-License-Identifier: BSD-2-Clause */
#include "grown.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"
#include "wrmf/params.h"

wrmf_matrix *earlier, *later;
wrmf_ids *earlier_ids[2], *later_ids[2];

/* A number that looks random: 0 .. 2^32 - 1. */
static uint64_t mixed(uint64_t a, uint64_t b)
{
    uint64_t z = a * 0x9e3779b97f4a7c15u + b * 0xbf58476d1ce4e5b9u + 1;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return (z ^ z >> 31) >> 32;
}

/* Users like items of their own group most. Of the last user and the last item nothing is known. */
static wrmf_matrix *matrix_of(int64_t users, int64_t items, bool is_later)
{
    int64_t user[NEW_USERS * NEW_ITEMS], item[NEW_USERS * NEW_ITEMS], n = 0;
    double count[NEW_USERS * NEW_ITEMS];
    wrmf_matrix *matrix = NULL;
    for (int64_t u = 0; u < (is_later ? users - 1 : users); u++) {
        for (int64_t i = 0; i < (is_later ? items - 1 : items); i++) {
            const uint64_t number = mixed((uint64_t)u, (uint64_t)i);
            const bool old = number % 16 < (u % 3 == i % 3 ? 8 : 1);
            const bool news = is_later && number % 16 == 15;
            if (!(u < OLD_USERS && i < OLD_ITEMS ? old || news : old))
                continue;
            user[n] = u;
            item[n] = i;
            count[n++] = (double)(1 + number / 16 % 4);
        }
    }
    MUST(wrmf_matrix_from_triplets(context, users, items, n, user, item, count,
                                   WRMF_DUPLICATES_REFUSE, NULL, &matrix, err));
    return matrix;
}

static wrmf_ids *ids_of(wrmf_side side, int64_t n)
{
    wrmf_ids *ids = NULL;
    MUST(wrmf_ids_create(context, WRMF_IDS_STRING, &ids, err));
    for (int64_t i = 0; i < n; i++) {
        char text[32];
        int length = snprintf(text, sizeof text, "%s-%lld", side ? "item" : "user", (long long)i);
        MUST(wrmf_ids_add(ids, text, (size_t)length, NULL, err));
        length = snprintf(text, sizeof text, "name of %lld", (long long)i);
        if (side == WRMF_ITEMS)
            MUST(wrmf_ids_set_name(ids, i, text, (size_t)length, err));
    }
    return ids;
}

int grown_set_up(void **state)
{
    fixture_set_up(state);
    earlier = matrix_of(OLD_USERS, OLD_ITEMS, false);
    later = matrix_of(NEW_USERS, NEW_ITEMS, true);
    earlier_ids[0] = ids_of(WRMF_USERS, OLD_USERS);
    earlier_ids[1] = ids_of(WRMF_ITEMS, OLD_ITEMS);
    later_ids[0] = ids_of(WRMF_USERS, NEW_USERS);
    later_ids[1] = ids_of(WRMF_ITEMS, NEW_ITEMS);
    return 0;
}

int grown_tear_down(void **state)
{
    wrmf_matrix_free(earlier);
    wrmf_matrix_free(later);
    for (int side = 0; side < 2; side++) {
        wrmf_ids_free(earlier_ids[side]);
        wrmf_ids_free(later_ids[side]);
    }
    return fixture_tear_down(state);
}

wrmf_model *fit_earlier(const char *const *settings)
{
    wrmf_params *params = NULL;
    wrmf_model *model = NULL;
    MUST(wrmf_params_create(context, &params, err));
    MUST(wrmf_params_set_int(params, WRMF_PARAM_FACTORS, FACTORS, err));
    for (int i = 0; settings && settings[i]; i++) {
        char name[32];
        const size_t length = strcspn(settings[i], "=");
        memcpy(name, settings[i], length);
        name[length] = '\0';
        MUST(wrmf_params_set(params, name, settings[i] + length + 1, err));
    }
    MUST(wrmf_model_fit(context, earlier, params, &model, err));
    for (int side = 0; side < 2; side++)
        MUST(wrmf_model_set_ids(model, (wrmf_side)side, earlier_ids[side], err));
    MUST(wrmf_model_set_note(model, "made", "on Monday", err));
    wrmf_params_free(params);
    return model;
}

double *rows_of(const wrmf_model *model, wrmf_side side)
{
    const int64_t n = side == WRMF_USERS ? wrmf_model_users(model) : wrmf_model_items(model);
    double *const rows = malloc(((size_t)n + 1) * FACTORS * sizeof *rows);
    MUST(wrmf_model_get_rows(model, side, 0, n, rows, err));
    return rows;
}

char *bytes_of(const wrmf_model *model, size_t *length)
{
    text_sink sink = {0};
    wrmf_output *const output = text_output(context, &sink);
    MUST(wrmf_model_write(model, output, err));
    MUST(wrmf_output_close(output, err));
    wrmf_output_free(output);
    *length = sink.length;
    return sink.data;
}

bool holds(const char *bytes, size_t length, const void *block, size_t block_length)
{
    for (size_t at = 0; at + block_length <= length; at++)
        if (memcmp(bytes + at, block, block_length) == 0)
            return true;
    return false;
}

void check_same_file(const wrmf_model *a, const wrmf_model *b)
{
    size_t lengths[2];
    char *const one = bytes_of(a, &lengths[0]), *const other = bytes_of(b, &lengths[1]);
    assert_int_equal(lengths[0], lengths[1]);
    assert_memory_equal(one, other, lengths[0]);
    free(one);
    free(other);
}
