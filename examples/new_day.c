/* SPDX-License-Identifier: BSD-2-Clause */
/* A day's interactions come to a model that is there: new ids behind the old ones,
 * one matrix of all, a grown model, and how far its lists are from a new fit's. */
#include <stdio.h>
#include <wrmf/wrmf.h>

enum { USERS = 300, ITEMS = 60, PLAYS = 6, NEW = 30 };

/* Users first .. first + n - 1, who take all from one shelf of ten items. */
static wrmf_status read_day(wrmf_context *context, int64_t first, int64_t n, wrmf_ids *users,
                            wrmf_matrix **matrix, wrmf_error *err)
{
    static int64_t user[USERS * PLAYS], item[USERS * PLAYS];
    for (int64_t i = 0; i < n * PLAYS; i++) {
        user[i] = i / PLAYS;
        item[i] = (first + user[i]) % 6 * 10 + (i * i + first) % 10;
    }
    for (int64_t i = 0; i < n; i++)
        if (wrmf_ids_add_integer(users, first + i, NULL, err) != WRMF_OK)
            return err->code;
    return wrmf_matrix_from_triplets(context, n, ITEMS, n * PLAYS, user, item, NULL,
                                     WRMF_DUPLICATES_SUM, NULL, matrix, err);
}

int main(void)
{
    static int64_t where[NEW];
    wrmf_error err;
    wrmf_context *context = NULL;
    wrmf_params *params = NULL;
    wrmf_ids *users = NULL, *new_users = NULL, *all_users = NULL;
    wrmf_matrix *old = NULL, *day = NULL, *there = NULL, *all = NULL;
    wrmf_model *model = NULL, *grown = NULL, *fresh = NULL;
    wrmf_comparison by_lists = {0};
    const int failed =
        wrmf_context_create(&context, &err) != WRMF_OK ||
        wrmf_ids_create(context, WRMF_IDS_INTEGER, &users, &err) != WRMF_OK ||
        wrmf_ids_create(context, WRMF_IDS_INTEGER, &new_users, &err) != WRMF_OK ||
        read_day(context, 0, USERS, users, &old, &err) != WRMF_OK ||
        wrmf_params_create(context, &params, &err) != WRMF_OK ||
        wrmf_params_parse(params, "factors=6", &err) != WRMF_OK ||
        wrmf_model_fit(context, old, params, &model, &err) != WRMF_OK ||
        wrmf_model_set_ids(model, WRMF_USERS, users, &err) != WRMF_OK ||

        /* The day has ten users who were there, and twenty new ones. */
        read_day(context, USERS - 10, NEW, new_users, &day, &err) != WRMF_OK ||
        wrmf_ids_merge(users, new_users, where, &all_users, &err) != WRMF_OK ||
        wrmf_matrix_renumber(day, where, wrmf_ids_size(all_users), NULL, ITEMS, &there, &err) !=
            WRMF_OK ||
        wrmf_matrix_merge(old, there, WRMF_DUPLICATES_SUM, &all, &err) != WRMF_OK ||
        wrmf_model_grow(context, model, all, all_users, NULL, &grown, &err) != WRMF_OK ||
        wrmf_model_refresh(context, grown, all, WRMF_USERS, where, NEW, &err) != WRMF_OK ||
        wrmf_model_fit(context, all, params, &fresh, &err) != WRMF_OK ||
        wrmf_model_compare(context, grown, fresh, all, NULL, wrmf_ids_size(all_users), 5, &by_lists,
                           &err) != WRMF_OK;
    if (failed)
        fprintf(stderr, "new_day: %s\n", err.text);
    else
        printf("%d users, then %d; most lists begin as those of a new fit: %s\n",
               (int)wrmf_model_users(model), (int)wrmf_model_users(grown),
               by_lists.same_first > 0.5 ? "yes" : "no");
    wrmf_model_free(fresh);
    wrmf_model_free(grown);
    wrmf_model_free(model);
    wrmf_params_free(params);
    wrmf_matrix_free(all);
    wrmf_matrix_free(there);
    wrmf_matrix_free(day);
    wrmf_matrix_free(old);
    wrmf_ids_free(all_users);
    wrmf_ids_free(new_users);
    wrmf_ids_free(users);
    wrmf_context_free(context);
    return failed;
}
