/* SPDX-License-Identifier: Apache-2.0 */
/* A path as libavformat must be given it. */
#ifndef UNCAP_MEDIA_FILE_URL_H
#define UNCAP_MEDIA_FILE_URL_H

/* "file:<path>", so that a name such as "concat:a" or "12:30.mp4" is never taken for a protocol.
 * NULL if short of memory; free with uncap_free. */
char *uncap_file_url(const char *path);

#endif
