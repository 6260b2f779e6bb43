/* SPDX-License-Identifier: BSD-2-Clause */
/* A list without what must not be in it. wrmf_recommend() leaves out the items of
 * the user's row in one matrix; for more reasons than one, the sum of matrices. */
#include <stdio.h>
#include <wrmf/wrmf.h>

enum { USERS = 8, ITEMS = 6, ANNE = 0 };

static const char *const names[] = {"tea", "teapot", "kettle", "guitar", "strings", "piano"};

static wrmf_status print_list(const char *title, const wrmf_model *model, const wrmf_matrix *omit,
                              wrmf_error *err)
{
    int64_t list[ITEMS], count = 0;
    const wrmf_status status = wrmf_recommend(model, ANNE, omit, ITEMS, list, NULL, &count, err);
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
    /* The kettle is sold out for everybody, and Anne said that she wants no strings. */
    static const int64_t all[] = {0, 1, 2, 3, 4, 5, 6, 7}, sold_out[] = {2, 2, 2, 2, 2, 2, 2, 2};
    static const int64_t anne[] = {ANNE}, unwanted[] = {4};
    wrmf_error err;
    wrmf_context *context = NULL;
    wrmf_matrix *bought = NULL, *gone = NULL, *no = NULL, *two = NULL, *three = NULL;
    wrmf_params *params = NULL;
    wrmf_model *model = NULL;
    int failed = 1;

    if (wrmf_context_create(&context, &err) != WRMF_OK ||
        wrmf_matrix_from_triplets(context, USERS, ITEMS, 20, user, item, NULL, WRMF_DUPLICATES_SUM,
                                  NULL, &bought, &err) != WRMF_OK ||
        wrmf_matrix_from_triplets(context, USERS, ITEMS, USERS, all, sold_out, NULL,
                                  WRMF_DUPLICATES_SUM, NULL, &gone, &err) != WRMF_OK ||
        wrmf_matrix_from_triplets(context, USERS, ITEMS, 1, anne, unwanted, NULL,
                                  WRMF_DUPLICATES_SUM, NULL, &no, &err) != WRMF_OK ||
        wrmf_matrix_add(bought, gone, &two, &err) != WRMF_OK ||
        wrmf_matrix_add(two, no, &three, &err) != WRMF_OK ||
        wrmf_params_create(context, &params, &err) != WRMF_OK ||
        wrmf_params_parse(params, "factors=2 alpha=10 iterations=20", &err) != WRMF_OK ||
        wrmf_model_fit(context, bought, params, &model, &err) != WRMF_OK)
        goto done;

    if (print_list("everything:", model, NULL, &err) != WRMF_OK ||
        print_list("not bought:", model, bought, &err) != WRMF_OK ||
        print_list("and in stock:", model, two, &err) != WRMF_OK ||
        print_list("and wanted:", model, three, &err) != WRMF_OK)
        goto done;
    failed = 0;
done:
    if (failed)
        fprintf(stderr, "filtered_list: %s\n", err.text);
    wrmf_model_free(model);
    wrmf_params_free(params);
    wrmf_matrix_free(three);
    wrmf_matrix_free(two);
    wrmf_matrix_free(no);
    wrmf_matrix_free(gone);
    wrmf_matrix_free(bought);
    wrmf_context_free(context);
    return failed;
}
