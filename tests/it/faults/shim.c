/* Put before the C library of a process (LD_PRELOAD): counts the calls that change files below SHIM_FOLDER, from the
 * moment that the file SHIM_ORDER is there, and does at one of them what is written in that file: "MODE N COUNT".
 *
 *   kill    SIGKILL before call N                 torn    half of call N is done, then SIGKILL
 *   after   SIGKILL after call N                  short   call N writes half, and says so
 *   eio     calls N to N+COUNT-1 fail with EIO    enospc  the same with ENOSPC
 *   stop    SIGSTOP before call N                 deaf    from call N on nothing is flushed, though it says so
 *   trace   every call is written to SHIM_TRACE, with its bytes, once it was done
 *
 * What was done is noted in the file SHIM_ORDER.hit. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum kind { OPEN = 1, WRITE, SYNC, TRUNCATE, RENAME, UNLINK, LINK, MKDIR };
static const char *const names[] = { "", "open", "write", "sync", "truncate", "rename", "unlink", "link", "mkdir" };

static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;
static char mode[16];
static long at, count, calls;
static int trace = -1;

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

/* Is there an order by now? Read once. */
static int armed(void) {
    if (mode[0]) return 1;
    const char *order = getenv("SHIM_ORDER");
    if (!order || access(order, F_OK)) return 0;
    FILE *file = fopen(order, "re");
    if (!file) return 0;
    char word[16];
    if (fscanf(file, "%15s %ld %ld", word, &at, &count) == 3) strcpy(mode, word);
    fclose(file);
    if (!strcmp(mode, "trace") && getenv("SHIM_TRACE"))
        trace = NEXT(open)(getenv("SHIM_TRACE"), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    return mode[0] != 0;
}

static int ours(const char *path) {
    const char *folder = getenv("SHIM_FOLDER");
    return folder && path && !strncmp(path, folder, strlen(folder));
}

static int ours_fd(int fd, char *path, size_t room) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, room - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return ours(path);
}

