/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wrmf/grow.h and wrmf/store.h: models of mapped files grow and shrink into models of their own,
 * and are not refreshed; a file of the items alone grows users; a mappable file of what is left has
 * nothing of what is gone.
 */
#include "grown.h"
#include "stored_model.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "wrmf/grow.h"

static char path[16];

static int set_up(void **state)
{
    grown_set_up(state);
    make_file(path);
    return 0;
}

static int tear_down(void **state)
{
    unlink(path);
    return grown_tear_down(state);
}

#define ON_FILES(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

static const char *const relaxed[] = {"iterations=6", NULL};

static wrmf_model *mapped(const wrmf_model *model, unsigned options)
{
    wrmf_model *out = NULL;
    MUST(wrmf_model_save_as(model, path, options, err));
    MUST(wrmf_model_map(context, path, &out, err));
    return out;
}

static void mapped_models_grow(void **state)
{
    (void)state;
    static const unsigned options[] = {0, WRMF_SAVE_MAPPABLE};
    const int64_t gone[] = {5, 2};
    for (int i = 0; i < 2; i++) {
        wrmf_model *const model = fit_earlier(relaxed), *const map = mapped(model, options[i]);
        wrmf_model *grown[2] = {NULL, NULL}, *rest[2] = {NULL, NULL};
        wrmf_comparison found[2];
        for (int k = 0; k < 2; k++) {
            const wrmf_model *const from = k ? map : model;
            MUST(wrmf_model_grow(context, from, later, later_ids[0], later_ids[1], &grown[k], err));
            MUST(wrmf_model_without(context, from, WRMF_ITEMS, gone, 2, &rest[k], err));
            MUST(wrmf_model_compare(context, from, grown[k], later, NULL, OLD_USERS, 5, &found[k],
                                    err));
        }
        check_same_file(grown[0], grown[1]);
        check_same_file(rest[0], rest[1]);
        assert_memory_equal(&found[0], &found[1], sizeof found[0]);
        FAILS(WRMF_E_STATE, "mapped",
              wrmf_model_refresh(context, map, earlier, WRMF_USERS, gone, 2, err));
        wrmf_model_free(map);
        /* what it grew to is its own */
        MUST(wrmf_model_refresh(context, grown[1], later, WRMF_USERS, gone, 2, err));
        MUST(wrmf_model_continue(context, grown[1], later, 1, err));
        for (int k = 0; k < 2; k++) {
            wrmf_model_free(grown[k]);
            wrmf_model_free(rest[k]);
        }
        wrmf_model_free(model);
    }
}

/* All users of a file of the items are new: they are folded in. */
static void items_grow_users(void **state)
{
    (void)state;
    wrmf_model *const model = fit_earlier(relaxed);
    wrmf_model *const items = mapped(model, WRMF_SAVE_ITEMS | WRMF_SAVE_MAPPABLE);
    wrmf_model *grown = NULL;
    MUST(wrmf_model_refresh(context, model, earlier, WRMF_USERS, NULL, 0, err));
    MUST(wrmf_model_grow(context, items, earlier, earlier_ids[0], earlier_ids[1], &grown, err));
    for (int side = 0; side < 2; side++) {
        double *const rows = rows_of(grown, (wrmf_side)side);
        double *const wanted = rows_of(model, (wrmf_side)side);
        assert_memory_equal(rows, wanted,
                            (size_t)(side ? OLD_ITEMS : OLD_USERS) * FACTORS * sizeof *rows);
        free(rows);
        free(wanted);
    }
    wrmf_model_free(items);
    wrmf_model_free(grown);
    wrmf_model_free(model);
}

/* A mappable file has more of the ids than a plain one: their order, and NULs. */
static void nothing_is_left(void **state)
{
    (void)state;
    static const char id[] = "zq-her-own-id-7351", name[] = "zq-her-name-4412";
    wrmf_model *const model = fit_earlier(relaxed);
    wrmf_model *rest = NULL;
    wrmf_ids *ids = NULL;
    const int64_t gone[] = {17};
    size_t length = 0;
    MUST(wrmf_ids_create(context, WRMF_IDS_STRING, &ids, err));
    for (int64_t i = 0; i < OLD_USERS; i++) {
        const char *const text = i == 17 ? id : wrmf_ids_string(earlier_ids[0], i, NULL);
        MUST(wrmf_ids_add(ids, text, strlen(text), NULL, err));
    }
    MUST(wrmf_ids_set_name(ids, 17, name, strlen(name), err));
    MUST(wrmf_model_set_ids(model, WRMF_USERS, ids, err));
    double *const rows = rows_of(model, WRMF_USERS);
    float row[FACTORS];
    for (int k = 0; k < FACTORS; k++)
        row[k] = (float)rows[17 * FACTORS + k];
    wrmf_model *const map = mapped(model, WRMF_SAVE_MAPPABLE);
    char *const with = file_bytes(path, &length);
    assert_true(holds(with, length, id, strlen(id)) && holds(with, length, name, strlen(name)));
    assert_true(holds(with, length, row, sizeof row));
    MUST(wrmf_model_without(context, map, WRMF_USERS, gone, 1, &rest, err));
    wrmf_model_free(map);
    MUST(wrmf_model_save_as(rest, path, WRMF_SAVE_MAPPABLE, err));
    char *const left = file_bytes(path, &length);
    assert_false(holds(left, length, id, strlen(id)) || holds(left, length, name, strlen(name)));
    assert_false(holds(left, length, row, sizeof row));
    free(with);
    free(left);
    free(rows);
    wrmf_ids_free(ids);
    wrmf_model_free(model);
    wrmf_model_free(rest);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_FILES(mapped_models_grow),
        ON_FILES(items_grow_users),
        ON_FILES(nothing_is_left),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
