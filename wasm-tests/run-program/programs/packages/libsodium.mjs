// Cryptography (C, Emscripten), in JavaScript as text: secret boxes, keys, signatures, hashes.
import sodium from 'libsodium-wrappers';

await sodium.ready;
const key = sodium.from_hex('724b092810ec86d7e35c9d067702b31ef90bc43a7b598626749914d6a3e033ed');
const nonce = sodium.crypto_generichash(sodium.crypto_secretbox_NONCEBYTES, 'nonce');
const box = sodium.crypto_secretbox_easy('a message, once more a message', nonce, key, 'hex');
const { publicKey, privateKey } = sodium.crypto_sign_seed_keypair(key);
const signature = sodium.crypto_sign_detached('a message', privateKey);
const alice = sodium.crypto_box_seed_keypair(key);
const bob = sodium.crypto_box_seed_keypair(sodium.crypto_generichash(32, 'bob'));
const sealed = sodium.crypto_box_easy('for bob', nonce, bob.publicKey, alice.privateKey);

const results = {
  box,
  opened: sodium.to_string(sodium.crypto_secretbox_open_easy(sodium.from_hex(box), nonce, key)),
  publicKey: sodium.to_base64(publicKey),
  isSigned: sodium.crypto_sign_verify_detached(signature, 'a message', publicKey),
  isSignedOther: sodium.crypto_sign_verify_detached(signature, 'another', publicKey),
  forBob: sodium.to_string(sodium.crypto_box_open_easy(sealed, nonce, alice.publicKey, bob.privateKey)),
  hash: sodium.crypto_generichash(32, 'abc', null, 'hex'),
  short: sodium.crypto_shorthash('abc', key.subarray(0, 16), 'hex'),
  random: sodium.randombytes_buf(16).length,
};
try {
  sodium.crypto_secretbox_open_easy(sodium.from_hex(box), nonce, sodium.crypto_generichash(32, 'wrong'));
} catch (error) {
  results.wrongKey = error.message;
}
console.log(JSON.stringify(results));
