'use strict';
// Encrypts or decrypts with age. A program of its own because the age library is an ES module that loads and works
// asynchronously, while a synthesis is synchronous CommonJS. Request and answer are JSON on standard input and
// output: values and identities are never arguments, which every user of the machine could list.
//
//   { "action": "decrypt", "identities": [text], "contents": [base64] }
//   { "action": "encrypt", "recipients": [text], "contents": [base64] }
//   -> { "results": [{ "content": base64 } | { "problem": code }] } or { "problem": code }
//
// Only codes are reported: messages of the library can quote the identity that it could not read.

const fs = require('node:fs');

const ARMOR = '-----BEGIN AGE ENCRYPTED FILE-----';

async function answer(request) {
  const age = await import('age-encryption');
  const convert = request.action === 'encrypt' ? encrypter(age, request) : decrypter(age, request);
  if (convert === undefined) return { problem: 'key' };
  const results = [];
  for (const content of request.contents) {
    results.push(await attempt(convert, Buffer.from(content, 'base64')));
  }
  return { results };
}

function decrypter(age, { identities }) {
  const machine = new age.Decrypter();
  try {
    for (const identity of identities) machine.addIdentity(identity);
  } catch {
    return undefined;
  }
  return (content) => machine.decrypt(isArmored(content) ? age.armor.decode(content.toString('utf8')) : content);
}

function encrypter(age, { recipients }) {
  const machine = new age.Encrypter();
  try {
    for (const recipient of recipients) machine.addRecipient(recipient);
  } catch {
    return undefined;
  }
  return async (content) => Buffer.from(age.armor.encode(await machine.encrypt(content)));
}

function isArmored(content) {
  return content.subarray(0, 256).toString('latin1').trimStart().startsWith(ARMOR);
}

async function attempt(convert, content) {
  try {
    return { content: Buffer.from(await convert(content)).toString('base64') };
  } catch (error) {
    return { problem: /no identity matched/.test(String(error)) ? 'other-recipient' : 'damaged' };
  }
}

answer(JSON.parse(fs.readFileSync(0, 'utf8'))).then((found) => process.stdout.write(JSON.stringify(found)));
