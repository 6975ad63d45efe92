/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/completion.h"

#include <string.h>

#include "base/memory.h"

/* One closed track on its way. caption and features are copies, as the detector's lists may move. */
struct item {
    struct uncap_track *track;
    struct uncap_caption caption;
    struct uncap_features features;
    int status, n_reads;
    struct uncap_error error;
};

/* first: index of the first one's caption in the detector's list. */
struct uncap_completion {
    const struct uncap_detector *d; /* reader and colour, which do not change */
    struct uncap_surroundings around;
    int64_t *shots;
    struct uncap_life *lives;
    size_t first;
    struct item *items;
    int n;
};

static void complete(void *opaque, int i)
{
    const struct uncap_completion *c = opaque;
    const struct uncap_detector *d = c->d;
    struct item *item = &c->items[i];
    item->status = uncap_life_matte(item->track, &c->around, &item->caption, &item->features, &item->error);
    if (!item->status)
        item->status = uncap_life_panels(item->track, &item->caption, &item->error);
    /* What does not stand still in its evidence is no caption and blurs in the mean. */
    if (!item->status && d->reader && uncap_track_is_followed(item->track))
        item->status = uncap_life_read(item->track, d->reader, d->video.colour, d->looks.cancel,
                                       &item->caption, &item->n_reads, &item->error);
}

static void free_tracks(struct uncap_track *const *tracks, int n)
{
    for (int i = 0; i < n; i++) {
        uncap_track_clear(tracks[i]);
        uncap_free(tracks[i]);
    }
}

static void free_completion(struct uncap_completion *c)
{
    uncap_free(c->shots);
    uncap_free(c->lives);
    uncap_free(c->items);
    uncap_free(c);
}

static struct uncap_completion *make(const struct uncap_detector *d, int n,
                                     const struct uncap_surroundings *around)
{
    struct uncap_completion *c = uncap_alloc(1, sizeof(*c));
    if (!c)
        return NULL;
    *c = (struct uncap_completion){.d = d, .around = *around, .n = n, .first = d->captions->n - (size_t)n};
    c->items = uncap_alloc((size_t)n, sizeof(*c->items));
    c->shots = uncap_alloc(around->n_shots, sizeof(*c->shots));
    c->lives = uncap_alloc(around->n_lives, sizeof(*c->lives));
    if (!c->items || !c->shots || !c->lives) {
        free_completion(c);
        return NULL;
    }
    if (around->n_shots)
        memcpy(c->shots, around->shots, around->n_shots * sizeof(*c->shots));
    if (around->n_lives)
        memcpy(c->lives, around->lives, around->n_lives * sizeof(*c->lives));
    c->around.shots = c->shots;
    c->around.lives = c->lives;
    return c;
}

int uncap_completion_start(struct uncap_detector *d, struct uncap_track *const *tracks, int n,
                           const struct uncap_surroundings *around, struct uncap_error *err)
{
    int status = uncap_completion_collect(d, err);
    struct uncap_completion *c = status ? NULL : make(d, n, around);
    if (!status && !c)
        status = uncap_fail_nomem(err, "captions");
    if (status) {
        free_tracks(tracks, n);
        return status;
    }
    for (int i = 0; i < n; i++)
        c->items[i] = (struct item){.track = tracks[i],
                                    .caption = d->captions->items[c->first + (size_t)i],
                                    .features = d->features[c->first + (size_t)i]};
    d->completion = c;
    uncap_slices_start(d->background, n, complete, c);
    return UNCAP_OK;
}

int uncap_completion_collect(struct uncap_detector *d, struct uncap_error *err)
{
    struct uncap_completion *c = d->completion;
    int status = UNCAP_OK;
    if (!c)
        return UNCAP_OK;
    uncap_slices_wait(d->background);
    for (int i = 0; i < c->n; i++) {
        const struct item *item = &c->items[i];
        d->captions->items[c->first + (size_t)i] = item->caption;
        d->features[c->first + (size_t)i] = item->features;
        d->n_reads += item->n_reads;
        if (item->status && !status) {
            status = item->status;
            if (err)
                *err = item->error;
        }
        free_tracks(&item->track, 1);
    }
    free_completion(c);
    d->completion = NULL;
    return status;
}
