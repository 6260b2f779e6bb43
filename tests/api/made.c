/* SPDX-License-Identifier: BSD-2-Clause */
#include "made.h"

#include <string.h>

#include "text.h"

wrmf_ids *string_ids(const char *const *texts, int n)
{
    wrmf_ids *ids = NULL;
    MUST(wrmf_ids_create(context, WRMF_IDS_STRING, &ids, err));
    for (int i = 0; i < n; i++) {
        int64_t index = -1;
        MUST(wrmf_ids_add(ids, texts[i], strlen(texts[i]), &index, err));
        assert_int_equal(index, i);
    }
    return ids;
}

wrmf_matrix *triplets(int64_t users, int64_t items, int64_t n, const int64_t *user,
                      const int64_t *item, const double *count)
{
    wrmf_matrix *matrix = NULL;
    MUST(wrmf_matrix_from_triplets(context, users, items, n, user, item, count,
                                   WRMF_DUPLICATES_REFUSE, NULL, &matrix, err));
    return matrix;
}

wrmf_matrix *matrix_to_split(void)
{
    enum { USERS = 40, ITEMS = 30 };
    int64_t user[USERS * 8], item[USERS * 8];
    for (int64_t i = 0; i < USERS * 8; i++) {
        user[i] = i / 8;
        item[i] = (i % 8 * 4 + i / 8 * 7 + i * i % 3) % ITEMS;
    }
    wrmf_matrix *matrix = NULL;
    MUST(wrmf_matrix_from_triplets(context, USERS, ITEMS, USERS * 8, user, item, NULL,
                                   WRMF_DUPLICATES_DROP, NULL, &matrix, err));
    return matrix;
}

wrmf_status read_market(const char *text, size_t length, size_t piece, wrmf_duplicates duplicates,
                        int64_t *merged, wrmf_matrix **out, wrmf_error *err)
{
    text_source source = {.data = text, .length = length, .piece = piece};
    wrmf_input *const input = text_input(context, &source);
    const wrmf_status status =
        wrmf_matrix_read_market(context, input, duplicates, merged, out, err);
    wrmf_input_free(input);
    return status;
}

void check_market(const char *text, const wrmf_matrix *wanted)
{
    for (size_t piece = 0; piece < 3; piece++) {
        wrmf_matrix *matrix = NULL;
        int64_t merged = -1;
        MUST(read_market(text, strlen(text), piece, WRMF_DUPLICATES_REFUSE, &merged, &matrix, err));
        assert_true(wrmf_matrix_equal(matrix, wanted));
        assert_int_equal(merged, 0);
        wrmf_matrix_free(matrix);
    }
}
