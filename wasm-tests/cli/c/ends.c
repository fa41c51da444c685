/* Ways in which a program ends, chosen by the first argument; what was printed before must come out. */

#include <assert.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Without the optimiser's knowledge of what is called and of what is divided. */
static volatile int zero;

static void goodbye(void) {
  puts("at exit");
}

static __attribute__((noinline)) long depth(long n) {
  return n == 0 ? 1 : depth(n - 1 + zero) % 1000003 * 3 + 1;
}

static __attribute__((noinline)) int buried(const char *how) {
  if (strcmp(how, "abort") == 0) abort();
  if (strcmp(how, "assert") == 0) assert(zero == 1);
  if (strcmp(how, "exit") == 0) exit(7);
  return 0;
}

static int apply(int (*function)(const char *), const char *how) {
  return function(how);
}

static int (*volatile chosen)(const char *) = buried;

int main(int argc, char **argv) {
  const char *how = argc > 1 ? argv[1] : "";
  atexit(goodbye);
  printf("%s: ", how);
  fprintf(stderr, "[%d]\n", argc);
  if (strcmp(how, "return") == 0) return 300;
  if (strcmp(how, "quick") == 0) _Exit(9);
  if (strcmp(how, "deep") == 0) printf("%ld\n", depth(8000));
  if (strcmp(how, "endless") == 0) printf("%ld\n", depth(LONG_MAX));
  if (strcmp(how, "divide") == 0) printf("%d\n", 100 / zero);
  if (strcmp(how, "pointer") == 0) printf("%d\n", *(volatile int *)(0x7ffffff0 + zero));
  if (strcmp(how, "null") == 0) chosen = NULL;
  if (strcmp(how, "close") == 0) fclose(stdout);
  fflush(stdout);
  return apply(chosen, how);
}
