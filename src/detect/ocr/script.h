/* SPDX-License-Identifier: Apache-2.0 */
/* Which script a text is written in. Pure. */
#ifndef UNCAP_DETECT_OCR_SCRIPT_H
#define UNCAP_DETECT_OCR_SCRIPT_H

/* ISO 15924 code of the script that most of the text's letters have ("Latn", "Hani", "Cyrl", "Arab", ...;
 * "Jpan" for Han with kana), NULL if it has no letters. Damaged UTF-8 is skipped. */
const char *uncap_script_of(const char *text);

#endif
