/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The system of one row, in one precision: its fixed rows, gathered, or its matrix, summed up.
 * Its weights are filled.
 */
#include <string.h>

#include "row/solve.h"

static row_system system_of(const row_solver *solver, row_task *task, const row_scratch *s)
{
    return (row_system){.w = s->rows,
                        .n = task->row.n,
                        .width = solver->side->width,
                        .d = s->d,
                        .b = s->b,
                        .diagonal = task->diagonal,
                        .shift = (real)task->row.lambda,
                        .prefetch = &task->next};
}

row_system RFN(gather_row)(const row_solver *solver, row_task *task, const row_scratch *s)
{
    const row_system system = system_of(solver, task, s);
    solver->kernels->gather(&system, solver->rows, task->row.columns);
    return system;
}

void RFN(form_system)(const row_solver *solver, row_task *task, const row_scratch *s, real *a,
                      real *z)
{
    const row_kernels *const kernels = solver->kernels;
    const int64_t width = solver->side->width, factors = solver->side->whitening->factors;
    row_system block = system_of(solver, task, s);
    memset(a, 0, sizeof(real) * (size_t)(width * width));
    for (int64_t k = 0; k < width; k++)
        a[k * width + k] = 1;
    memset(z, 0, sizeof(real) * (size_t)width);
    for (int64_t i = 0; i < task->row.n; i += WRMF_I_BLOCK) {
        block.n = task->row.n - i < WRMF_I_BLOCK ? task->row.n - i : WRMF_I_BLOCK;
        kernels->gather(&block, solver->rows, task->row.columns + i);
        kernels->scale(s->rows, block.n, width, s->d + i, s->scaled);
        kernels->outer(a, s->scaled, s->rows, block.n, width, factors);
        kernels->combine(s->rows, block.n, width, s->b + i, z);
    }
}
