// Starts a program once and then forks it for each of many inputs, which takes milliseconds. A
// library for LD_PRELOAD: before `main`, the process serves whoever holds the other ends of its
// descriptors 198 and 199. A byte on 198 asks for a run of `main` with the command line as it is;
// then 199 gives the child's number (8 bytes), and at its end its status, the kilobytes that it had
// in memory at most and its milliseconds of processor time (3 x 8 bytes).
//
//   FORKSERVER_WORDS    the file that gets all that a run says
//   FORKSERVER_SECONDS  of processor time a run may take, 30 by default
//
//   cc -O2 -fPIC -shared -o forkserver.so forkserver.c -ldl
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ASKED = 198, ANSWERS = 199 };
typedef int (*program)(int, char **, char **);
static program real_main;

static void limit(int what, rlim_t value) {
  struct rlimit limits = {value, value};
  setrlimit(what, &limits);
}

static void become(int count, char **words, char **variables, const char *file) {
  close(ASKED);
  close(ANSWERS);
  int said = open(file, O_WRONLY | O_CREAT | O_TRUNC, 0644);
  dup2(said, 1);
  dup2(said, 2);
  close(said);
  int nothing = open("/dev/null", O_RDONLY);
  dup2(nothing, 0);
  close(nothing);
  const char *seconds = getenv("FORKSERVER_SECONDS");
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_CPU, seconds ? (rlim_t)atoi(seconds) : 30);
  limit(RLIMIT_AS, (rlim_t)8 << 30);
  exit(real_main(count, words, variables));
}

static int serve(int count, char **words, char **variables) {
  const char *file = getenv("FORKSERVER_WORDS");
  unsetenv("LD_PRELOAD");
  char byte;
  while (read(ASKED, &byte, 1) == 1) {
    pid_t child = fork();
    if (child == 0) become(count, words, variables, file);
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

int __libc_start_main(
    program wanted, int count, char **words, int (*init)(int, char **, char **),
    void (*fini)(void), void (*linker)(void), void *stack) {
  int (*real)(
      program, int, char **, int (*)(int, char **, char **), void (*)(void), void (*)(void),
      void *) = dlsym(RTLD_NEXT, "__libc_start_main");
  real_main = wanted;
  return real(getenv("FORKSERVER_WORDS") ? serve : wanted, count, words, init, fini, linker, stack);
}
