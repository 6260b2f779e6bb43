/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/utf8.h"

#include <stdint.h>

/* The bytes of the character that `bytes` bytes begin with; 0: it is not well formed. */
static size_t character(const unsigned char *text, size_t bytes)
{
    const unsigned char lead = text[0];
    const size_t length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    if (length == 1)
        return 1;
    if (lead < 0xc2 || lead > 0xf4 || length > bytes)
        return 0;
    uint32_t code = lead & (0x7fu >> length);
    for (size_t i = 1; i < length; i++) {
        if ((text[i] & 0xc0) != 0x80)
            return 0;
        code = code << 6 | (text[i] & 0x3fu);
    }
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    const bool surrogate = code >= 0xd800 && code <= 0xdfff;
    return code >= least[length] && code <= 0x10ffff && !surrogate ? length : 0;
}

bool wrmf_i_is_utf8(const char *text, size_t bytes)
{
    const unsigned char *const all = (const unsigned char *)text;
    for (size_t at = 0; at < bytes;) {
        const size_t length = character(all + at, bytes - at);
        if (length == 0)
            return false;
        at += length;
    }
    return true;
}
