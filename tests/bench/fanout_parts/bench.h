/* What load.c and limit.c share: time, lines, and the end of the process when something is wrong.
 *
 * How a server is told to broadcast: a line on its unix socket, `b <number>` for a patch that holds
 * `bench-<number>`, `c <number>` for one that comes of a command.
 */
#ifndef BENCH_H
#define BENCH_H

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define MS 1000000LL
#define SECOND 1000000000LL

static inline void die(const char *what)
{
    fprintf(stderr, "%s: %s\n", what, strerror(errno));
    exit(1);
}

/* CLOCK_MONOTONIC, which all processes of one machine share. */
static inline int64_t now_ns(void)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return (int64_t)at.tv_sec * SECOND + at.tv_nsec;
}

/* Lines that come in pieces. */
struct lines {
    char held[65536];
    size_t used;
};

/* Read what is there; returns false at the end of the stream. */
static inline bool lines_read(struct lines *lines, int fd)
{
    ssize_t got = read(fd, lines->held + lines->used, sizeof lines->held - 1 - lines->used);
    if (got < 0)
        return errno == EAGAIN || errno == EINTR;
    lines->used += (size_t)got;
    return got > 0;
}

/* Take the next whole line into `line` (as large as `held`); returns false where there is none. */
static inline bool lines_next(struct lines *lines, char *line)
{
    char *end = memchr(lines->held, '\n', lines->used);
    if (end == NULL)
        return false;
    size_t length = (size_t)(end - lines->held);
    memcpy(line, lines->held, length);
    line[length] = 0;
    lines->used -= length + 1;
    memmove(lines->held, end + 1, lines->used);
    return true;
}

static inline struct sockaddr_un unix_address(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path) {
        errno = ENAMETOOLONG;
        die(path);
    }
    strcpy(address.sun_path, path);
    return address;
}

#endif