static void note(enum kind kind, const char *path) {
    char name[512], line[640];
    snprintf(name, sizeof name, "%s.hit", getenv("SHIM_ORDER"));
    int fd = NEXT(open)(name, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    const char *last = strrchr(path, '/');
    int length = snprintf(line, sizeof line, "%s %ld %s %s\n", mode, calls, names[kind], last ? last + 1 : path);
    if (fd >= 0 && NEXT(write)(fd, line, length) < 0) { /* then it is not noted */ }
    if (fd >= 0) close(fd);
}

static void die(void) {
    kill(getpid(), SIGKILL);
    for (;;) pause();
}

static void record(enum kind kind, const char *path, const char *other, uint64_t offset, const void *bytes, uint64_t length) {
    if (trace < 0) return;
    uint64_t head[5] = { kind, strlen(path), other ? strlen(other) : 0, offset, length };
    struct iovec parts[4] = { { head, sizeof head }, { (void *)path, head[1] }, { (void *)other, head[2] },
                              { (void *)bytes, bytes ? length : 0 } };
    if (NEXT(writev)(trace, parts, 4) < 0) die();
}

enum fate { GO, FAIL, HALF, SKIP };

/* What becomes of the call that is about to be made. Holds the turn until `done`. */
static enum fate fate(enum kind kind, const char *path) {
    pthread_mutex_lock(&turn);
    if (!armed()) return GO;
    calls++;
    int here = calls == at, within = calls >= at && calls < at + count;
    if (here && !strcmp(mode, "kill")) { note(kind, path); die(); }
    if (here && !strcmp(mode, "stop")) {
        note(kind, path);
        pthread_mutex_unlock(&turn);
        kill(getpid(), SIGSTOP);
        pthread_mutex_lock(&turn);
        return GO;
    }
    if (here && (!strcmp(mode, "torn") || !strcmp(mode, "short"))) return HALF;
    if (within && (!strcmp(mode, "eio") || !strcmp(mode, "enospc"))) {
        note(kind, path);
        errno = mode[1] == 'i' ? EIO : ENOSPC;
        return FAIL;
    }
    if (calls >= at && kind == SYNC && !strcmp(mode, "deaf")) return SKIP;
    return GO;
}

static void done(enum kind kind, const char *path) {
    int kept = errno;
    if (calls == at && mode[0] && (!strcmp(mode, "after") || !strcmp(mode, "torn"))) { note(kind, path); die(); }
    if (calls == at && !strcmp(mode, "short")) note(kind, path);
    pthread_mutex_unlock(&turn);
    errno = kept;
}

static int failed(void) {
    int kept = errno;
    pthread_mutex_unlock(&turn);
    errno = kept;
    return -1;
}

#define WRITING(name, offset_type) \
    ssize_t name(int fd, const void *bytes, size_t length, offset_type offset) { \
        char path[512]; \
        if (!ours_fd(fd, path, sizeof path)) return NEXT(name)(fd, bytes, length, offset); \
        enum fate what = fate(WRITE, path); \
        if (what == FAIL) return failed(); \
        ssize_t written = NEXT(name)(fd, bytes, what == HALF ? (length + 1) / 2 : length, offset); \
        if (written > 0) record(WRITE, path, 0, offset, bytes, written); \
        done(WRITE, path); \
        return written; \
    }
WRITING(pwrite, off_t)
WRITING(pwrite64, off64_t)

ssize_t write(int fd, const void *bytes, size_t length) {
    char path[512];
    if (!ours_fd(fd, path, sizeof path)) return NEXT(write)(fd, bytes, length);
    enum fate what = fate(WRITE, path);
    if (what == FAIL) return failed();
    off64_t offset = lseek64(fd, 0, (fcntl(fd, F_GETFL) & O_APPEND) ? SEEK_END : SEEK_CUR);
    ssize_t written = NEXT(write)(fd, bytes, what == HALF ? (length + 1) / 2 : length);
    if (written > 0) record(WRITE, path, 0, offset, bytes, written);
    done(WRITE, path);
    return written;
}

ssize_t writev(int fd, const struct iovec *parts, int n) {
    char path[512];
    if (!ours_fd(fd, path, sizeof path) || n < 1) return NEXT(writev)(fd, parts, n);
    return write(fd, parts[0].iov_base, parts[0].iov_len);
}

#define SYNCING(name) \
    int name(int fd) { \
        char path[512]; \
        if (!ours_fd(fd, path, sizeof path)) return NEXT(name)(fd); \
        enum fate what = fate(SYNC, path); \
        if (what == FAIL) return failed(); \
        int result = what == SKIP ? 0 : NEXT(name)(fd); \
        if (!result && what != SKIP) record(SYNC, path, 0, 0, 0, 0); \
        done(SYNC, path); \
        return result; \
    }
SYNCING(fsync)
SYNCING(fdatasync)

#define TRUNCATING(name, offset_type) \
    int name(int fd, offset_type length) { \
        char path[512]; \
        if (!ours_fd(fd, path, sizeof path)) return NEXT(name)(fd, length); \
        if (fate(TRUNCATE, path) == FAIL) return failed(); \
        int result = NEXT(name)(fd, length); \
        if (!result) record(TRUNCATE, path, 0, length, 0, 0); \
        done(TRUNCATE, path); \
        return result; \
    }
TRUNCATING(ftruncate, off_t)
TRUNCATING(ftruncate64, off64_t)

/* Only the opening that makes a file, or empties it, changes anything. */
#define OPENING(name, first, passed) \
    int name(first const char *path, int flags, ...) { \
        va_list rest; \
        va_start(rest, flags); \
        int access_mode = va_arg(rest, int); \
        va_end(rest); \
        int news = (flags & O_TRUNC) || ((flags & O_CREAT) && access(path, F_OK)); \
        if (!news || !ours(path)) return NEXT(name)(passed path, flags, access_mode); \
        if (fate(OPEN, path) == FAIL) return failed(); \
        int fd = NEXT(name)(passed path, flags, access_mode); \
        if (fd >= 0) record(OPEN, path, 0, (flags & O_TRUNC) != 0, 0, 0); \
        done(OPEN, path); \
        return fd; \
    }
OPENING(open, , )
OPENING(open64, , )
#define COMMA ,
OPENING(openat, int folder COMMA, folder COMMA)
OPENING(openat64, int folder COMMA, folder COMMA)

#define NAMING(name, kind, first, second, parameters, passed) \
    int name parameters { \
        if (!ours(first)) return NEXT(name) passed; \
        if (fate(kind, first) == FAIL) return failed(); \
        int result = NEXT(name) passed; \
        if (!result) record(kind, first, second, 0, 0, 0); \
        done(kind, first); \
        return result; \
    }
NAMING(rename, RENAME, old, new, (const char *old, const char *new), (old, new))
NAMING(renameat, RENAME, old, new, (int a, const char *old, int b, const char *new), (a, old, b, new))
NAMING(link, LINK, old, new, (const char *old, const char *new), (old, new))
NAMING(linkat, LINK, old, new, (int a, const char *old, int b, const char *new, int flags), (a, old, b, new, flags))
NAMING(unlink, UNLINK, path, 0, (const char *path), (path))
NAMING(unlinkat, UNLINK, path, 0, (int folder, const char *path, int flags), (folder, path, flags))
NAMING(mkdir, MKDIR, path, 0, (const char *path, mode_t access_mode), (path, access_mode))
