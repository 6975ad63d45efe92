/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/propainter/schedule.h"

#include <stddef.h>

static int min(int a, int b)
{
    return a < b ? a : b;
}

static int max(int a, int b)
{
    return a > b ? a : b;
}

int uncap_stretch_at(int n, int sub, int overlap, int i, struct uncap_stretch *s)
{
    if (n <= sub) {
        *s = (struct uncap_stretch){0, n, 0, n};
        return i == 0 && n > 0;
    }
    const int f = i * sub;
    *s = (struct uncap_stretch){max(0, f - overlap), min(n, f + sub + overlap), f, min(n, f + sub)};
    return f < n;
}

int uncap_window_step(const struct uncap_window_rule *rule)
{
    return max(1, rule->neighbour_length / 2);
}

void uncap_window_local(const struct uncap_window_rule *rule, int n, int f, int *first, int *end)
{
    const int step = uncap_window_step(rule);
    *first = max(0, f - step);
    *end = min(n, f + step + 1);
}

int uncap_window_references(const struct uncap_window_rule *rule, int n, int f, int *refs)
{
    int first;
    int end;
    int count = 0;
    uncap_window_local(rule, n, f, &first, &end);
    const int most = rule->subvideo_length / rule->ref_stride;
    const int half = rule->ref_stride * (most / 2);
    const int is_long = n > rule->subvideo_length;
    const int from = is_long ? max(0, f - half) : 0;
    const int to = is_long ? min(n, f + half) : n;
    for (int i = from; i < to; i += rule->ref_stride) {
        if (i >= first && i < end)
            continue;
        if (is_long && count > most) /* one more than `most`, as the reference does */
            break;
        if (refs)
            refs[count] = i;
        count++;
    }
    return count;
}

int uncap_window_most(const struct uncap_window_rule *rule, int n)
{
    int most = 0;
    for (int f = 0; f < n; f += uncap_window_step(rule)) {
        int first;
        int end;
        uncap_window_local(rule, n, f, &first, &end);
        most = max(most, end - first + uncap_window_references(rule, n, f, NULL));
    }
    return most;
}
