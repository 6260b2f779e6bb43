/* SPDX-License-Identifier: BSD-2-Clause */
#include "search/coordinates.h"

/* By how much a configuration's number grows from one value of an axis to the next. */
static int64_t stride(const wrmf_i_space *space, int axis)
{
    int64_t product = 1;
    for (int later = axis + 1; later < space->axes; later++)
        product *= space->axis[later].count;
    return product;
}

static int64_t place_on(const wrmf_i_space *space, int64_t configuration, int axis)
{
    return configuration / stride(space, axis) % space->axis[axis].count;
}

int64_t wrmf_i_middle(const wrmf_i_space *space)
{
    int64_t middle = 0;
    for (int axis = 0; axis < space->axes; axis++)
        middle += space->axis[axis].count / 2 * stride(space, axis);
    return middle;
}

int64_t wrmf_i_line(const wrmf_i_space *space, int64_t center, int axis, int64_t *out)
{
    const int64_t step = stride(space, axis), count = space->axis[axis].count;
    const int64_t first = center - place_on(space, center, axis) * step;
    for (int64_t place = 0; place < count; place++)
        out[place] = first + place * step;
    return count;
}

/* The configuration that is so many steps of an axis further; -1: there is none. */
static int64_t moved(const wrmf_i_space *space, int64_t configuration, int axis, int64_t steps)
{
    const int64_t place = place_on(space, configuration, axis) + steps;
    return place < 0 || place >= space->axis[axis].count
               ? -1
               : configuration + steps * stride(space, axis);
}

int64_t wrmf_i_box(const wrmf_i_space *space, int64_t center, int64_t *out)
{
    int64_t n = 0;
    out[n++] = center;
    for (int a = 0; a < space->axes; a++)
        for (int64_t up = -1; up <= 1; up += 2) {
            const int64_t near = moved(space, center, a, up);
            if (near < 0)
                continue;
            out[n++] = near;
            for (int b = a + 1; b < space->axes; b++)
                for (int64_t other = -1; other <= 1; other += 2) {
                    const int64_t corner = moved(space, near, b, other);
                    if (corner >= 0)
                        out[n++] = corner;
                }
        }
    return n;
}
