/* SPDX-License-Identifier: Apache-2.0 */
/* The few-step noise schedule: tables, time steps, one deterministic step, injection of the prior.
 *
 * Source  DiffuEraser specification, section 9 (TCD scheduler with eta 0; UniPC add_noise at "timestep 0").
 */
#ifndef UNCAP_INPAINT_DIFFUERASER_SCHEDULER_H
#define UNCAP_INPAINT_DIFFUERASER_SCHEDULER_H

#include <stddef.h>

enum {
    UNCAP_SCHEDULER_TRAIN_STEPS = 1000,
    UNCAP_SCHEDULER_GRID = 50, /* time steps the distillation trained: 19, 39, ..., 999 */
};

/* abar  cumulative product of 1 - beta: the share of signal power that is left at each time step. */
struct uncap_scheduler {
    float abar[UNCAP_SCHEDULER_TRAIN_STEPS];
};

void uncap_scheduler_init(struct uncap_scheduler *s);

/* Noise over signal of every time step, ascending. */
void uncap_scheduler_sigmas(const struct uncap_scheduler *s, float sigmas[UNCAP_SCHEDULER_TRAIN_STEPS]);

/* Time step of step k of a run of n_steps (1..50); 0 for k == n_steps: what comes behind the last step. */
int uncap_scheduler_timestep(int n_steps, int k);

/* x = sample after step k, in place.
 *
 * x, eps  [n] f32: the sample before the step, and the noise that the network predicted in it.
 */
void uncap_scheduler_step(const struct uncap_scheduler *s, int n_steps, int k, float *x, const float *eps,
                          size_t n);

/* z = prior latents under the strongest noise of the schedule, in place.
 *
 * z, noise  [n] f32.
 * The reference asks for "timestep 0" and gets the last entry of an ascending table: the prior is a weak
 * start.
 */
void uncap_scheduler_add_noise(const struct uncap_scheduler *s, float *z, const float *noise, size_t n);

#endif
