/* SPDX-License-Identifier: BSD-2-Clause */
/* A list without what must not be in it: what the user has, what is sold out for
 * everybody, and then from one shelf alone. Filters of a query hold together. */
#include <stdio.h>
#include <wrmf/wrmf.h>

enum { USERS = 8, ITEMS = 6, ANNE = 0 };

static const char *const names[] = {"tea", "teapot", "kettle", "guitar", "strings", "piano"};

static wrmf_status print_list(const char *title, wrmf_query *query, wrmf_error *err)
{
    int64_t list[ITEMS], count = 0;
    const wrmf_status status = wrmf_query_run(query, ANNE, list, NULL, &count, err);
    printf("%-15s", title);
    for (int64_t i = 0; i < count; i++)
        printf(" %s", names[list[i]]);
    printf("\n");
    return status;
}

int main(void)
{
    /* Anne and users 1 to 3 make tea, users 3 to 7 make music. */
    static const int64_t user[] = {0, 0, 1, 1, 1, 2, 2, 3, 3, 3, 4, 4, 5, 5, 5, 6, 6, 7, 7, 7};
    static const int64_t item[] = {0, 1, 0, 1, 2, 0, 1, 0, 2, 3, 3, 4, 3, 4, 5, 3, 4, 3, 4, 5};
    static const int64_t sold_out[] = {2}, music[] = {3, 4, 5};
    wrmf_error err;
    wrmf_context *context = NULL;
    wrmf_matrix *bought = NULL;
    wrmf_params *params = NULL;
    wrmf_model *model = NULL;
    wrmf_query *query = NULL;
    int failed = 1;

    if (wrmf_context_create(&context, &err) != WRMF_OK ||
        wrmf_matrix_from_triplets(context, USERS, ITEMS, 20, user, item, NULL, WRMF_DUPLICATES_SUM,
                                  NULL, &bought, &err) != WRMF_OK ||
        wrmf_params_create(context, &params, &err) != WRMF_OK ||
        wrmf_params_parse(params, "factors=2 alpha=10 iterations=20", &err) != WRMF_OK ||
        wrmf_model_fit(context, bought, params, &model, &err) != WRMF_OK ||
        wrmf_query_create(context, model, WRMF_USERS, WRMF_ITEMS, &query, &err) != WRMF_OK)
        goto done;

    /* each setting stays until it is set anew */
    if (print_list("everything:", query, &err) != WRMF_OK ||
        wrmf_query_set_seen(query, bought, &err) != WRMF_OK ||
        print_list("not bought:", query, &err) != WRMF_OK ||
        wrmf_query_set_excluded(query, sold_out, 1, &err) != WRMF_OK ||
        print_list("and in stock:", query, &err) != WRMF_OK ||
        wrmf_query_set_candidates(query, music, 3, &err) != WRMF_OK ||
        wrmf_query_set_length(query, 1, &err) != WRMF_OK ||
        print_list("the best music:", query, &err) != WRMF_OK)
        goto done;
    failed = 0;
done:
    if (failed)
        fprintf(stderr, "filtered_list: %s\n", err.text);
    wrmf_query_free(query);
    wrmf_model_free(model);
    wrmf_params_free(params);
    wrmf_matrix_free(bought);
    wrmf_context_free(context);
    return failed;
}
