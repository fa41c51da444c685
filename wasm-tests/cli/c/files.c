/* Files and folders of a preopened folder, which is the first argument: what works, and which errors come. */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char base[200];

/* Numbers of errors differ between systems, names do not. */
static const char *error_name(int error) {
  switch (error) {
    case 0: return "ok";
    case EACCES: return "EACCES";
    case EBADF: return "EBADF";
    case EEXIST: return "EEXIST";
    case EINVAL: return "EINVAL";
    case EISDIR: return "EISDIR";
    case ELOOP: return "ELOOP";
    case ENAMETOOLONG: return "ENAMETOOLONG";
    case ENOENT: return "ENOENT";
    case ENOTDIR: return "ENOTDIR";
    case ENOTEMPTY: return "ENOTEMPTY";
    case EPERM: return "EPERM";
    case ESPIPE: return "ESPIPE";
    default: return strerror(error);
  }
}

static const char *at(const char *name) {
  static char paths[4][400];
  static int next;
  char *path = paths[next++ % 4];
  snprintf(path, sizeof paths[0], "%s/%s", base, name);
  return path;
}

static void result(const char *what, int status) {
  printf("%-34s %s\n", what, status == 0 ? "ok" : error_name(errno));
}

static void opened(const char *what, FILE *file) {
  printf("%-34s %s\n", what, file != NULL ? "ok" : error_name(errno));
  if (file != NULL) fclose(file);
}

static void describe(const char *name) {
  struct stat st;
  if (stat(at(name), &st) != 0) {
    printf("%-34s %s\n", name, error_name(errno));
    return;
  }
  const char *type = S_ISDIR(st.st_mode) ? "folder" : S_ISREG(st.st_mode) ? "file" : "other";
  if (S_ISREG(st.st_mode)) printf("%-34s %s of %ld bytes, %ld links\n", name, type, (long)st.st_size, (long)st.st_nlink);
  else printf("%-34s %s\n", name, type);
}

static void show(const char *name) {
  char line[200];
  FILE *file = fopen(at(name), "r");
  printf("%s:\n", name);
  while (file != NULL && fgets(line, sizeof line, file) != NULL) printf("  |%s", line);
  if (file != NULL) fclose(file);
}

static int by_name(const void *a, const void *b) {
  return strcmp(*(char *const *)a, *(char *const *)b);
}

static void list(const char *name) {
  char *names[400];
  int count = 0;
  DIR *dir = opendir(at(name));
  if (dir == NULL) {
    printf("list %s: %s\n", name, error_name(errno));
    return;
  }
  for (struct dirent *entry; (entry = readdir(dir)) != NULL && count < 400;) {
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
    size_t size = strlen(entry->d_name) + 10;
    names[count] = malloc(size);
    snprintf(names[count++], size, "%s%s", entry->d_name, entry->d_type == DT_DIR ? "/" : entry->d_type == DT_LNK ? "@" : "");
  }
  closedir(dir);
  qsort(names, (size_t)count, sizeof names[0], by_name);
  printf("list %s: %d", name, count);
  for (int i = 0; i < count; i++) {
    if (i < 4 || i == count - 1) printf(" %s", names[i]);
    free(names[i]);
  }
  printf("\n");
}

static void streams(void) {
  FILE *file = fopen(at("numbers.txt"), "w");
  for (int i = 0; i < 5; i++) fprintf(file, "%d %05d %s\n", i, i * 125, i % 2 ? "odd" : "even");
  fclose(file);
  file = fopen(at("numbers.txt"), "a+");
  fputs("appended\n", file);
  rewind(file);
  char line[40];
  long sum = 0;
  while (fgets(line, sizeof line, file) != NULL) {
    char *rest;
    strtol(line, &rest, 10);
    sum += strtol(rest, NULL, 10);
  }
  printf("sum %ld, end of file %d\n", sum, feof(file) != 0);
  fclose(file);
  show("numbers.txt");
}

