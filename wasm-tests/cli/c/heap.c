/* The heap, sorting, and numbers as text: memory grows while blocks come, go and are resized. */

#include <float.h>
#include <limits.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint32_t state = 12345;

static uint32_t next(void) {
  state ^= state << 13;
  state ^= state >> 17;
  state ^= state << 5;
  return state;
}

#define SLOTS 300

static unsigned char *blocks[SLOTS];
static size_t sizes[SLOTS];

/* Each block is filled with a value of its own; a block that was damaged counts as an error. */
static void churn(int steps) {
  int errors = 0, resized = 0;
  for (int step = 0; step < steps; step++) {
    int i = (int)(next() % SLOTS);
    for (size_t k = 0; k < sizes[i]; k += 97) errors += blocks[i][k] != (unsigned char)i;
    size_t size = 1 + next() % (step % 50 == 0 ? 60000 : 600);
    if (blocks[i] != NULL && next() % 2) {
      blocks[i] = realloc(blocks[i], size);
      resized++;
    } else {
      free(blocks[i]);
      blocks[i] = malloc(size);
    }
    if (blocks[i] == NULL) abort();
    sizes[i] = size;
    memset(blocks[i], i, size);
  }
  printf("%d steps, %d resized, %d errors\n", steps, resized, errors);
  for (int i = 0; i < SLOTS; i++) free(blocks[i]);
}

/* One block that grows by half until it has 3 MB, so that it has to move and memory has to grow. */
static void grow(void) {
  size_t size = 1000;
  uint32_t *block = NULL, sum = 0;
  for (size_t filled = 0; size < 4000000; size += size / 2) {
    block = realloc(block, size);
    if (block == NULL) abort();
    for (; filled < size / 4; filled++) block[filled] = (uint32_t)filled * 2654435761u;
  }
  for (size_t i = 0; i < 10000; i++) sum += block[i * 60];
  printf("sum %u\n", sum);
  free(block);
  volatile size_t size_of_impossible = SIZE_MAX - 100000;
  void *volatile impossible = malloc(size_of_impossible);
  printf("impossible block: %s\n", impossible == NULL ? "null" : "there");
  int *zeros = calloc(50000, sizeof *zeros);
  long total = 0;
  for (int i = 0; i < 50000; i++) total += zeros[i];
  printf("zeros %ld\n", total);
  free(zeros);
}

struct person {
  char name[12];
  int age;
};

static int by_age_and_name(const void *a, const void *b) {
  const struct person *p = a, *q = b;
  return p->age != q->age ? (p->age > q->age) - (p->age < q->age) : strcmp(p->name, q->name);
}

static void sort(void) {
  enum { COUNT = 1000 };
  struct person *people = malloc(COUNT * sizeof *people);
  for (int i = 0; i < COUNT; i++) {
    people[i].age = (int)(next() % 90);
    for (int k = 0; k < 11; k++) people[i].name[k] = (char)('a' + next() % 26);
    people[i].name[11] = 0;
  }
  qsort(people, COUNT, sizeof *people, by_age_and_name);
  uint32_t hash = 2166136261u;
  for (int i = 0; i < COUNT; i++)
    for (const char *c = people[i].name; *c; c++) hash = (hash ^ (unsigned char)*c) * 16777619u;
  printf("first %s %d, last %s %d, hash %08x\n", people[0].name, people[0].age, people[COUNT - 1].name,
         people[COUNT - 1].age, hash);
  struct person *found = bsearch(&people[777], people, COUNT, sizeof *people, by_age_and_name);
  printf("found at %d\n", (int)(found - people));
  free(people);
}

static void numbers(void) {
  const double values[] = {0, -0.0, 1.0 / 3, 2.5, 1e22, 123456789.125, DBL_MAX, DBL_MIN, M_PI, INFINITY, NAN};
  for (size_t i = 0; i < sizeof values / sizeof values[0]; i++)
    printf("%g|%.17g|%e|%a|%12.3f\n", values[i], values[i], values[i], values[i], fabs(values[i]) < 1e15 ? values[i] : 0);
  printf("%d %u %x %#o %+d %05d %-5d| %lld %llu %c %%\n", INT_MIN, UINT_MAX, 48879, 8, 7, 42, 42, LLONG_MIN, ULLONG_MAX, 'c');
  printf("%.3s|%10s|%-10s|%*d\n", "truncated", "right", "left", 6, 99);
  printf("%.10f %.10f %.10f %.10f\n", sin(1e6), exp(-3.5), pow(2, 0.5), fmod(1e10, 7));
  printf("%ld %llx %g\n", strtol("-0x7fz", NULL, 0), strtoull("ffffffffffffffff", NULL, 16), strtod("4.9e-324kg", NULL));
  printf("%lld %lld %lld\n", LLONG_MIN / 7, LLONG_MAX % 1000003, (long long)((unsigned __int128)ULLONG_MAX * 12345 >> 64));
  int day, year, read;
  char month[10];
  read = sscanf("24 December 2026", "%d %9s %d", &day, month, &year);
  printf("%d items: %d-%s-%d\n", read, year, month, day);
}

int main(void) {
  churn(5000);
  grow();
  sort();
  numbers();
  return 0;
}
