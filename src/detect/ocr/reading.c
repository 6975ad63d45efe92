/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/ocr/reading.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "base/memory.h"

/* p, other: probability of the letter, and of the same one in the other case. */
struct letter {
    int class;
    float p, other;
};

/* A text that is being put together.
 *
 * last    class of the step before
 * spread  probability that no space stands between the last letter and here, where none is likeliest */
struct reading {
    const struct uncap_dictionary *dictionary;
    struct letter *letters;
    size_t n, capacity;
    int last;
    float spread;
};

static int space_of(const struct reading *r)
{
    return r->dictionary->n - 1;
}

static bool append(struct reading *r, struct letter letter)
{
    if (!uncap_grow((void **)&r->letters, &r->capacity, r->n + 1, sizeof(*r->letters)))
        return false;
    r->letters[r->n++] = letter;
    return true;
}

static bool is_space(const struct reading *r, int class)
{
    return r->dictionary->items[class].text[0] == ' ';
}

static bool is_mark(const char *character)
{
    return character[0] && !character[1] && strchr(",;:", character[0]);
}

/* Does a space stand before class `next`? One that is spread over the steps between two letters is none of
 * their likeliest classes, but in the sum over all paths. A tenth is enough: many spaces are left out in the
 * texts that the network was taught on; between the letters of a word the sum is below a twenty-fifth (2,500
 * of them). Behind a comma, which is narrow, they are often not seen at all; but no letter follows there
 * without one. */
static bool stands_apart(const struct reading *r, int next)
{
    static const float least = 0.1f;
    if (!r->n || is_space(r, next) || is_space(r, r->letters[r->n - 1].class))
        return false;
    const struct uncap_character *items = r->dictionary->items;
    return 1 - r->spread >= least ||
           (items[next].other_case && is_mark(items[r->letters[r->n - 1].class].text));
}

/* Add a step of class `best`. */
static bool add_step(struct reading *r, const float *step, int best)
{
    const bool is_new = best && best != r->last;
    r->last = best;
    if (!best) {
        r->spread *= 1 - step[space_of(r)];
        return true;
    }
    const bool is_apart = is_new && stands_apart(r, best);
    r->spread = 1;
    if (!is_new || (is_space(r, best) && !r->n))
        return true;
    const int other = r->dictionary->items[best].other_case;
    return (!is_apart || append(r, (struct letter){.class = space_of(r)})) &&
           append(r, (struct letter){best, step[best], other ? step[other] : 0});
}

static bool follow_best_path(struct reading *r, const float *p, int n_steps)
{
    const int n_classes = r->dictionary->n;
    for (int i = 0; i < n_steps; i++) {
        const float *step = p + (ptrdiff_t)i * n_classes;
        int best = 0;
        for (int k = 1; k < n_classes; k++)
            best = step[k] > step[best] ? k : best;
        if (!add_step(r, step, best))
            return false;
    }
    while (r->n && is_space(r, r->letters[r->n - 1].class))
        r->n--;
    return true;
}

/* Letters whose cases are alike are sure in either case, and so are those of fonts with small capitals. Of a
 * script that is not known letters are between the cases of others, and between other letters, too: the best
 * of such lines has .95, the worst of those that are known .98. */
static float confidence_of(const struct reading *r)
{
    static const double sure = 0.97;
    double sum = 0, others = 0;
    int n = 0;
    for (size_t i = 0; i < r->n; i++) {
        const struct letter *l = &r->letters[i];
        if (is_space(r, l->class))
            continue;
        sum += (double)l->p;
        others += (double)l->other;
        n++;
    }
    if (!n)
        return 0;
    return (float)((sum + others >= sure * n ? sum + others : sum) / n);
}

/* ---- cases ---- */

static bool is_capital(const struct reading *r, const struct letter *l)
{
    return r->dictionary->items[l->class].is_capital;
}

static bool has_case(const struct reading *r, const struct letter *l)
{
    return r->dictionary->items[l->class].other_case;
}

/* Log of how likely the letters of a word are with the first and the others in these cases. What the network
 * does not see at all it may overlook. */
static double likelihood(const struct reading *r, size_t first, size_t end, bool is_first_capital,
                         bool are_capitals)
{
    static const double least = 0.02;
    double sum = 0;
    for (size_t i = first; i < end; i++) {
        const struct letter *l = &r->letters[i];
        const bool wanted = i == first ? is_first_capital : are_capitals;
        if (has_case(r, l))
            sum += log(fmax((double)(is_capital(r, l) == wanted ? l->p : l->other), least));
    }
    return sum;
}

/* Give a word the likeliest of the usual three ways to write it, but as it was read if that is so much
 * likelier that it must be one of the few that are written otherwise (YouTube). */
static void settle_word(struct reading *r, size_t first, size_t end)
{
    static const double rare = 0.05; /* words of both cases */
    static const bool ways[3][2] = {{false, false}, {true, false}, {true, true}};
    double best = log(rare);
    for (size_t i = first; i < end; i++)
        best += has_case(r, &r->letters[i]) ? log((double)r->letters[i].p) : 0;
    const bool *way = NULL;
    for (int i = 0; i < 3; i++) {
        const double sum = likelihood(r, first, end, ways[i][0], ways[i][1]);
        if (sum > best) {
            best = sum;
            way = ways[i];
        }
    }
    for (size_t i = first; i < end && way; i++) {
        struct letter *l = &r->letters[i];
        if (has_case(r, l) && is_capital(r, l) != way[i > first])
            l->class = r->dictionary->items[l->class].other_case;
    }
}

/* Words are of letters that have a case, and apostrophes. */
static void settle_cases(struct reading *r)
{
    for (size_t first = 0; first < r->n; first++) {
        size_t end = first;
        while (end < r->n &&
               (has_case(r, &r->letters[end]) ||
                (end > first && !strcmp(r->dictionary->items[r->letters[end].class].text, "'"))))
            end++;
        if (end > first + 1)
            settle_word(r, first, end);
        first = end > first ? end - 1 : first;
    }
}

static char *text_of(const struct reading *r)
{
    size_t length = 0;
    for (size_t i = 0; i < r->n; i++)
        length += strlen(r->dictionary->items[r->letters[i].class].text);
    char *text = uncap_alloc(length + 1, 1), *end = text;
    for (size_t i = 0; i < r->n && text; i++) {
        const char *character = r->dictionary->items[r->letters[i].class].text;
        const size_t size = strlen(character);
        memcpy(end, character, size);
        end += size;
    }
    return text;
}

char *uncap_reading_decode(const float *p, int n_steps, const struct uncap_dictionary *d, float *confidence)
{
    struct reading r = {.dictionary = d, .spread = 1};
    char *text = NULL;
    if (follow_best_path(&r, p, n_steps)) {
        settle_cases(&r);
        *confidence = confidence_of(&r);
        text = text_of(&r);
    }
    uncap_free(r.letters);
    return text;
}
