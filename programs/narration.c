/* SPDX-License-Identifier: BSD-2-Clause */
/* This decides where a program's remarks go. */
#include "narration.h"

#include <errno.h>
#include <string.h>

#include "failure.h"
#include "options.h"

FILE *narration(void)
{
    static FILE *nowhere;
    if (!common.quiet && !common.json)
        return stdout;
    if (!nowhere)
        nowhere = fopen("/dev/null", "w");
    if (!nowhere)
        die("/dev/null: %s", strerror(errno));
    return nowhere;
}
