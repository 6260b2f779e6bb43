/* SPDX-License-Identifier: BSD-2-Clause */
#include "wrmf/status.h"

#include <stddef.h>

static const struct entry {
    wrmf_status code;
    const char *name;
    const char *text;
} entries[] = {
    {WRMF_OK, "WRMF_OK", "success"},
    {WRMF_E_NULL, "WRMF_E_NULL", "a required pointer is NULL"},
    {WRMF_E_RANGE, "WRMF_E_RANGE", "a number is outside its interval"},
    {WRMF_E_SHAPE, "WRMF_E_SHAPE", "sizes do not agree"},
    {WRMF_E_FORMAT, "WRMF_E_FORMAT", "not well formed"},
    {WRMF_E_STATE, "WRMF_E_STATE", "not possible at this moment"},
    {WRMF_E_NAME, "WRMF_E_NAME", "unknown name"},
    {WRMF_E_TOO_FEW, "WRMF_E_TOO_FEW", "not enough users"},
    {WRMF_E_NOMEM, "WRMF_E_NOMEM", "out of memory"},
    {WRMF_E_OVERFLOW, "WRMF_E_OVERFLOW", "a size does not fit its type"},
    {WRMF_E_THREAD, "WRMF_E_THREAD", "threads cannot be had"},
    {WRMF_E_IO, "WRMF_E_IO", "reading or writing failed"},
    {WRMF_E_UNSUPPORTED, "WRMF_E_UNSUPPORTED", "not supported here"},
    {WRMF_E_NONFINITE, "WRMF_E_NONFINITE", "a value would not be finite"},
    {WRMF_E_CANCELLED, "WRMF_E_CANCELLED", "stopped as asked"},
    {WRMF_E_INTERNAL, "WRMF_E_INTERNAL", "a defect of the library"},
};

static const struct entry *find(wrmf_status status)
{
    for (size_t i = 0; i < sizeof entries / sizeof *entries; i++) {
        if (entries[i].code == status)
            return &entries[i];
    }
    return NULL;
}

const char *wrmf_status_name(wrmf_status status)
{
    const struct entry *const entry = find(status);
    return entry ? entry->name : "unknown";
}

const char *wrmf_status_text(wrmf_status status)
{
    const struct entry *const entry = find(status);
    return entry ? entry->text : "unknown";
}
