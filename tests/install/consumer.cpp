// SPDX-License-Identifier: BSD-2-Clause
// This is consumer.c in C++, where each object is owned by a unique_ptr.
#include <cmath>
#include <cstdint>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <wrmf/wrmf.h>

namespace
{

template <typename T, void (*Free)(T *)> struct deleter {
    void operator()(T *object) const
    {
        Free(object);
    }
};
template <typename T, void (*Free)(T *)> using handle = std::unique_ptr<T, deleter<T, Free>>;

using context_handle = handle<wrmf_context, wrmf_context_free>;
using matrix_handle = handle<wrmf_matrix, wrmf_matrix_free>;
using params_handle = handle<wrmf_params, wrmf_params_free>;
using model_handle = handle<wrmf_model, wrmf_model_free>;

void check(wrmf_status status, const wrmf_error &err)
{
    if (status != WRMF_OK)
        throw std::runtime_error(err.text);
}

model_handle fit(wrmf_context *context)
{
    const std::vector<std::int64_t> user{0, 0, 1, 1, 2, 3, 3, 4, 4};
    const std::vector<std::int64_t> item{0, 1, 0, 1, 1, 2, 3, 2, 3};
    wrmf_error err;
    wrmf_matrix *matrix = nullptr;
    check(wrmf_matrix_from_triplets(context, 5, 4, static_cast<std::int64_t>(user.size()),
                                    user.data(), item.data(), nullptr, WRMF_DUPLICATES_REFUSE,
                                    nullptr, &matrix, &err),
          err);
    const matrix_handle matrix_owner(matrix);
    wrmf_params *params = nullptr;
    check(wrmf_params_create(context, &params, &err), err);
    const params_handle params_owner(params);
    check(wrmf_params_parse(params, "factors=2, regularization=0.01, precision=float64", &err),
          err);
    wrmf_model *model = nullptr;
    check(wrmf_model_fit(context, matrix, params, &model, &err), err);
    return model_handle(model);
}

} // namespace

int main()
{
    try {
        wrmf_error err;
        wrmf_context *context = nullptr;
        check(wrmf_context_create(&context, &err), err);
        const context_handle owner(context);
        check(wrmf_context_set_threads(context, 2, &err), err);
        const model_handle model = fit(context);
        const double near = wrmf_model_score(model.get(), 2, 0);
        const double far = wrmf_model_score(model.get(), 2, 3);
        if (!(near > 0.5) || std::fabs(far) > 0.1)
            throw std::runtime_error("scores " + std::to_string(near) + " and " +
                                     std::to_string(far));
    } catch (const std::exception &e) {
        std::cerr << e.what() << '\n';
        return 1;
    }
    return 0;
}
