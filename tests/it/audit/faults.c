/* Counts the calls that change files, and at a chosen one kills the process, or lets it fail as a broken or a full
   disk would: FAULT_AT (from 1), FAULT_KIND (kill, eio, enospc), FAULT_LOG (where the count is left). */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static long count, at;
static int fault; /* 1 kill, 2 EIO, 3 ENOSPC */

__attribute__((constructor)) static void begin(void) {
  const char *text = getenv("FAULT_AT"), *kind = getenv("FAULT_KIND");
  at = text ? atol(text) : 0;
  fault = !kind ? 0 : !strcmp(kind, "kill") ? 1 : !strcmp(kind, "eio") ? 2 : 3;
}

__attribute__((destructor)) static void end(void) {
  const char *path = getenv("FAULT_LOG");
  FILE *file = path ? fopen(path, "w") : NULL;
  if (file) {
    fprintf(file, "%ld\n", count);
    fclose(file);
  }
}

/* Whether this call fails. From the chosen one on a full disk stays full and a broken one broken. */
static int fails(void) {
  long now = __atomic_add_fetch(&count, 1, __ATOMIC_SEQ_CST);
  if (!at || now < at)
    return 0;
  if (fault == 1 && now == at)
    kill(getpid(), SIGKILL);
  if (fault < 2)
    return 0;
  errno = fault == 2 ? EIO : ENOSPC;
  return 1;
}

#define REAL(type, name, parameters) static type (*real) parameters; if (!real) real = dlsym(RTLD_NEXT, #name)

ssize_t write(int fd, const void *bytes, size_t length) {
  REAL(ssize_t, write, (int, const void *, size_t));
  /* Not what is said on the terminal, nor what threads tell each other. */
  if (fd > 2 && length != 1 && length != 8 && fails())
    return -1;
  return real(fd, bytes, length);
}

ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t place) {
  REAL(ssize_t, pwrite64, (int, const void *, size_t, off64_t));
  if (fails()) {
    /* A torn write: the first half arrives. */
    if (errno == ENOSPC && length > 1)
      real(fd, bytes, length / 2, place);
    errno = fault == 2 ? EIO : ENOSPC;
    return -1;
  }
  return real(fd, bytes, length, place);
}

ssize_t pwrite(int fd, const void *bytes, size_t length, off_t place) { return pwrite64(fd, bytes, length, place); }

int fsync(int fd) {
  REAL(int, fsync, (int));
  return fails() ? -1 : real(fd);
}

int fdatasync(int fd) {
  REAL(int, fdatasync, (int));
  return fails() ? -1 : real(fd);
}

int ftruncate64(int fd, off64_t length) {
  REAL(int, ftruncate64, (int, off64_t));
  return fails() ? -1 : real(fd, length);
}

int rename(const char *from, const char *to) {
  REAL(int, rename, (const char *, const char *));
  return fails() ? -1 : real(from, to);
}
