/* Clocks, sleep and random bytes: nothing that differs from run to run is printed. */

#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static double seconds(clockid_t clock) {
  struct timespec t;
  if (clock_gettime(clock, &t) != 0) return -1;
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void check(const char *what, int holds) {
  printf("%s: %s\n", what, holds ? "yes" : "no");
}

int main(void) {
  struct timespec resolution, pause = {0, 30 * 1000 * 1000};
  struct timeval now;
  check("it is after 2024", time(NULL) > 1735689600);
  gettimeofday(&now, NULL);
  check("both clocks of the day agree", labs((long)(now.tv_sec - time(NULL))) <= 1);
  check("the clock has a resolution", clock_getres(CLOCK_MONOTONIC, &resolution) == 0 && resolution.tv_nsec < 1000000);
  double before = seconds(CLOCK_MONOTONIC);
  check("sleeping works", nanosleep(&pause, NULL) == 0);
  double passed = seconds(CLOCK_MONOTONIC) - before;
  check("it took as long as it should", passed >= 0.03 && passed < 5);
  check("time goes forward", seconds(CLOCK_MONOTONIC) >= before);

  unsigned char a[200] = {0}, b[200] = {0};
  int zeros = 0;
  check("there are random bytes", getentropy(a, sizeof a) == 0 && getentropy(b, sizeof b) == 0);
  for (int i = 0; i < 200; i++) zeros += a[i] == 0;
  check("they are random", memcmp(a, b, sizeof a) != 0 && zeros < 20);

  time_t moment = 1000000000;
  struct tm *utc = gmtime(&moment);
  char text[60];
  strftime(text, sizeof text, "%A, %d %B %Y, %H:%M:%S, day %j", utc);
  printf("%s\n", text);
  struct tm leap = {.tm_year = 124, .tm_mon = 1, .tm_mday = 30, .tm_hour = 25};
  printf("%lld\n", (long long)mktime(&leap));

  struct pollfd input = {.fd = 0, .events = POLLIN};
  check("input can be waited for", poll(&input, 1, 2000) == 1 && (input.revents & POLLIN) != 0);
  int value = 0;
  check("it is a number", scanf("%d", &value) == 1);
  printf("%d\n", value);
  return 0;
}
