/* SPDX-License-Identifier: BSD-2-Clause */
#include "text/time_text.h"

#include <math.h>
#include <stdint.h>

#include "base/number.h"

/* What is left of a text. */
typedef struct rest {
    const char *at, *end;
} rest;

static bool take_byte(rest *r, char byte)
{
    if (r->at == r->end || *r->at != byte)
        return false;
    r->at++;
    return true;
}

/* Take a number of exactly n digits, up to a bound. */
static bool take_digits(rest *r, int n, int most, int *out)
{
    int number = 0;
    if (r->end - r->at < n)
        return false;
    for (int i = 0; i < n; i++) {
        const char c = r->at[i];
        if (c < '0' || c > '9')
            return false;
        number = 10 * number + (c - '0');
    }
    r->at += n;
    *out = number;
    return number <= most;
}

static int days_of_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && leap);
}

/* Days from 1970-01-01 to a day of the Gregorian calendar. Years begin in March here, so that a
 * leap day ends one. */
static int64_t days_since_1970(int year, int month, int day)
{
    const int64_t y = month > 2 ? year : year - 1, m = month > 2 ? month - 3 : month + 9;
    const int64_t before = 365 * y + y / 4 - y / 100 + y / 400; /* y >= -1 in year 0 */
    return before + (153 * m + 2) / 5 + day - 1 - 719468;
}

static bool take_date(rest *r, int64_t *days)
{
    int year = 0, month = 0, day = 0;
    if (!take_digits(r, 4, 9999, &year) || !take_byte(r, '-') || !take_digits(r, 2, 12, &month) ||
        !take_byte(r, '-') || !take_digits(r, 2, 31, &day))
        return false;
    if (year < 1 || month < 1 || day < 1 || day > days_of_month(year, month))
        return false;
    *days = days_since_1970(year, month, day);
    return true;
}

/* The digits behind a point, one at least; more than 15 do not matter. */
static bool take_fraction(rest *r, double *part)
{
    const char *const begin = r->at;
    double number = 0, scale = 1;
    for (; r->at < r->end && *r->at >= '0' && *r->at <= '9'; r->at++) {
        if (scale < 1e15) {
            number = 10 * number + (*r->at - '0');
            scale *= 10;
        }
    }
    *part = number / scale;
    return r->at > begin;
}

/* A time of day, in seconds. A minute may have a leap second, and a day may end at 24:00:00. */
static bool take_time_of_day(rest *r, double *seconds)
{
    int hour = 0, minute = 0, second = 0;
    double part = 0;
    if (!take_digits(r, 2, 24, &hour) || !take_byte(r, ':') || !take_digits(r, 2, 59, &minute))
        return false;
    if (take_byte(r, ':') && !take_digits(r, 2, 60, &second))
        return false;
    if (take_byte(r, '.') || take_byte(r, ',')) {
        if (!take_fraction(r, &part))
            return false;
    }
    *seconds = 3600.0 * hour + 60.0 * minute + second + part;
    return hour < 24 || *seconds == 86400.0;
}

/* By how many seconds the time of day at hand is ahead of UTC; 0 where nothing says so. */
static bool take_zone(rest *r, double *seconds)
{
    int hour = 0, minute = 0;
    *seconds = 0;
    if (r->at == r->end || take_byte(r, 'Z') || take_byte(r, 'z'))
        return r->at == r->end;
    const double sign = *r->at == '-' ? -1 : 1;
    if (!(take_byte(r, '+') || take_byte(r, '-')) || !take_digits(r, 2, 23, &hour))
        return false;
    const bool colon = take_byte(r, ':');
    if ((colon || r->at < r->end) && !take_digits(r, 2, 59, &minute))
        return false;
    *seconds = sign * (3600.0 * hour + 60.0 * minute);
    return r->at == r->end;
}

bool wrmf_i_time_parse(const char *text, size_t length, double *out)
{
    double number = 0, of_day = 0, zone = 0;
    int64_t days;
    rest r = {text, text + length};
    if (wrmf_i_number_parse_real(text, length, &number)) {
        if (isfinite(number))
            *out = number;
        return isfinite(number);
    }
    if (length == 0 || !take_date(&r, &days))
        return false;
    const bool only_a_date = r.at == r.end;
    if (!only_a_date) {
        if (!(take_byte(&r, 'T') || take_byte(&r, 't') || take_byte(&r, ' ')) ||
            !take_time_of_day(&r, &of_day) || !take_zone(&r, &zone))
            return false;
    }
    *out = 86400.0 * (double)days + of_day - zone;
    return true;
}
