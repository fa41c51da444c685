// Binary trees, made and forgotten: a garbage collector at work, written in WebAssembly.

class Node {
  left: Node | null = null;
  right: Node | null = null;
  constructor(public key: i64) {}
}

function insert(node: Node | null, key: i64): Node {
  if (node === null) return new Node(key);
  if (key < node.key) node.left = insert(node.left, key);
  else if (key > node.key) node.right = insert(node.right, key);
  return node;
}

function sum(node: Node | null, depth: i32): i64 {
  if (node === null) return 0;
  return node.key * depth + sum(node.left, depth + 1) - sum(node.right, depth + 1);
}

let state: u64 = 1;
function random(): i64 {
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return state;
}

export function trees(rounds: i32, size: i32): i64 {
  let result: i64 = 0;
  for (let round = 0; round < rounds; round++) {
    let root: Node | null = null;
    for (let i = 0; i < size; i++) root = insert(root, random() >> 8);
    result = rotl(result, 7) ^ sum(root, 1);
  }
  return result;
}

export function usedPages(): i32 {
  return memory.size();
}
