#!/bin/sh
# Compiles the programs of this folder to WebAssembly, and records what the same sources do when they are
# compiled for the host. Made with clang, lld and wasi-libc of Debian 12 (clang 14, wasi-libc 0.0~git20220510):
#
#     apt-get install clang lld wasi-libc libclang-rt-dev-wasm32 gcc
#     sh build.sh

set -e
export LC_ALL=C
cd "$(dirname "$0")"
native=$(mktemp -d)
trap 'rm -r "$native"' EXIT

compile() {
  name=$1
  shift
  clang --target=wasm32-wasi -Oz -Wall -Wextra -Wl,--strip-debug -o "$name.wasm" "$name.c" "$@"
  gcc -O2 -w -o "$native/$name" "$name.c" -lm
}
compile heap -lm
compile times
compile files -lc-printscan-no-floating-point
compile words -lc-printscan-no-floating-point
compile ends -lc-printscan-no-floating-point

# Runs a program; prints a title, what it wrote to standard output, and how it ended.
record() {
  title=$1
  shift
  echo "== $title"
  code=0
  "$@" || code=$?
  [ $code -ge 128 ] && code=crash
  echo "-- $code"
}

cd "$native"
fixtures=$OLDPWD
: >empty
record heap ./heap >"$fixtures/heap.out"
echo ' 42 ' | record times ./times >"$fixtures/times.out"
{
  record 'words -n 4' ./words -n 4 <"$fixtures/input.txt"
  ORDER=name record 'words -v -n 99' ./words -v -n 99 <"$fixtures/input.txt" 2>&1
  record 'words -v' ./words -v <empty 2>&1
  record 'words unexpected' ./words unexpected <empty 2>&1
} >"$fixtures/words.out"
for how in return quick exit deep close abort assert endless divide pointer null; do
  record "ends $how" ./ends $how 2>empty
done >"$fixtures/ends.out" 2>/dev/null

mkdir box
cp "$fixtures/input.txt" box
record 'files box' ./files box <empty >"$fixtures/files.out"
cd box
for entry in *; do
  if [ -L "$entry" ]; then
    echo "$entry -> $(readlink "$entry")"
  elif [ -d "$entry" ]; then
    echo "$entry/ $(ls "$entry")"
  else
    echo "$entry:"
    cat "$entry"
  fi
done >"$fixtures/files.tree"
chmod -x "$fixtures"/*.wasm
