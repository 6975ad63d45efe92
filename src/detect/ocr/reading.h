/* SPDX-License-Identifier: Apache-2.0 */
/* From what a text recogniser says of a line's columns to its text (CTC). Pure. */
#ifndef UNCAP_DETECT_OCR_READING_H
#define UNCAP_DETECT_OCR_READING_H

#include "detect/ocr/dictionary.h"

/* The best path, with spaces which it passes by but most others do not quite, and words in one case, or all
 * but the first letter, where the letters do not say for sure.
 *
 * p           [n_steps][d->n] f32 probabilities.
 * confidence  mean probability of the letters, 0..1, in either case if it is beyond doubt which they are;
 *             spaces do not count. 0 if nothing was read.
 * Returns the text, UTF-8, caller frees with uncap_free; empty if nothing was read; NULL if short of memory.
 */
char *uncap_reading_decode(const float *p, int n_steps, const struct uncap_dictionary *d, float *confidence);

#endif
