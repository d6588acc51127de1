/** What strangers send: values, texts and bytes that have broken other servers. */

function nested(depth: number): unknown {
  let value: unknown = 1
  for (let level = 0; level < depth; level += 1) value = [value]
  return value
}

/** JSON values that are hardly ever right. */
export const BAD_VALUES: readonly unknown[] = [
  null, true, 0, -1, 1.5, 1e300, 9007199254740993, '', ' ', 'x', 'true', '1', 'null', 'x\0y', '\ud800', 'x'.repeat(5000),
  '9B38EB94-573F-43D6-A9E7-910757CE3F54', 'urn:uuid:9b38eb94-573f-43d6-a9e7-910757ce3f54', '2026-02-30T00:00:00Z', 'infinity',
  "'; drop table message; --", '../../etc/passwd', '$argon2id$v=19$m=4194304,t=9,p=1$AAAAAAAAAAA$AAAAAAAAAAA', [], {}, [null], ['x'],
  { eq: 'x' }, { $set: 1 }, { toString: 1, valueOf: 1 }, JSON.parse('{"__proto__":{"admin":true}}'), nested(40), Array(2000).fill(0),
] // prettier-ignore

/** Members that nobody knows, or nobody may set. */
export const BAD_MEMBERS: readonly string[] = [
  'x', '', '__proto__', 'constructor', 'prototype', 'toString', '_version', '$set', 'a.b', 'a/b', 'a~b', 'password_digest', 'session',
] // prettier-ignore

/** Bodies that are no object that anybody asks for, or no JSON at all. */
export const BAD_BODIES: readonly (string | Buffer)[] = [
  '{', '}', 'null', '[]', '"x"', '1', 'NaN', '1e400', "{'a':1}", '{"a":1,}', '{"item":{}}{}', '\ufeff{}', '{"a":1,"a":1}',
  '{"item":{"text":"a"},"item":{"text":"b"}}', '{"__proto__":1}', '{"a":"\\u0000"}', '{"a":"\\ud800"}', '{"a":1e400}', '\0', ' ',
  '['.repeat(1000) + ']'.repeat(1000), '['.repeat(100_000), '{"a":'.repeat(30_000) + '1' + '}'.repeat(30_000),
  `{${Array.from({ length: 5000 }, (_, index) => `"k${String(index)}":0`).join()}}`,
  Buffer.from([0x22, 0xff, 0x22]), Buffer.from('{"a":1}', 'utf16le'), Buffer.from([0x7b, 0x22, 0xed, 0xa0, 0x80, 0x22, 0x3a, 0x31, 0x7d]),
] // prettier-ignore

/** Values of query parameters and keys, percent-encoded as they are sent; none of them is text. */
export const UNREADABLE_TEXTS: readonly string[] = [
  '%', '%0', '%zz', '%ff', '%c0%80', '%ed%a0%80', '%00', 'a%00b',
] // prettier-ignore

/** Values of query parameters, percent-encoded as they are sent. */
export const BAD_TEXTS: readonly string[] = [
  '', '%20', '0', '-1', '1e3', '9'.repeat(400), '0x10', 'null', 'true', '%5B%5D', '%7B%7D', '%7B%22__proto__%22%3A1%7D',
  '%7B%22none%22%3Afalse%7D', '__proto__', 'constructor', 'id,id', '-id', 'author.author', "'%20or%201=1--", '%25', '%5C', '_',
  'now', 'infinity', '0000-01-01T00:00:00Z', '2026-01-01T23:59:60Z', '%F0%9F%98%80', '%E2%80%AE', 'x'.repeat(3000),
] // prettier-ignore

/** Every value that comes of a JSON value by putting another in one place of it, leaving one out, or adding one. */
export function mutations(value: unknown): readonly unknown[] {
  return [...BAD_VALUES, ...insideMutations(value)]
}

function insideMutations(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) {
    const list: readonly unknown[] = value
    return list.flatMap((one, index) => mutations(one).map((other) => list.with(index, other)))
  }
  if (typeof value !== 'object' || value === null) return []
  const members = Object.entries(value)
  return [
    ...BAD_MEMBERS.map((name) => Object.fromEntries([...members, [name, 1]])),
    ...members.map(([name]) => Object.fromEntries(members.filter(([other]) => other !== name))),
    ...members.flatMap(([name, one]) =>
      mutations(one).map((other) =>
        Object.fromEntries(members.map((member) => (member[0] === name ? [name, other] : member))),
      ),
    ),
  ]
}
