/* SPDX-License-Identifier: Apache-2.0 */
#include "base/memory.h"
#include "detect/life/life.h"
#include "detect/ocr/script.h"

/* Confidence below which a reading is tried again, and is none in the end: a script that the model does not
 * know gives letters of those it knows. */
static const float least = 0.9f;

/* The line with a little room around its letters, of which the detector leaves marks at the ends out. */
static struct uncap_rect line_with_marks(const struct uncap_track *t, const struct uncap_caption *c)
{
    if (t->motion.is_moving)
        return t->anchor_line;
    struct uncap_rect line = uncap_quad_bounds(&t->hull);
    if (!c->style || uncap_rect_empty(c->style->ink))
        return line;
    const int room = uncap_rect_h(line) / 10, x0 = c->style->ink.x0 - room, x1 = c->style->ink.x1 + room;
    line.x0 = x0 < line.x0 ? x0 : line.x0;
    line.x1 = x1 > line.x1 ? x1 : line.x1;
    return line;
}

/* The same in the coordinates of the evidence's crops; the box of the whole life is loose enough. */
static struct uncap_rect line_in_crop(const struct uncap_track *t, const struct uncap_caption *c)
{
    const struct uncap_rect line = line_with_marks(t, c), e = t->evidence.rect;
    return uncap_rect_move(uncap_rect_intersect(line, e), -e.x0, -e.y0);
}

/* Crops of the middle of the caption's frames, where it stands in full. out: [UNCAP_EVIDENCE_LIFE]. */
static int middle_crops(const struct uncap_evidence *e, const struct uncap_caption *c,
                        struct uncap_picture *out)
{
    int first = 0, n = 0;
    while (first < e->n_life && e->life[first].frame < c->first)
        first++;
    int end = first;
    while (end < e->n_life && e->life[end].frame < c->end)
        end++;
    const int skip = (end - first) / 4;
    for (int i = first + skip; i < end - skip; i++)
        out[n++] = e->life[i].picture;
    return n;
}

int uncap_life_read(const struct uncap_track *t, bool is_open, struct uncap_readnet *net,
                    struct uncap_colour colour, struct uncap_cancel *cancel, struct uncap_caption *c,
                    int *n_runs, struct uncap_error *err)
{
    struct uncap_picture crops[UNCAP_EVIDENCE_LIFE];
    const struct uncap_rect line = line_in_crop(t, c);
    const int n = middle_crops(&t->evidence, c, crops);
    if (!n || uncap_rect_empty(line))
        return UNCAP_OK;
    for (int run = 0; run < (is_open ? 3 : 1) && !c->text; run++) {
        char *text = NULL;
        float confidence;
        /* All, then the middle one, then a late one. */
        const struct uncap_picture *from = run == 0 ? crops : run == 1 ? &crops[n / 2] : &crops[n - 1];
        const int status =
            uncap_readnet_run(net, from, run ? 1 : n, colour, line, &text, &confidence, cancel, err);
        if (status)
            return status;
        (*n_runs)++;
        if (confidence >= least)
            c->text = text;
        else
            uncap_free(text);
    }
    c->is_unread = !c->text;
    const char *script = c->text ? uncap_script_of(c->text) : NULL;
    c->script = uncap_strdup(script);
    return script && !c->script ? uncap_fail_nomem(err, "text") : UNCAP_OK;
}
