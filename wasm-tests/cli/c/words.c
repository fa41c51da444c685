/*
 * Counts the words of standard input: a filter with options, variables and exit codes.
 *
 *     words [-n COUNT] [-v]      ORDER=name in the environment sorts by word; exit code 1: no words, 2: wrong usage
 */

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct word {
  struct word *next;
  long count;
  char text[];
};

static struct word **table;
static size_t capacity, used;

static size_t hash(const char *text) {
  size_t h = 5381;
  while (*text) h = h * 33 ^ (unsigned char)*text++;
  return h;
}

static void enlarge(void) {
  size_t old = capacity;
  struct word **from = table;
  capacity = old == 0 ? 16 : old * 2;
  table = calloc(capacity, sizeof *table);
  for (size_t i = 0; i < old; i++)
    for (struct word *w = from[i], *next; w != NULL; w = next) {
      next = w->next;
      struct word **slot = &table[hash(w->text) % capacity];
      w->next = *slot;
      *slot = w;
    }
  free(from);
}

static void count(const char *text) {
  if (used >= capacity) enlarge();
  struct word **slot = &table[hash(text) % capacity];
  for (struct word *w = *slot; w != NULL; w = w->next)
    if (strcmp(w->text, text) == 0) {
      w->count++;
      return;
    }
  struct word *w = malloc(sizeof *w + strlen(text) + 1);
  strcpy(w->text, text);
  w->count = 1;
  w->next = *slot;
  *slot = w;
  used++;
}

static int by_name(const void *a, const void *b) {
  return strcmp((*(struct word *const *)a)->text, (*(struct word *const *)b)->text);
}

static int by_count(const void *a, const void *b) {
  long difference = (*(struct word *const *)b)->count - (*(struct word *const *)a)->count;
  return difference != 0 ? (difference > 0) - (difference < 0) : by_name(a, b);
}

int main(int argc, char **argv) {
  long limit = 10;
  int verbose = 0;
  for (int option; (option = getopt(argc, argv, "n:v")) != -1;) {
    if (option == 'v') verbose = 1;
    else if (option == 'n') limit = strtol(optarg, NULL, 10);
    else return 2;
  }
  if (optind < argc) {
    fprintf(stderr, "unexpected argument: %s\n", argv[optind]);
    return 2;
  }
  char text[65];
  long total = 0, lines = 0;
  int c, length = 0;
  do {
    c = getchar();
    lines += c == '\n';
    if (c != EOF && (isalpha(c) || c >= 0x80)) {
      if (length < 64) text[length++] = (char)tolower(c);
    } else if (length > 0) {
      text[length] = 0;
      count(text);
      total++;
      length = 0;
    }
  } while (c != EOF);
  if (verbose) fprintf(stderr, "%ld lines, %ld words, %zu different\n", lines, total, used);
  if (used == 0) return 1;
  struct word **words = malloc(used * sizeof *words);
  size_t n = 0;
  for (size_t i = 0; i < capacity; i++)
    for (struct word *w = table[i]; w != NULL; w = w->next) words[n++] = w;
  const char *order = getenv("ORDER");
  qsort(words, n, sizeof *words, order != NULL && strcmp(order, "name") == 0 ? by_name : by_count);
  for (size_t i = 0; i < n && (long)i < limit; i++) printf("%6ld %s\n", words[i]->count, words[i]->text);
  return 0;
}
