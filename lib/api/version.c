/* SPDX-License-Identifier: BSD-2-Clause */
#include "wrmf/version.h"

int wrmf_version_number(void)
{
    return WRMF_VERSION_NUMBER;
}

const char *wrmf_version_string(void)
{
    return WRMF_VERSION_STRING;
}

int wrmf_abi_version(void)
{
    return WRMF_ABI_VERSION;
}
