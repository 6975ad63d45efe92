/* SPDX-License-Identifier: Apache-2.0 */
/* What captions tell each other: lines in one box that they are captions, one style how far it reaches. */
#ifndef UNCAP_DETECT_LIFE_SHARE_H
#define UNCAP_DETECT_LIFE_SHARE_H

#include "detect/life/classify.h"

/* Narrow the mattes of captions whose own evidence could only guess how far they reach, or saw a halo where
 * most others have none, to the widest of those captions of their style whose evidence is exact. What lies
 * beyond (struct uncap_matte) is forgotten then. Errors: NOMEM.
 *
 * captions, features  [n] of the same texts, judged; those kept in the picture tell nothing.
 */
int uncap_share_breadth(struct uncap_caption *captions, const struct uncap_features *features, size_t n,
                        struct uncap_error *err);

/* Lines that come and go together in one box are overlays if one of them is. Pure.
 *
 * features  [n], before they are judged
 */
void uncap_share_overlay(struct uncap_features *features, size_t n);

#endif