static void positions(void) {
  unsigned char block[1000];
  FILE *file = fopen(at("blocks.bin"), "w+b");
  for (int i = 0; i < 100; i++) {
    memset(block, i, sizeof block);
    fwrite(block, 1, sizeof block, file);
  }
  printf("position %ld\n", ftell(file));
  fseek(file, 42500, SEEK_SET);
  fputs("in the middle", file);
  fseek(file, -1, SEEK_END);
  printf("last byte %d\n", getc(file));
  printf("beyond it %d\n", getc(file));
  fseek(file, 42498, SEEK_SET);
  size_t count = fread(block, 1, 17, file);
  printf("%zu bytes: %d %.13s %d\n", count, block[1], block + 2, block[15]);
  result("seek before the start", fseek(file, -1, SEEK_SET));
  fclose(file);
  result("truncate", truncate(at("blocks.bin"), 12345));
  describe("blocks.bin");
  int fd = open(at("blocks.bin"), O_RDWR);
  printf("pwrite %d", (int)pwrite(fd, "tail", 4, 20000));
  printf(", pread %d", (int)pread(fd, block, 10, 19998));
  printf(", bytes %d %.4s\n", block[1], block + 2);
  result("ftruncate", ftruncate(fd, 7));
  close(fd);
  result("close twice", close(fd));
  describe("blocks.bin");
}

static void folders(void) {
  char name[40];
  result("mkdir sub", mkdir(at("sub"), 0777));
  result("mkdir sub again", mkdir(at("sub"), 0777));
  result("mkdir no/such", mkdir(at("no/such"), 0777));
  for (int i = 0; i < 300; i++) {
    snprintf(name, sizeof name, "sub/entry-%03d-with-a-longer-name", i);
    FILE *file = fopen(at(name), "w");
    if (file == NULL) break;
    fclose(file);
  }
  mkdir(at("sub/deeper"), 0777);
  list("sub");
  result("rmdir of a full folder", rmdir(at("sub")));
  for (int i = 0; i < 300; i++) {
    snprintf(name, sizeof name, "sub/entry-%03d-with-a-longer-name", i);
    if (unlink(at(name)) != 0) result(name, -1);
  }
  result("rename a folder", rename(at("sub/deeper"), at("moved")));
  result("rmdir", rmdir(at("sub")));
  result("rename over a file", rename(at("numbers.txt"), at("blocks.bin")));
  result("rename what is not there", rename(at("numbers.txt"), at("x")));
  result("link", link(at("blocks.bin"), at("hard.txt")));
  result("symlink", symlink("moved/../hard.txt", at("soft.txt")));
  char target[40] = "";
  int length = (int)readlink(at("soft.txt"), target, sizeof target - 1);
  printf("readlink %d %s\n", length, target);
  describe("soft.txt");
  list(".");
}

static void errors(void) {
  char name[300];
  opened("open what is not there", fopen(at("missing"), "r"));
  opened("open a folder for writing", fopen(at("moved"), "w"));
  opened("open below a file", fopen(at("hard.txt/x"), "r"));
  opened("open exclusively", fopen(at("hard.txt"), "wx"));
  memset(name, 'n', sizeof name - 1);
  name[sizeof name - 1] = 0;
  opened("open a long name", fopen(at(name), "w"));
  result("unlink what is not there", unlink(at("missing")));
  result("rmdir of a file", rmdir(at("hard.txt")));
  result("symlink to itself", symlink("loop", at("loop")));
  opened("open it", fopen(at("loop"), "r"));
  opened("open input, changed by the user", fopen(at("input.txt"), "r+"));
  list("hard.txt");
  int fd = open(at("hard.txt"), O_RDONLY);
  result("write to a file for reading", write(fd, "x", 1) < 0 ? -1 : 0);
  close(fd);
  fd = open(at("moved"), O_RDONLY | O_DIRECTORY);
  result("read a folder", read(fd, name, 10) < 0 ? -1 : 0);
  close(fd);
  describe("missing");
}

static void copy_input(void) {
  FILE *in = fopen(at("input.txt"), "r");
  FILE *out = fopen(at("output.txt"), "w");
  int c, line = 1, fresh = 1;
  while ((c = getc(in)) != EOF) {
    if (fresh) fprintf(out, "%3d: ", line++);
    putc(c, out);
    fresh = c == '\n';
  }
  fclose(in);
  fclose(out);
  describe("output.txt");
}

int main(int argc, char **argv) {
  if (argc != 2) {
    fprintf(stderr, "usage: %s FOLDER\n", argv[0]);
    return 2;
  }
  snprintf(base, sizeof base, "%s", argv[1]);
  streams();
  positions();
  folders();
  errors();
  copy_input();
  return 0;
}
