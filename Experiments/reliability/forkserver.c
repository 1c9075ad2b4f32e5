// Loads a program once and then forks it for each of many inputs, which takes milliseconds. A
// library for LD_PRELOAD: the process serves whoever holds the other ends of its descriptors 198
// and 199. A byte on 198 asks for a run with the command line as it is; then 199 gives the child's
// number (8 bytes), and at its end its status, the kilobytes that it had in memory at most and its
// milliseconds of processor time (3 x 8 bytes).
//
//   FORKSERVER_WORDS    the file that gets all that a run says
//   FORKSERVER_SECONDS  of processor time a run may take, 30 by default
//
// It forks before any library has begun (-z initfirst). Later is too late: the Swift runtime keeps
// the number of each thread, a fork's first thread would go on with that of its parent, and where
// two threads then meet at a lock of the runtime (any global at its first use) the kernel knows no
// such owner, and both wait for ever.
//
//   cc -O2 -fPIC -shared -Wl,-z,initfirst -o forkserver.so forkserver.c
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ASKED = 198, ANSWERS = 199 };

static void limit(int what, rlim_t value) {
  struct rlimit limits = {value, value};
  setrlimit(what, &limits);
}

// The C library has not begun either: these are the variables as the kernel hands them over.
static const char *named(char **variables, const char *name) {
  size_t length = strlen(name);
  for (; *variables; variables++)
    if (!strncmp(*variables, name, length) && (*variables)[length] == '=')
      return *variables + length + 1;
  return NULL;
}

// What a child starts itself is no server.
static void forget(char **variables) {
  char **kept = variables;
  for (char **each = variables; *each; each++)
    if (strncmp(*each, "LD_PRELOAD=", 11) && strncmp(*each, "FORKSERVER_", 11)) *kept++ = *each;
  *kept = NULL;
}

static void prepare(const char *file, const char *seconds) {
  close(ASKED);
  close(ANSWERS);
  int said = open(file, O_WRONLY | O_CREAT | O_TRUNC, 0644);
  dup2(said, 1);
  dup2(said, 2);
  close(said);
  int nothing = open("/dev/null", O_RDONLY);
  dup2(nothing, 0);
  close(nothing);
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_CPU, seconds ? (rlim_t)atoi(seconds) : 30);
  limit(RLIMIT_AS, (rlim_t)8 << 30);
}

// Returns in children alone, which then begin as a program does.
__attribute__((constructor)) static void serve(int count, char **words, char **variables) {
  (void)count, (void)words;
  const char *file = named(variables, "FORKSERVER_WORDS");
  const char *seconds = named(variables, "FORKSERVER_SECONDS");
  if (!file) return;
  char byte;
  while (read(ASKED, &byte, 1) == 1) {
    pid_t child = fork();
    if (child == 0) {
      prepare(file, seconds);
      return forget(variables);
    }
    long answer[3] = {child};
    if (write(ANSWERS, answer, 8) != 8) _exit(1);
    int status = 0;
    struct rusage usage;
    memset(&usage, 0, sizeof usage);
    while (wait4(child, &status, 0, &usage) < 0 && errno == EINTR) {
    }
    answer[0] = status;
    answer[1] = usage.ru_maxrss;
    answer[2] = (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000 +
                (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1000;
    if (write(ANSWERS, answer, sizeof answer) != sizeof answer) _exit(1);
  }
  _exit(0);
}
