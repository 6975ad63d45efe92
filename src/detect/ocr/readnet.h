/* SPDX-License-Identifier: Apache-2.0 */
/* The text recogniser network (PP-OCR CRNN/SVTR with CTC): one line of text in, characters out.
 *
 * Input of the network: [1][3][48][w] f32 BGR, (v - 0.5) / 0.5. Output: [1][steps][classes] f32,
 * probabilities; class 0 is CTC's blank, then the dictionary's lines, then the space. */
#ifndef UNCAP_DETECT_OCR_READNET_H
#define UNCAP_DETECT_OCR_READNET_H

#include "base/cancel.h"
#include "base/error.h"
#include "base/picture.h"
#include "nn/runtime.h"

struct uncap_readnet;

/* Open the network and its dictionary (one UTF-8 character a line).
 *
 * path, dictionary  NULL: the installed ones.
 * Errors  MODEL (missing; not a recogniser; the dictionary has another number of lines than the network
 * classes, which shows at the first run), IO, BACKEND, NOMEM.
 */
int uncap_readnet_open(struct uncap_readnet **out, struct uncap_runtime *runtime, const char *path,
                       const char *dictionary, struct uncap_error *err);
void uncap_readnet_close(struct uncap_readnet **net);

/* Read one line.
 *
 * pictures    [n] of one size and format: the same line at different times; their mean is read, n >= 1.
 * region      of the line in them, not empty.
 * text        caller frees with uncap_free; empty string if nothing was read.
 * confidence  mean probability of the letters, 0..1; 0 if nothing was read.
 * Threads     safe.
 * Errors      BACKEND, MODEL, NOMEM, CANCELLED.
 */
int uncap_readnet_run(struct uncap_readnet *net, const struct uncap_picture *pictures, int n,
                      struct uncap_colour colour, struct uncap_rect region, char **text, float *confidence,
                      struct uncap_cancel *cancel, struct uncap_error *err);

#endif
