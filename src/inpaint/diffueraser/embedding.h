/* SPDX-License-Identifier: Apache-2.0 */
/* Sinusoids: of the time step, and of the frame's position in its window.
 *
 * Source  DiffuEraser specification, sections 3.2 and 3.6. */
#ifndef UNCAP_INPAINT_DIFFUERASER_EMBEDDING_H
#define UNCAP_INPAINT_DIFFUERASER_EMBEDDING_H

/* out [channels] f32: cosines first, then sines, of t times channels/2 frequencies, float32 arithmetic. */
void uncap_embedding_time(float *out, int t, int channels);

/* out [length][channels] f32: sine on even, cosine on odd channels. */
void uncap_embedding_positions(float *out, int length, int channels);

/* Resample a position table to another length, linearly, ends on ends (experimental: the networks were
 * trained on the table's own rows).
 *
 * table [length][channels] f32, out [new_length][channels] f32; new_length >= 2.
 */
void uncap_embedding_resample(const float *table, int length, int channels, float *out, int new_length);

#endif
