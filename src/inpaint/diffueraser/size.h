/* SPDX-License-Identifier: Apache-2.0 */
/* Sizes of pictures, and which ones the networks see.
 *
 * Source  DiffuEraser specification, section 10. */
#ifndef UNCAP_INPAINT_DIFFUERASER_SIZE_H
#define UNCAP_INPAINT_DIFFUERASER_SIZE_H

struct uncap_size {
    int w, h;
};

/* Size that a video is processed at: longer edge at most limit, both edges multiples of 8. */
struct uncap_size uncap_size_processing(struct uncap_size video, int limit);

/* Sizes of the reference's prior video (out) and of the prior's networks (net). */
void uncap_size_prior(struct uncap_size video, struct uncap_size *out, struct uncap_size *net);

#endif
