/* SPDX-License-Identifier: Apache-2.0 */
/* Compares the captions that were found with those that were rendered: CAPTIONS.json TRUTH.
 *
 * TRUTH has one caption a line: first frame, end frame, text, separated by tabs. Prints a line for each
 * caption that is not as it was rendered, and last a line of sums as name=number, for a shell to read. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/caption.h"

enum { MAX_CAPTIONS = 256, MAX_TEXT = 256 };

/* match: index of the caption found, or -1. */
struct truth {
    long long first, end;
    char text[MAX_TEXT];
    int match;
};

struct sums {
    int captions, missing, extra, borders, exact, worst, characters, wrong;
};

/* Code points of a UTF-8 text; returns how many. */
static int decode(const char *text, unsigned *out)
{
    int n = 0;
    for (const unsigned char *p = (const unsigned char *)text; *p && n < MAX_TEXT; n++) {
        out[n] = *p < 0x80 ? *p : *p & (*p < 0xe0 ? 0x1fU : *p < 0xf0 ? 0x0fU : 0x07U);
        for (p++; (*p & 0xc0) == 0x80; p++)
            out[n] = out[n] << 6 | (*p & 0x3f);
    }
    return n;
}

/* Levenshtein distance in code points. */
static int distance(const char *a, const char *b)
{
    unsigned x[MAX_TEXT], y[MAX_TEXT];
    int row[MAX_TEXT + 1];
    const int nx = decode(a, x), ny = decode(b, y);
    for (int k = 0; k <= ny; k++)
        row[k] = k;
    for (int i = 1; i <= nx; i++) {
        int diagonal = row[0];
        row[0] = i;
        for (int k = 1; k <= ny; k++) {
            const int change = diagonal + (x[i - 1] != y[k - 1]);
            const int insert = row[k - 1] + 1, drop = row[k] + 1;
            diagonal = row[k];
            row[k] = change < insert ? change : insert;
            row[k] = row[k] < drop ? row[k] : drop;
        }
    }
    return row[ny];
}

static int length(const char *text)
{
    unsigned points[MAX_TEXT];
    return decode(text, points);
}

static int read_truth(const char *path, struct truth *out)
{
    FILE *f = fopen(path, "r");
    int n = 0;
    if (!f)
        return -1;
    while (n < MAX_CAPTIONS &&
           fscanf(f, "%lld\t%lld\t%255[^\n]", &out[n].first, &out[n].end, out[n].text) == 3)
        out[n++].match = -1;
    const bool is_whole = fscanf(f, " %*c") == EOF;
    fclose(f);
    return is_whole ? n : -1;
}

/* Alike in time, 0..1, and in text, 0..1; 0 if they share less than half of their time. */
static double likeness(const struct truth *t, const struct uncap_caption *c)
{
    const long long first = t->first > c->first ? t->first : c->first,
                    end = t->end < c->end ? t->end : c->end;
    const long long all = (t->end > c->end ? t->end : c->end) - (t->first < c->first ? t->first : c->first);
    const char *text = c->text ? c->text : "";
    const int n = length(t->text) > length(text) ? length(t->text) : length(text);
    if (c->keep || 2 * (end - first) < all)
        return 0;
    return (double)(end - first) / (double)all + 1 - (double)distance(t->text, text) / (double)n;
}

/* Pair the most alike first. owner: [c->n] out, index of the truth, or -1. */
static void match(struct truth *truths, int n, const struct uncap_captions *c, int *owner)
{
    for (size_t i = 0; i < c->n; i++)
        owner[i] = -1;
    for (;;) {
        double best = 0;
        size_t found = 0;
        int at = -1;
        for (int k = 0; k < n; k++)
            for (size_t i = 0; i < c->n && truths[k].match < 0; i++) {
                const double like = owner[i] < 0 ? likeness(&truths[k], &c->items[i]) : 0;
                if (like > best) {
                    best = like;
                    found = i;
                    at = k;
                }
            }
        if (at < 0)
            return;
        truths[at].match = (int)found;
        owner[found] = at;
    }
}

static void add_border(long long is, long long want, struct sums *s)
{
    const int off = (int)llabs(is - want);
    s->borders++;
    s->exact += !off;
    s->worst = off > s->worst ? off : s->worst;
}

static void compare(const struct truth *t, const struct uncap_captions *c, struct sums *s)
{
    s->captions++;
    if (t->match < 0) {
        s->missing++;
        printf("missing: %lld..%lld \"%s\"\n", t->first, t->end, t->text);
        return;
    }
    const struct uncap_caption *found = &c->items[t->match];
    const char *text = found->text ? found->text : "";
    const int wrong = distance(t->text, text);
    add_border(found->first, t->first, s);
    add_border(found->end, t->end, s);
    s->characters += length(t->text);
    s->wrong += wrong;
    if (wrong || found->first != t->first || found->end != t->end)
        printf("%lld..%lld \"%s\" found as %lld..%lld \"%s\"\n", t->first, t->end, t->text,
               (long long)found->first, (long long)found->end, text);
}

int main(int argc, char **argv)
{
    static struct truth truths[MAX_CAPTIONS];
    struct uncap_captions *captions = NULL;
    struct uncap_error err = {0};
    if (argc != 3) {
        fprintf(stderr, "usage: %s CAPTIONS.json TRUTH\n", argv[0]);
        return 2;
    }
    const int n = read_truth(argv[2], truths);
    if (n < 0 || uncap_captions_load(argv[1], &captions, &err)) {
        fprintf(stderr, "%s\n", n < 0 ? "the truth cannot be read" : err.message);
        return 1;
    }
    int *owner = calloc(captions->n + 1, sizeof(*owner));
    if (!owner)
        return 1;
    match(truths, n, captions, owner);
    struct sums s = {0};
    for (int k = 0; k < n; k++)
        compare(&truths[k], captions, &s);
    for (size_t i = 0; i < captions->n; i++) {
        const struct uncap_caption *c = &captions->items[i];
        if (owner[i] >= 0 || c->keep)
            continue;
        s.extra++;
        printf("not rendered: %lld..%lld \"%s\"\n", (long long)c->first, (long long)c->end,
               c->text ? c->text : "");
    }
    printf("captions=%d missing=%d extra=%d borders=%d exact=%d worst=%d characters=%d wrong=%d\n",
           s.captions, s.missing, s.extra, s.borders, s.exact, s.worst, s.characters, s.wrong);
    free(owner);
    uncap_captions_close(&captions);
    return 0;
}
