/* SPDX-License-Identifier: Apache-2.0 */
/* Where a line begins that comes letter by letter. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "detect/track/typing.h"

enum { N = 12 };

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))

/* Of each frame: gain of the line and contrast of its box, gain of its first letters. Likeness goes with
 * the latter. */
struct beginning {
    const char *name;
    float line[N], busy[N], head[N];
    int first, want;
};

static const struct beginning beginnings[] = {
    {"typed, two frames a letter",
     {0, 0, 0, 0.1f, 0.1f, 0.2f, 0.2f, 0.3f, 0.3f, 0.4f, 0.5f, 1},
     {0.3f, 0.3f, 0.3f, 0.45f, 0.45f, 0.55f, 0.55f, 0.65f, 0.65f, 0.7f, 0.75f, 1},
     {0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1},
     9,
     3},
    {"at once",
     {0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1},
     {0.3f, 0.3f, 0.3f, 0.3f, 0.3f, 0.3f, 1, 1, 1, 1, 1, 1},
     {0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1},
     6,
     6},
    {"after another that begins alike",
     {0, 0, 0.3f, 0.3f, 0.3f, 0.3f, 0.3f, 0.3f, 1, 1, 1, 1},
     {0.3f, 0.3f, 1.1f, 1.1f, 1.1f, 1.1f, 1.1f, 1.1f, 1, 1, 1, 1},
     {0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1},
     8,
     8},
    {"its first letter looks like something that has always stood there",
     {0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1},
     {0.3f, 0.3f, 0.3f, 0.3f, 0.3f, 0.3f, 1, 1, 1, 1, 1, 1},
     {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1},
     6,
     6},
    {"a fade: the letters are all there, and faint",
     {0, 0, 0, 0.1f, 0.2f, 0.3f, 0.4f, 0.55f, 0.7f, 0.85f, 1, 1},
     {0, 0, 0, 0.1f, 0.2f, 0.3f, 0.4f, 0.55f, 0.7f, 0.85f, 1, 1},
     {0, 0, 0, 0.1f, 0.2f, 0.3f, 0.4f, 0.55f, 0.7f, 0.85f, 1, 1},
     3,
     3},
};

static void is_found_by_its_first_letters(void **state)
{
    (void)state;
    for (int i = 0; i < COUNT(beginnings); i++) {
        const struct beginning *b = &beginnings[i];
        struct uncap_presence line[N], head[N];
        for (int k = 0; k < N; k++) {
            line[k] = (struct uncap_presence){b->line[k], b->line[k] > 0.4f ? 0.9f : b->line[k], b->busy[k]};
            head[k] = (struct uncap_presence){b->head[k], b->head[k] > 0.5f ? 0.9f : b->head[k], 1};
        }
        const int first = uncap_typing_first(line, head, b->first);
        if (first != b->want)
            fail_msg("%s: %d instead of %d", b->name, first, b->want);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_found_by_its_first_letters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
