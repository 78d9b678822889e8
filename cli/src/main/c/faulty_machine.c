/*
 * Loaded into a node with LD_PRELOAD: makes its disk fail while a file says so, and its wall clock wrong.
 *
 * MERIDIAN_DISKS is a directory with a directory a region. While MERIDIAN_DISKS/REGION.fault exists, writes to files below
 * MERIDIAN_DISKS/REGION fail: with ENOSPC if the file begins with 's' (no space), and if it begins with 'i', fsync and fdatasync fail
 * with EIO. Everything else goes to the C library as it is. A failed fsync keeps the pages, as they are no machine that loses its power.
 *
 * MERIDIAN_DISKS/REGION.clock holds by how many milliseconds the wall clock of the process with the argument --region=REGION is ahead;
 * it is looked at every 20 ms.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

static int fault(int fd, char kind) {
    const char *root = getenv("MERIDIAN_DISKS");
    if (root == NULL) {
        return 0;
    }
    int saved = errno;
    char link[64], path[4096], control[4200];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    size_t prefix = strlen(root);
    int failing = 0;
    if (length > (ssize_t)prefix + 1 && strncmp(path, root, prefix) == 0 && path[prefix] == '/') {
        path[length] = 0;
        char *end = strchr(path + prefix + 1, '/');
        if (end != NULL) {
            *end = 0;
            snprintf(control, sizeof control, "%s.fault", path);
            int file = open(control, O_RDONLY);
            if (file >= 0) {
                char first = 0;
                failing = read(file, &first, 1) == 1 && first == kind;
                close(file);
            }
        }
    }
    errno = saved;
    return failing;
}

#define FIND(name) if (name##_next == NULL) { name##_next = (__typeof__(name##_next))dlsym(RTLD_NEXT, #name); }
#define FAIL_IF(fd, kind, error) if (fault(fd, kind)) { errno = error; return -1; }

static ssize_t (*write_next)(int, const void *, size_t);
ssize_t write(int fd, const void *bytes, size_t count) {
    FAIL_IF(fd, 's', ENOSPC)
    FIND(write)
    return write_next(fd, bytes, count);
}

static ssize_t (*pwrite_next)(int, const void *, size_t, off_t);
ssize_t pwrite(int fd, const void *bytes, size_t count, off_t at) {
    FAIL_IF(fd, 's', ENOSPC)
    FIND(pwrite)
    return pwrite_next(fd, bytes, count, at);
}

static ssize_t (*pwrite64_next)(int, const void *, size_t, off64_t);
ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t at) {
    FAIL_IF(fd, 's', ENOSPC)
    FIND(pwrite64)
    return pwrite64_next(fd, bytes, count, at);
}

static ssize_t (*writev_next)(int, const struct iovec *, int);
ssize_t writev(int fd, const struct iovec *parts, int count) {
    FAIL_IF(fd, 's', ENOSPC)
    FIND(writev)
    return writev_next(fd, parts, count);
}

static int (*fsync_next)(int);
int fsync(int fd) {
    FAIL_IF(fd, 'i', EIO)
    FIND(fsync)
    return fsync_next(fd);
}

static int (*fdatasync_next)(int);
int fdatasync(int fd) {
    FAIL_IF(fd, 'i', EIO)
    FIND(fdatasync)
    return fdatasync_next(fd);
}

static int (*clock_gettime_next)(clockid_t, struct timespec *);
static char clock_file[4200];
static volatile long ahead_ms;
static volatile long looked_ms;

__attribute__((constructor)) static void find_region(void) {
    const char *root = getenv("MERIDIAN_DISKS");
    FIND(clock_gettime)
    int file = open("/proc/self/cmdline", O_RDONLY);
    if (root == NULL || file < 0) {
        return;
    }
    static char line[1 << 16];
    ssize_t length = read(file, line, sizeof line - 1);
    close(file);
    for (char *word = line; word < line + length; word += strlen(word) + 1) {
        if (strncmp(word, "--region=", 9) == 0) {
            snprintf(clock_file, sizeof clock_file, "%s/%s.clock", root, word + 9);
        }
    }
}

int clock_gettime(clockid_t clock, struct timespec *time) {
    FIND(clock_gettime)
    int result = clock_gettime_next(clock, time);
    if (clock != CLOCK_REALTIME || clock_file[0] == 0 || result != 0) {
        return result;
    }
    long now_ms = time->tv_sec * 1000 + time->tv_nsec / 1000000;
    if (now_ms - looked_ms > 20 || now_ms < looked_ms) {
        int saved = errno;
        looked_ms = now_ms;
        int file = open(clock_file, O_RDONLY);
        if (file >= 0) {
            char text[32] = {0};
            if (read(file, text, sizeof text - 1) > 0) {
                ahead_ms = atol(text);
            }
            close(file);
        }
        errno = saved;
    }
    long nanos = time->tv_nsec + ahead_ms % 1000 * 1000000;
    time->tv_sec += ahead_ms / 1000;
    if (nanos >= 1000000000) {
        time->tv_sec++;
        nanos -= 1000000000;
    } else if (nanos < 0) {
        time->tv_sec--;
        nanos += 1000000000;
    }
    time->tv_nsec = nanos;
    return result;
}
